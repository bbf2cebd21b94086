"""Pages drawn by hand, as PDF and OFD: text and lines exactly where a test wants them."""

import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from xml.sax.saxutils import escape

from noto_cjk_sans_otc import FONT_PATH
from pages import PROSE, SECTIONS, Page, Row, Spanned, tables, title
from PIL import Image, ImageDraw, ImageFont

from gidtk.readers.spans import expand

A4 = (595.0, 842.0)


@dataclass
class Drawing:
    """One page: operators of its content, in points from the lower left corner."""

    content: list[str] = field(default_factory=list)
    inside: "Drawing | None" = None  # a drawing inside the page, placed by the operator /F0 Do
    matrix: tuple[float, ...] = (1, 0, 0, 1, 0, 0)  # of the drawing inside
    rotate: int = 0
    size: tuple[float, float] = A4

    def text(self, x: float, y: float, text: str, size: float = 10) -> "Drawing":
        """Print a text; Chinese characters are as wide as high, digits half as wide."""
        self.content.append(f"BT /C {size} Tf 1 0 0 1 {x} {y} Tm (\0{text}\0) Tj ET")
        return self

    def line(self, x0: float, y0: float, x1: float, y1: float) -> "Drawing":
        """Draw a straight line, once."""
        drawn = f"{x0} {y0} m {x1} {y1} l S"
        self.content += [] if drawn in self.content else [drawn]
        return self

    def box(self, x0: float, y0: float, x1: float, y1: float, how: str = "S") -> "Drawing":
        """Draw a rectangle, ``f`` to fill it."""
        self.content.append(f"{x0} {y0} {x1 - x0} {y1 - y0} re {how}")
        return self

    def ops(self, *operators: str) -> "Drawing":
        """Add operators as they are."""
        self.content += operators
        return self

    def lattice(self, xs: Sequence[float], ys: Sequence[float]) -> "Drawing":
        """Draw a full grid of lines."""
        for x in xs:
            self.line(x, min(ys), x, max(ys))
        for y in ys:
            self.line(min(xs), y, max(xs), y)
        return self

    def table(self, rows: Sequence[Sequence[str]], xs: Sequence[float], top: float, high: float = 20) -> "Drawing":
        """Draw a fully ruled table with one text a cell."""
        self.lattice(xs, [top - high * n for n in range(len(rows) + 1)])
        return self.values(rows, xs, top, high)

    def values(self, rows: Sequence[Sequence[str]], xs: Sequence[float], top: float, high: float = 20) -> "Drawing":
        """Print the texts of a table without its lines."""
        for number, row in enumerate(rows):
            for x, text in zip(xs, row, strict=False):
                if text:
                    self.text(x + 3, top - high * (number + 0.7), text)
        return self


def pdf(*pages: Drawing) -> bytes:
    """Write the pages as a PDF, in a font of its own whose every character is a box with a known text."""
    objects: list[bytes] = [b"", b""]  # catalogue, tree of pages
    drawn = [*pages, *(page.inside for page in pages if page.inside)]
    chars = sorted({char for page in drawn for op in page.content for char in "".join(op.split("\0")[1::2])})
    font = _font(objects, chars)
    kids = []
    for page in pages:
        extra = ""
        if page.inside:
            form = _add(
                objects,
                f"/Type/XObject/Subtype/Form/BBox[-5000 -5000 5000 5000]/Matrix[{_list(page.matrix)}]"
                f"/Resources<</Font<</C {font} 0 R>>>>",
                _code(page.inside, chars),
            )
            extra = f"/XObject<</F0 {form} 0 R>>"
        stream = _add(objects, "", _code(page, chars))
        size = _list(page.size)
        kids.append(
            _add(
                objects,
                f"/Type/Page/Parent 2 0 R/MediaBox[0 0 {size}]/Rotate {page.rotate}"
                f"/Resources<</Font<</C {font} 0 R>>{extra}>>/Contents {stream} 0 R",
            )
        )
    objects[0] = b"<</Type/Catalog/Pages 2 0 R>>"
    objects[1] = f"<</Type/Pages/Count {len(kids)}/Kids[{' '.join(f'{kid} 0 R' for kid in kids)}]>>".encode("ascii")
    return assembled(objects)


