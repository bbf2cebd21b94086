import pytest

from gidtk.enumerations import find_lists

LISTS = [
    ("一是甲。二是乙。", [["甲", "乙"]]),
    ("（一）甲\n（二）乙", [["甲", "乙"]]),
    ("首先，甲。其次，乙。", [["甲", "乙"]]),
    ("一方面，甲。另一方面，乙。", [["甲", "乙"]]),
    ("统一是甲", []),
    ("", []),
]


@pytest.mark.parametrize(("text", "lists"), LISTS, ids=[case[0] or "empty" for case in LISTS])
def test_lists_are_found_with_their_items(text, lists):
    assert [[text[e.begin : e.end] for e in one.entries] for one in find_lists(text)] == lists
