"""What is to be said of a report as a whole: its form is unknown or of another year, its tables lie elsewhere."""

import re
from collections.abc import Iterator, Sequence

from gidtk.blocks import Block, Paragraph
from gidtk.form import Form
from gidtk.issues import Issue

__all__ = ["annex_remarks", "form_remarks"]

# A page that names a file beside itself: 附件1：…统计表, 点击下载, a name with the ending of a document.
_ANNEX = re.compile(
    r"(?:附件|附表)\s*[\d一二三四五]*\s*[:：.、][^。\n]{0,60}|[^\s。，]{1,60}\.(?:docx?|xlsx?|pdf|wps|et|ofd)\b|[^。\n]{0,20}附件下载",
    re.IGNORECASE,
)


def annex_remarks(faults: Sequence[Issue], form: Form | None, blocks: Sequence[Block]) -> Iterator[Issue]:
    """Say that tables which are missing may stand in another file, where the page names one."""
    if form is not None and all(fault.code != "table_missing" for fault in faults):
        return
    names = (_ANNEX.search(block.text) for block in blocks if isinstance(block, Paragraph))
    if found := next(filter(None, names), None):
        words = found.group().strip()
        yield Issue(
            "annex_named", "info", f"the page names another file ({words}), which may hold the tables: read it too"
        )


def form_remarks(form: Form | None, year: int | None) -> list[Issue]:
    """Say that the form is unknown, or that it is the form of another year."""
    if form is None:
        return [
            Issue(
                "form_unknown",
                "warning",
                "neither words nor year tell which statutory form this is: no cell is read",
            )
        ]
    if year is not None and not form.years[0] <= year <= form.years[1]:
        return [
            Issue(
                "form_of_other_year",
                "warning",
                f"the report is of {year}, its tables are of the {form.en}",
            )
        ]
    return []