def assembled(objects: Sequence[bytes]) -> bytes:
    """Write numbered objects as a PDF; the first is its catalogue."""
    out = bytearray(b"%PDF-1.7\n")
    offsets = []
    for number, body in enumerate(objects, start=1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    out += b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    return bytes(out)


def _code(page: Drawing, chars: Sequence[str]) -> str:
    """Return the operators of a page, its texts as codes of the font."""
    codes = {char: f"{number:02X}" for number, char in enumerate(chars, start=1)}
    lines = []
    for op in page.content:
        before, *rest = op.split("\0")
        if rest:
            op = f"{before[:-1]}<{''.join(codes[char] for char in rest[0])}>{rest[1][1:]}"
        lines.append(op)
    return "\n".join(lines)


def _font(objects: list[bytes], chars: Sequence[str]) -> int:
    assert len(chars) < 256
    wide = [500 if char.isascii() else 1000 for char in chars]
    glyphs = [_add(objects, "", f"{w} 0 0 -100 {w} 800 d1 40 -60 {w - 80} 800 re f") for w in wide]
    names = range(1, len(chars) + 1)
    mapped = "\n".join(f"<{n:02X}> <{char.encode('utf-16-be').hex()}>" for n, char in enumerate(chars, start=1))
    unicode = _add(
        objects,
        "",
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /A def /CMapType 2 def 1 "
        f"begincodespacerange <00> <FF> endcodespacerange {len(chars)} beginbfchar\n{mapped}\nendbfchar endcmap "
        "end end",
    )
    procs = "".join(f"/g{n} {glyph} 0 R" for n, glyph in zip(names, glyphs, strict=True))
    return _add(
        objects,
        f"/Type/Font/Subtype/Type3/FontBBox[0 -100 1000 800]/FontMatrix[0.001 0 0 0.001 0 0]/CharProcs<<{procs}>>"
        f"/Encoding<</Type/Encoding/Differences[1{''.join(f'/g{n}' for n in names)}]>>/FirstChar 1"
        f"/LastChar {max(len(chars), 1)}/Widths[{_list(wide)}]/ToUnicode {unicode} 0 R/Resources<<>>",
    )


def _list(numbers: Iterable[float]) -> str:
    return " ".join(f"{number:g}" for number in numbers)


def _add(objects: list[bytes], head: str, stream: str | None = None) -> int:
    if stream is None:
        objects.append(f"<<{head}>>".encode("ascii"))
    else:
        objects.append(f"<<{head}/Length {len(stream)}>>\nstream\n{stream}\nendstream".encode("ascii"))
    return len(objects)


# ---------------------------------------------------------------- OFD

_TEXT = re.compile(r"BT /C (\S+) Tf 1 0 0 1 (\S+) (\S+) Tm \(\0(.*)\0\) Tj ET")
_LINE = re.compile(r"(\S+) (\S+) m (\S+) (\S+) l S")
_BOX = re.compile(r"(\S+) (\S+) (\S+) (\S+) re ([Sf])")
MILLIMETRE = 25.4 / 72  # of a point


def ofd(*pages: Drawing, namespace: str = "http://www.ofdspec.org/2016") -> bytes:
    """Write pages of texts, lines and boxes as an OFD document."""
    box = f"0 0 {_list(side * MILLIMETRE for side in A4)}"
    named = f'xmlns:ofd="{namespace}"'
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "OFD.xml",
            f'<ofd:OFD {named} Version="1.0" DocType="OFD"><ofd:DocBody><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot>'
            "</ofd:DocBody></ofd:OFD>",
        )
        listed = "".join(f'<ofd:Page ID="{n}" BaseLoc="Pages/Page_{n}/Content.xml"/>' for n in range(len(pages)))
        archive.writestr(
            "Doc_0/Document.xml",
            f"<ofd:Document {named}><ofd:CommonData><ofd:PageArea><ofd:PhysicalBox>{box}</ofd:PhysicalBox>"
            f"</ofd:PageArea></ofd:CommonData><ofd:Pages>{listed}</ofd:Pages></ofd:Document>",
        )
        for number, page in enumerate(pages):
            content = "".join(_ofd_object(op) for op in page.content)
            archive.writestr(
                f"Doc_0/Pages/Page_{number}/Content.xml",
                f"<ofd:Page {named}><ofd:Content><ofd:Layer>{content}</ofd:Layer></ofd:Content></ofd:Page>",
            )
    return out.getvalue()


