"""Whose report it is: title, agency, region, year, period and date, read from the page or left open."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from gidtk import agencies
from gidtk.blocks import Grid, Paragraph
from gidtk.issues import Issue
from gidtk.labels import canonical, without_radicals
from gidtk.regions import Region, find_region
from gidtk.sections import Section

__all__ = ["Identity", "read_identity", "title_of"]

LONGEST_TITLE = 70
_OPENING = 400  # characters of a line within which a title may stand between blanks
_NO_TITLE = ("当前位置", "索引号", "文号", "分类")  # the way to the page, and its metadata

_TITLE = re.compile(
    r"(?:信息公开|政务公开).{0,12}(?:年度报告|年度工作报告|年报|工作报告)|(?:信息公开|政务公开)工作告年度报"
)
_TITLE_TAIL = re.compile(r"(?:政府)?(?:信息公开|政务公开)(?:工作)?(?:年度)?(?:工作)?(?:年度)?(?:报告|年报|告年度报)")
_YEAR = re.compile(r"((?:19|20)\d\d|[二一][〇○零OＯ0九][〇○零OＯ一二三0-9]{2})\s*年?\s*(?:度)?")
_DAY = r"(20\d\d)\s*年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*日"
_PERIOD = re.compile(rf"{_DAY}\s*(?:起)?\s*(?:至|到|-|—|~)\s*(?:{_DAY}|(\d{{1,2}})\s*月\s*(\d{{1,2}})\s*日)")
_DATE = re.compile(r"(20\d\d)\s*[-年/.]\s*(\d{1,2})\s*[-月/.]\s*(\d{1,2})(?!\d)")
_DATE_LABEL = re.compile(
    r"(?:发布日期|发布时间|公开日期|公布日期|公开时间|公布时间|生成日期|发文日期|成文日期|日期|时间)\s*[:：|]?\s*(?=20\d\d)"
)
_AGENCY_LABEL = re.compile(
    r"(?:发布机构|发布单位|公开机构|信息来源|来源|发文机关|制作机构)\s*[:：]\s*([^\s:：|]{3,40})"
)
_REMARK = re.compile(r"^[(\[【]([^()\[\]【】]+)[)\]】]|[(\[【]([^()\[\]【】]+)[)\]】]$")  # before or after a title
_LINE_ENDS = re.compile(r"[\n\u2028]")
_CHINESE_DIGITS = dict(zip("〇○零OＯ一二三四五六七八九", "00000123456789", strict=True))


@dataclass(frozen=True, slots=True)
class Identity:
    """Whose report it is; None where the page does not say."""

    title: str | None
    agency: str | None
    region: str | None
    region_code: str | None
    level: str | None
    kind: str | None
    scope: str | None
    year: int | None
    period: str | None
    published: str | None
    evidence: Mapping[str, str] = field(default_factory=dict)


def read_identity(front: Section, sections: Sequence[Section]) -> tuple[Identity, list[Issue]]:
    """Read the identity of a report.

    Parameters
    ----------
    front : Section
        What stands before the first heading.
    sections : sequence of Section
        The sections.

    Returns
    -------
    Identity
        Each part as the page gives it, or None; `evidence` has the words that it was read from.
    list of Issue
        What is missing or contradicts itself.
    """
    lines = list(_lines(front)) or [line for section in sections[:1] for line in _lines(section)][:40]
    text = " ".join(canonical(line) for section in (front, *sections) for line in _lines(section))
    title = _find_title(list(_lines(front, by_cell=True)) or lines)
    period = _find_period(text)
    year, issues = _find_year(title, period)
    agency = _find_agency(title, lines, text)
    region = find_region(agency, year or 2024, text) if agency else None
    scope = agencies.scope(" ".join(map(canonical, _said_first(front, sections))))
    published = _find_published(lines)
    found = {
        "title": title,
        "agency": title if agency and agency == _owner(title or "") else agency,
        "year": title if title and _YEAR.search(canonical(title)) else period and period.words,
        "period": period and period.words,
        "scope": scope and scope.words,
        "published": published and published.words,
    }
    identity = Identity(
        title=title,
        agency=agency,
        region=region.name if region else None,
        region_code=region.code if region else None,
        level=_level(agency, region),
        kind=agencies.kind(agency) if agency else None,
        scope=scope.id if scope else None,
        year=year,
        period=period.dates if period else None,
        published=published.dates if published else None,
        evidence={name: words for name, words in found.items() if words},
    )
    gaps = [name for name in ("title", "agency", "year", "published") if getattr(identity, name) is None]
    if gaps:
        issues.append(Issue("identity_incomplete", "warning", f"the page does not say: {', '.join(gaps)}"))
    if agency and region is None:
        issues.append(Issue("region_unresolved", "info", f"{agency}: no division of county level or above for certain"))
    return identity, issues


def _said_first(front: Section, sections: Sequence[Section]) -> Iterator[str]:
    """Yield where a report says whose figures it gives: before and in its first section, and in its last."""
    yield from _lines(front)
    for section in (*sections[:1], *sections[1:][-1:]):
        yield from (line[:600] for line in _lines(section))


def _lines(section: Section, *, by_cell: bool = False) -> Iterator[str]:
    """Yield the lines of a section; a row of a table is a line, or each of its cells."""
    for block in section.blocks:
        if isinstance(block, Paragraph):
            yield from filter(None, (line.strip() for line in _LINE_ENDS.split(block.text)))
        elif isinstance(block, Grid):
            rows = [list(dict.fromkeys(filter(None, row))) for row in block.texts if any(row)]
            yield from (cell for row in rows for cell in row) if by_cell else map(" ".join, rows)


def _find_title(lines: Sequence[str]) -> str | None:
    candidates = []
    for number, line in enumerate(lines):
        before = lines[number - 1] if number and _continues(lines[number - 1]) else ""
        joined = before + line if before and not _may_be_title(line) and not _may_be_title(before) else line
        if not _may_be_title(joined):
            continue
        title = re.sub(r"^\s*(?:标\s*题|名\s*称|信息名称)\s*[:：]?\s*", "", joined).strip()
        if inner := re.search(r"《([^《》]*年度报告)》", title):
            title = inner.group(1)
        halved = not _YEAR.search(canonical(title)) or not _owner(title)
        if halved and before and joined is line and not _may_be_title(before):
            title = before + title
        candidates.append(title)
    if not candidates:  # the whole report on one line
        candidates = [word for line in lines[:1] for word in line[:_OPENING].split() if _may_be_title(word)]
    candidates = [without_radicals(title.lstrip("# ")) for title in candidates]
    with_year = [title for title in candidates if _YEAR.search(canonical(title))]
    return max(with_year or candidates, key=lambda title: bool(_owner(title)), default=None)


def title_of(line: str) -> tuple[str, int] | None:
    """Return the agency and year that a line names as a title of a report; None where it is no such title.

    Examples
    --------
    >>> title_of("安福县2020年政府信息公开工作年度报告"), title_of("2020年政府信息公开工作年度报告")
    (('安福县', 2020), None)
    """
    likely = len(line) <= 2 * LONGEST_TITLE and "公" in line and "年" in line
    year = _YEAR.search(canonical(line)) if likely and _may_be_title(line) else None
    owner = _owner(line) if year else ""
    return (owner, _to_year(year.group(1))) if year and agencies.is_agency(owner) else None


def _may_be_title(line: str) -> bool:
    flat = canonical(line).replace("\0", "")
    if len(flat) > LONGEST_TITLE:
        return False
    whole = _TITLE.search(flat) or _TITLE.search(re.sub(r"\s", "", flat))
    chrome = set("。>›»") & set(flat) or any(word in flat for word in _NO_TITLE)
    return bool(whole) and not chrome


def _continues(line: str) -> bool:
    """Tell whether a line may be the first half of a title that is broken in two."""
    if len(line) > 40 or set("。：:|>›»【】") & set(line) or _DATE.search(canonical(line)):
        return False
    return _YEAR.search(line) is not None or agencies.is_organ(line) or agencies.is_region(line)


def _to_year(text: str) -> int:
    return int("".join(_CHINESE_DIGITS.get(char, char) for char in text))


class _Dated(NamedTuple):
    """A date or a period (ISO 8601), and the words it was read from."""

    dates: str
    words: str


def _find_period(text: str) -> _Dated | None:
    """Return the period of the figures; where the page names several, the one it names most."""
    found: Counter[str] = Counter()
    words: dict[str, str] = {}
    for hit in _PERIOD.finditer(text):
        year, month, day, until, *rest = hit.groups()
        last = (until, *rest[:2]) if until else (year, *rest[2:])
        first, end = _iso_date(year, month, day), _iso_date(*last)
        if first and end and first < end:
            found[f"{first}/{end}"] += 1
            words.setdefault(f"{first}/{end}", hit.group())
    dates = found.most_common(1)[0][0] if found else None
    return _Dated(dates, words[dates]) if dates else None


def _find_year(title: str | None, period: _Dated | None) -> tuple[int | None, list[Issue]]:
    in_title = _YEAR.search(canonical(title)) if title else None
    covered = int(period.dates[:4]) if period and period.dates[:4] == period.dates[11:15] else None
    year = _to_year(in_title.group(1)) if in_title else covered
    if year is None or not 2007 <= year <= 2100:
        return covered, []
    if covered is not None and covered != year:
        return year, [Issue("years_differ", "error", f"the title says {year}, the period of its figures {covered}")]
    return year, []


def _owner(title: str) -> str:
    """Return what is left of a title without year and name of the document.

    Examples
    --------
    >>> _owner("2019年上海市人民政府办公厅政府信息公开工作年度报告")
    '上海市人民政府办公厅'
    >>> _owner("安福县2020年政府信息公开工作年度报告（修订）"), _owner("2020年政府信息公开工作年度报告（安福县）")
    ('安福县', '安福县')
    """
    flat = re.sub(r"[\s\0]", "", canonical(title))
    flat = _REMARK.sub(lambda remark: remark[0] if _names(remark[1] or remark[2]) else "", flat)
    flat = _TITLE_TAIL.sub("", flat)
    flat = re.sub(r"((?:19|20)\d\d|[二一][〇○零O九][〇○零O一二三]{2})年?度?", "", flat)
    return re.sub(r"^(?:关于|公布|发布|报送)|[的《》(){}\[\]:：,-]+|\.(?:html?|docx?|pdf)$", "", flat)


def _names(words: str) -> bool:
    """Tell whether a remark in brackets names whose report it is."""
    return agencies.is_organ(words) or agencies.is_region(words)


def _find_agency(title: str | None, lines: Sequence[str], text: str) -> str | None:
    owner = _owner(title) if title else ""
    if not agencies.is_agency(owner):
        named = (_AGENCY_LABEL.search(canonical(line)) for line in lines)
        owner = next((hit.group(1) for hit in named if hit and not hit.group(1).endswith("网")), "")
    if not agencies.is_agency(owner):
        return None
    if agencies.is_organ(owner) or not agencies.is_region(owner):
        return owner
    full = f"{owner}办事处" if owner.endswith("街道") else f"{owner}人民政府"
    return full if full in text else owner


def _level(agency: str | None, region: Region | None) -> str | None:
    """Return the level of the agency's area: a township or street office lies below its county."""
    if agency and agencies.is_below_county(agency):
        return "township"
    return region.level if region else None


def _find_published(lines: Sequence[str]) -> _Dated | None:
    for line in lines:
        flat = canonical(line)
        label = _DATE_LABEL.search(flat)
        if label and (day := _iso(flat, label.end())):
            return _Dated(day, line)
    for line in lines:
        flat = canonical(line).strip()
        if len(flat) <= 40 and (found := _DATE.match(flat)) and (day := _iso(flat, found.start())):
            return _Dated(day, line)
    return None


def _iso(text: str, start: int) -> str | None:
    found = _DATE.match(text, start)
    return _iso_date(*found.groups()) if found else None


def _iso_date(year: str, month: str, day: str) -> str | None:
    try:
        return date(int(year), int(month), int(day)).isoformat()
    except ValueError:
        return None
