"""Pages drawn by hand, as PDF: text and lines exactly where a test wants them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

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
        """Draw a straight line."""
        self.content.append(f"{x0} {y0} m {x1} {y1} l S")
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