def _ofd_object(op: str) -> str:
    mm = [float(number) * MILLIMETRE for number in re.findall(r"-?[\d.]+", op.split("\0")[0])]
    top = A4[1] * MILLIMETRE
    if found := _TEXT.fullmatch(op):
        size, x, y = mm[0], mm[5], top - mm[6]
        text = found[4]
        steps = " ".join(f"{size * (0.5 if char.isascii() else 1):.4f}" for char in text[:-1])
        boundary = f"{x:.4f} {y - size:.4f} {size * len(text):.4f} {size * 1.2:.4f}"
        return (
            f'<ofd:TextObject Boundary="{boundary}" Font="1" Size="{size:.4f}"><ofd:TextCode X="0" Y="{size:.4f}" '
            f'DeltaX="{steps}">{escape(text)}</ofd:TextCode></ofd:TextObject>'
        )
    if _LINE.fullmatch(op):
        x0, y0, x1, y1 = mm
        return _path(f"M {x0:.4f} {top - y0:.4f} L {x1:.4f} {top - y1:.4f}", "")
    found = _BOX.fullmatch(op)
    assert found, op
    x, y, width, height = mm
    low, high = top - y, top - y - height
    around = f"M {x} {low} L {x + width} {low} L {x + width} {high} L {x} {high} C"
    return _path(around, ' Stroke="false" Fill="true"' if found[5] == "f" else "")


def _path(data: str, how: str) -> str:
    drawn = f"<ofd:AbbreviatedData>{data}</ofd:AbbreviatedData>"
    return f'<ofd:PathObject Boundary="0 0 210 297"{how}>{drawn}</ofd:PathObject>'


# ---------------------------------------------------------------- a whole report

WIDTHS = ((120, 110, 110, 110), (24, 70, 130, *[36] * 7), (30,) * 15)
BOTTOM, TOP = 60.0, 780.0


def report(page: Page) -> list[Drawing]:
    """Draw a report with known figures: ruled tables with merged cells, broken over pages between rows."""
    drawn = [Drawing()]
    y = TOP

    def write(line: str) -> None:
        nonlocal y
        drawn[-1].text(72, y, line)
        y -= 20

    for line in (title(page), SECTIONS[0], PROSE):
        write(line)
    for heading, rows, widths in zip(SECTIONS[1:4], tables(page), WIDTHS, strict=True):
        write(heading)
        y = _ruled(drawn, rows, [60, *(60 + at for at in accumulate(widths))], y) - 20
    for line in (SECTIONS[4], "存在的问题：一是主动公开不够。", SECTIONS[5], "无。"):
        write(line)
    for number, sheet in enumerate(drawn, start=1):
        sheet.text(290, 30, f"- {number} -")
    return drawn


