"""Administrative divisions: the code of the year's own list, and none where the page does not settle it."""

from collections import Counter

import pytest

from gidtk.errors import GidtkError
from gidtk.regions import HISTORY_COLUMNS, divisions, find_region, region_history, region_of

# agency, year, text of the page, code or None
FOUND = [
    ("安福县人民政府", 2020, "", "360829"),
    ("江西省吉安市安福县人民政府", 2020, "", "360829"),
    ("安福县平都镇人民政府", 2020, "", "360829"),
    ("石家庄市桥西区中山街道办事处", 2021, "", "130104"),
    ("南京市鼓楼区", 2020, "", "320106"),
    ("北京市东城区人民政府", 2020, "", "110101"),
    ("江西省财政厅", 2020, "", "360000"),
    ("上海市人民政府办公厅", 2019, "", "310000"),
    ("吉林市人民政府", 2020, "", "220200"),
    ("吉林省吉林市", 2020, "", "220200"),
    ("海南藏族自治州", 2020, "", "632500"),
    ("济源市人民政府", 2020, "", "419001"),
    ("双江拉祜族佤族布朗族傣族自治县人民政府", 2020, "", "530925"),
    # the list of the report's own year
    ("鹿泉市人民政府", 2012, "", "130185"),
    ("鹿泉区人民政府", 2020, "", "130110"),
    ("桥西区人民政府", 2021, "联系人：石家庄市槐安路", "130104"),
    ("朝阳区人民政府", 2020, "吉林省长春市", "220104"),
    ("朝阳区人民政府", 2020, "北京市", "110105"),
    ("新华区人民政府", 2020, "河南省", "410402"),
    # a division that was renamed or ended: the lists beside the year's own
    ("鹿泉区人民政府", 2013, "", "130110"),
    ("鹿泉市人民政府", 2014, "", "130185"),
    ("莱芜市人民政府", 2018, "", "371200"),
    ("济南市莱芜区", 2017, "", "370116"),
    # nearest list
    ("安福县人民政府", 2099, "", "360829"),
    ("安福县人民政府", 1900, "", "362532"),
]
OPEN = [
    ("several bear the name", "桥西区人民政府", 2021, ""),
    ("the page names two of them", "桥西区人民政府", 2021, "张家口市的桥西区，石家庄市的桥西区"),
    ("the page names their province only", "桥西区人民政府", 2021, "河北省"),
    ("the province settles nothing where two of its cities have one", "河北省桥西区", 2020, ""),
    ("市辖区 is no city that a page could name", "朝阳区人民政府", 2020, "本市市辖区和县"),
    ("the page names a municipality and another city", "朝阳区人民政府", 2020, "北京市的朝阳区，长春市的朝阳区"),
    ("two cities of one province are named beside another province", "新华区", 2020, "沧州市、石家庄市和河南省"),
    ("a name of another year", "鹿泉市人民政府", 2020, ""),
    ("no division at all", "国务院办公厅", 2020, "安福县"),
    ("the name stands inside, not at the start", "国家税务总局安福县税务局", 2020, ""),
    ("a division that the list does not hold", "太平镇人民政府", 2022, ""),
    ("no agency", "", 2020, "安福县"),
]


@pytest.mark.parametrize(("agency", "year", "context", "code"), FOUND)
def test_an_agency_has_the_code_of_the_lowest_division_that_its_name_begins_with(agency, year, context, code):
    region = find_region(agency, year, context)
    assert region is not None
    assert region.code == code


@pytest.mark.parametrize(("agency", "year", "context"), [c[1:] for c in OPEN], ids=[c[0] for c in OPEN])
def test_what_the_page_does_not_settle_stays_open(agency, year, context):
    assert find_region(agency, year, context) is None


@pytest.mark.parametrize(
    ("agency", "level", "province", "prefecture"),
    [
        ("江西省", "province", "江西省", ""),
        ("吉安市", "prefecture", "江西省", "吉安市"),
        ("安福县", "county", "江西省", "吉安市"),
        ("北京市", "province", "北京市", ""),
        ("东城区", "county", "北京市", ""),
        ("济源市", "county", "河南省", ""),
        ("东莞市", "prefecture", "广东省", "东莞市"),
    ],
)
def test_a_division_knows_its_level_and_those_above_it(agency, level, province, prefecture):
    region = find_region(agency, 2020)
    assert (region.name, region.level, region.province, region.prefecture) == (agency, level, province, prefecture)


@pytest.mark.parametrize("year", [1980, 2008, 2019, 2020, 2024])
def test_codes_are_text_of_six_digits_each_once_a_year(year):
    listed = divisions(year)
    codes = Counter(region.code for region in listed)
    assert all(isinstance(code, str) and len(code) == 6 and code.isdigit() for code in codes)
    assert max(codes.values()) == 1
    assert len(listed) > 3000
    assert {region.level for region in listed} == {"province", "prefecture", "county"}
    assert sum(region.level == "province" for region in listed) in range(29, 35)


def test_no_division_bears_the_name_of_a_gap_in_the_list():
    named = {name for region in divisions(2008) for name in (region.name, region.prefecture)}
    assert not named & {"市辖区", "直辖县", "县", "市"}


def test_years_outside_the_lists_use_the_nearest_one():
    assert set(divisions(1900)) == set(divisions(1980)) != set(divisions(1981))
    assert set(divisions(2030)) == set(divisions(2024))


@pytest.mark.parametrize(
    ("agency", "codes"),
    [
        ("安福县", ("360000", "360800")),
        ("吉安市", ("360000", "360800")),
        ("江西省", ("360000", "")),
        ("济源市", ("410000", "")),
    ],
)
def test_the_divisions_above_have_their_codes(agency, codes):
    region = find_region(agency, 2020)
    assert (region.province_code, region.prefecture_code) == codes


def test_a_code_stands_for_what_it_stood_for_in_that_year():
    assert region_of("371200", 2017).name == "莱芜市"
    assert region_of("371200", 2020) is None
    assert [region_of(r.code, 2019) for r in divisions(2019)] == list(divisions(2019))


def test_former_names_and_codes_are_listed_with_their_years():
    by_name = region_history("安福县")
    assert by_name[["code", "first_year", "last_year"]].values.tolist() == [
        ["362532", 1980, 1981],
        ["362429", 1982, 1999],
        ["360829", 2000, 2024],
    ]
    by_code = region_history("130185")
    assert by_code["name"].tolist() == ["鹿泉市"]
    assert tuple(by_code.columns) == HISTORY_COLUMNS
    assert [str(kind) for kind in by_code.dtypes] == ["str"] * 5 + ["Int64"] * 2


def test_a_history_agrees_with_the_lists_of_its_years():
    for line in region_history("桥西区").itertuples():
        for year in (line.first_year, line.last_year):
            region = region_of(line.code, int(year))
            assert (region.name, region.prefecture) == (line.name, line.prefecture)


def test_a_history_of_nothing_says_what_to_give():
    with pytest.raises(GidtkError, match="'太平镇' is in no list of divisions from 1980 to 2024: give a code of six"):
        region_history("太平镇")
