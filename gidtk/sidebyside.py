"""Two texts side by side, the passages that they share in colour and numbered: for a notebook, a page, or print."""

import os
from bisect import bisect_left
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise
from pathlib import Path

import pandas as pd

from gidtk.alignment import changes, check_length, passages, share, standing
from gidtk.errors import GidtkError
from gidtk.files import make_folder, write_whole
from gidtk.masking import KINDS, mask
from gidtk.webfont import font_face

__all__ = ["SideBySide", "side_by_side"]

_LABELS = {
    "zh": {
        "title": "文本对照",
        "text": "本文",
        "donor": "来源文本",
        "share": "本文有 {share} 的字在来源文本中也有（连续 {k} 字以上，{masked}）。",
        "masked": "比较前遮蔽：{kinds}",
        "unmasked": "未遮蔽",
        "key": "同号同色的段落两边都有；下划线处被遮蔽，两边写的不同。",
        "names": "名称",
        "documents": "文号",
        "dates": "日期",
        "numbers": "数字",
        "comma": "、",
    },
    "en": {
        "title": "Two texts side by side",
        "text": "The text",
        "donor": "The donor",
        "share": "{share} of the characters of the text stand in the donor too (in passages of {k} or more; {masked}).",
        "masked": "masked before comparing: {kinds}",
        "unmasked": "nothing masked",
        "key": "Passages of one number and colour stand in both; what is underlined was masked and differs.",
        "names": "names",
        "documents": "document numbers",
        "dates": "dates",
        "numbers": "numbers",
        "comma": ", ",
    },
}
_COLOURS = ("#cfe3ee", "#f6dfc1", "#d5e8cf", "#ecd5e3", "#e6e2b8", "#d9d6ee")
_CELL = "white-space: pre-wrap; text-align: left; vertical-align: top; width: 50%"
_PAGE = """<!DOCTYPE html>
<html lang="{lang}"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; font-src data:">
<title>{title}</title><style>
{font}
body{{font-family:"Noto Sans CJK SC","Source Han Sans SC","Microsoft YaHei","gidtk Noto Sans SC",sans-serif;
line-height:1.7;margin:2em auto;
max-width:70em;padding:0 1em}}table{{border-collapse:collapse;width:100%;table-layout:fixed}}
th,td{{border:1px solid #999;padding:.5em .8em;vertical-align:top;overflow-wrap:anywhere}}
mark{{border-bottom:1px solid #555;print-color-adjust:exact;-webkit-print-color-adjust:exact}}
@media print{{body{{margin:0;font-size:9pt}}}}
</style></head><body>
{body}
</body></html>
"""
_NAMED = 5  # passages named where more overlap
Span = tuple[int, int, int]  # from, to, number of the passage