def _ruled(drawn: list[Drawing], rows: list[Row], xs: Sequence[float], y: float) -> float:
    """Draw a table from a height on; return where it ends."""
    placed = list(in_places(rows))
    high = [4 + 12 * max(_lines(cell, xs, column) for column, cell in row if cell.height == 1) for row in placed]
    open_cells: list[tuple[int, int, int]] = []  # first and last column, rows left
    for number, row in enumerate(placed):
        if y - high[number] < BOTTOM:
            drawn.append(Drawing())
            y = TOP
            drawn[-1].line(xs[0], y, xs[-1], y)
        sheet, low = drawn[-1], y - high[number]
        for first, last, _ in open_cells:
            sheet.line(xs[first], y, xs[first], low).line(xs[last], y, xs[last], low)
        for column, cell in row:
            end = column + cell.width
            sheet.line(xs[column], y, xs[end], y).line(xs[column], y, xs[column], low).line(xs[end], y, xs[end], low)
            room = max(int((xs[end] - xs[column] - 4) // 10), 1)
            for n in range(0, len(cell.text), room) if not cell.text.isascii() else [0]:
                text = cell.text[n : n + room] if not cell.text.isascii() else cell.text
                if text:
                    sheet.text(xs[column] + 2, y - 12 - 12 * (n // room), text)
        open_cells = [(a, b, left - 1) for a, b, left in open_cells if left > 1]
        open_cells += [(c, c + cell.width, cell.height - 1) for c, cell in row if cell.height > 1]
        y = low
        covered = {c for a, b, _ in open_cells for c in range(a, b)}
        for column in range(len(xs) - 1):
            if column not in covered:
                sheet.line(xs[column], y, xs[column + 1], y)
    return y


def _lines(cell: Spanned, xs: Sequence[float], column: int) -> int:
    room = max(int((xs[column + cell.width] - xs[column] - 4) // 10), 1)
    return 1 if cell.text.isascii() else -(-len(cell.text) // room)


def in_places(rows: list[Row]) -> Iterator[list[tuple[int, Spanned]]]:
    """Yield each row's cells with the column they begin in."""
    taken: set[tuple[int, int]] = set()
    for number, row in enumerate(rows):
        column, out = 0, []
        for cell in row:
            while (number, column) in taken:
                column += 1
            out.append((column, cell))
            taken |= {(number + i, column + j) for i in range(cell.height) for j in range(cell.width)}
            column += cell.width
        yield out


# ---------------------------------------------------------------- pictures

DOT = 22  # of a character, in a picture


def picture(rows: list[Row], widths: Sequence[int]) -> Image.Image:
    """Draw a table as a screenshot shows it: dots, ruled, the texts of cells broken to fit."""
    font = ImageFont.truetype(FONT_PATH, DOT)
    cells = list(dict.fromkeys(cell for row in expand([_triples(row) for row in rows]) for cell in row if cell))
    xs = list(accumulate(widths, initial=20))
    texts = {cell: _broken(cell.text, (xs[cell.column + cell.width] - xs[cell.column]) // DOT - 1) for cell in cells}
    heights = [56] * len(rows)
    for cell in cells:
        if cell.height == 1:
            heights[cell.row] = max(heights[cell.row], 30 * (texts[cell].count("\n") + 1) + 16)
    ys = list(accumulate(heights, initial=20))
    drawn = Image.new("RGB", (xs[-1] + 20, ys[-1] + 20), "white")
    pen = ImageDraw.Draw(drawn)
    for cell in cells:
        box = (xs[cell.column], ys[cell.row], xs[cell.column + cell.width], ys[cell.row + cell.height])
        pen.rectangle(box, outline="black", width=2)
        middle = ((box[0] + box[2]) / 2, (box[1] + box[3]) / 2)
        pen.multiline_text(middle, texts[cell], "black", font, anchor="mm", align="center")
    return drawn


def _triples(row: Row) -> list[tuple[str, int, int]]:
    return [(cell.text, cell.height, cell.width) for cell in row]


def _broken(text: str, width: int) -> str:
    """Break a text into lines of so many characters; a number fits its cell."""
    if text.isascii():
        return text
    return "\n".join(text[n : n + max(width, 1)] for n in range(0, len(text), max(width, 1)))


def as_file(drawn: Image.Image, kind: str = "PNG") -> bytes:
    """Return a picture as the content of a file."""
    stream = io.BytesIO()
    drawn.save(stream, kind)
    return stream.getvalue()