@dataclass(frozen=True, repr=False)
class SideBySide:
    """Two texts and what they share; shows itself in a notebook.

    Attributes
    ----------
    text, donor : str
        The two texts.
    passages : DataFrame
        As `gidtk.alignment.passages` gives them.
    share : float or None
        The share of the characters of `text` in passages; None for a text without characters.
    changed, donor_changed : tuple
        Places that are masked, in passages, and differ.
    k : int
        The shortest passage.
    masked : tuple of str
        What was masked.
    titles : tuple of str
        What stands above the two texts; empty for the words of the language.
    lang : str
        ``zh`` or ``en``.
    note : str
        A remark above the texts.
    """

    text: str
    donor: str
    passages: pd.DataFrame
    share: float | None
    changed: tuple[tuple[int, int], ...]
    donor_changed: tuple[tuple[int, int], ...]
    k: int
    masked: tuple[str, ...]
    titles: tuple[str, str]
    lang: str
    note: str = ""

    def __repr__(self) -> str:
        """Say how much is shared."""
        return f"<SideBySide, passages: {len(self.passages)}, {_percent(self.share)} of the text>"

    def _repr_html_(self) -> str:
        words = _LABELS[self.lang]
        marks = [
            list(zip(*(self.passages[name].tolist() for name in (start, end, "passage")), strict=True))
            for start, end in (("start", "end"), ("donor_start", "donor_end"))
        ]
        heads = (escape(title or words[name]) for title, name in zip(self.titles, ("text", "donor"), strict=True))
        cells = [_marked(self.text, marks[0], self.changed), _marked(self.donor, marks[1], self.donor_changed)]
        return (
            f"<p>{escape(self._said())} {escape(words['key'])} {escape(self.note)}</p><table><thead><tr>"
            + "".join(f'<th scope="col" style="text-align: left; white-space: normal">{head}</th>' for head in heads)
            + "</tr></thead><tbody><tr>"
            + "".join(f'<td style="{_CELL}">{"".join(cell)}</td>' for cell in cells)
            + "</tr></tbody></table>"
        )

    def _said(self) -> str:
        words = _LABELS[self.lang]
        kinds = words["comma"].join(words[kind] for kind in KINDS if kind in self.masked)
        masked = words["masked"].format(kinds=kinds) if kinds else words["unmasked"]
        return words["share"].format(share=_percent(self.share), k=self.k, masked=masked)

    def page(self) -> str:
        """Return an HTML page that stands alone: no script, nothing from a network.

        Examples
        --------
        >>> side_by_side("公开信息3条。", "公开信息9条。", k=4).page().startswith("<!DOCTYPE html>")
        True
        """
        title = escape(_LABELS[self.lang]["title"])
        body = f"<h1>{title}</h1>{self._repr_html_()}"
        return _PAGE.format(lang=self.lang, title=title, font=font_face(body), body=body)

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the page, whole or not at all.

        Parameters
        ----------
        path : str or path
            A file that ends in ``.html``; its folder is made when it is not there.

        Returns
        -------
        Path
            The file.

        Raises
        ------
        GidtkError
            If the name has another ending, or the file cannot be written.
        """
        path = Path(path)
        if path.suffix.lower() != ".html":
            raise GidtkError(f"{path}: the page is HTML: give a name that ends in .html")
        try:
            write_whole(make_folder(path.parent), {path.name: self.page().encode("utf-8", "replace")})
        except OSError as error:
            raise GidtkError(f"{path} cannot be written ({error.strerror}): give another place") from None
        return path


def side_by_side(
    text: str,
    donor: str,
    *,
    k: int = 8,
    masked: Collection[str] = KINDS,
    names: Collection[str] = (),
    donor_names: Collection[str] = (),
    titles: tuple[str, str] = ("", ""),
    lang: str = "zh",
    note: str = "",
) -> SideBySide:
    """Show what a text has in common with another one (文本对照).

    Parameters
    ----------
    text, donor, k, masked, names, donor_names
        As for `gidtk.alignment.passages`.
    titles : tuple of str
        What to print above the two texts, such as the agencies with their years.
    lang : str
        ``zh`` or ``en``.
    note : str
        A remark above the texts, such as that they are simulated (:func:`gidtk.notice`).

    Returns
    -------
    SideBySide
        Shows itself in a notebook; ``page()`` and ``save()`` make a page of it, ``passages`` is the table. Shared
        passages are numbered as well as coloured, so that they are found in grey print; in them, what was masked and
        differs (a changed number) is underlined.

    Raises
    ------
    GidtkError
        If a text is no str, `k` is below 2, or a mask or the language is unknown.

    Examples
    --------
    >>> side_by_side("2021年收到申请12件，均按期答复。", "2020年收到申请9件，均按期答复。", k=8)
    <SideBySide, passages: 1, 100.0 % of the text>
    """
    check_length(k)
    if lang not in _LABELS:
        raise GidtkError(f"lang {lang!r}: give one of {', '.join(_LABELS)}")
    if isinstance(titles, str) or len(titles) != 2:
        raise GidtkError(f"titles {titles!r}: give two, for the text and for its donor")
    one, other = mask(text, masked, names), mask(donor, masked, donor_names)
    found = passages(text, donor, k=k, masked=masked, names=names, donor_names=donor_names)
    changed, donor_changed = changes(one, other, k)
    kinds = (masked,) if isinstance(masked, str) else tuple(masked)
    copied = share(one.weights, standing(one.form, [other.form], k))
    return SideBySide(text, donor, found, copied, changed, donor_changed, k, kinds, (titles[0], titles[1]), lang, note)


def _percent(share: float | None) -> str:
    return "—" if share is None else f"{100 * share:.1f} %"


def _marked(text: str, marks: Sequence[Span], changed: Sequence[tuple[int, int]]) -> Iterator[str]:
    """Yield the text as HTML, piece by piece; where passages overlap, as they may in the donor, all are named."""
    edges = sorted({0, len(text), *(edge for start, end, _ in marks for edge in (start, end))})
    inside: dict[int, list[int]] = {}
    for start, end, number in marks:
        for edge in edges[bisect_left(edges, start) : bisect_left(edges, end)]:
            inside.setdefault(edge, []).append(number)
    for start, end in pairwise(edges):
        numbers = inside.get(start, [])
        if not numbers:
            yield escape(text[start:end])
            continue
        style = f"background-color: {_COLOURS[(numbers[0] - 1) % len(_COLOURS)]}; color: #222"
        named = ",".join(map(str, numbers[:_NAMED])) + "…" * (len(numbers) > _NAMED)
        yield f'<mark style="{style}"><sup>{named}</sup>{"".join(_underlined(text, start, end, changed))}</mark>'


def _underlined(text: str, start: int, end: int, changed: Sequence[tuple[int, int]]) -> Iterator[str]:
    """Yield a piece of the text as HTML with what was changed in it underlined."""
    for place in range(bisect_left(changed, (start, 0)), len(changed)):
        begin, until = changed[place]
        if begin >= end:
            break
        yield f"{escape(text[start:begin])}<u>{escape(text[begin:until])}</u>"
        start = until
    yield escape(text[start:end])
