"""How long reading a file takes, as a ratio to what other libraries take for the same file in the same run.

usage: python tests/benchmarks/reading.py [FILE ...]

Without files the pages are made here: HTML of 60, 130 and 200 KB, PDF, DOCX, OFD. Prints a Markdown table. Needs
python-docx; a library to compare with that is not installed (pdfplumber) is left out.
The others do less: lxml builds the tree alone, pandas.read_html, pdfplumber and python-docx give text and tables;
gidtk gives the report with its sections, cells and issues (`read_report`).
"""

import io
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from importlib.util import find_spec
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from drawings import ofd, pdf, report
from pages import HTML_LAYOUTS, PROSE, draw_page
from test_readers_docx import written

import gidtk as gid
from gidtk.readers import sniff

ROUNDS = 9
Reader = Callable[[bytes], object]


def made(folder: Path) -> Iterator[Path]:
    """Write the files to be read."""
    drawn = draw_page("f2021", 7)
    for size in (60, 130, 200):
        yield _write(folder / f"{size}.html", html_page(size * 1000))
    yield _write(folder / "report.pdf", pdf(*report(drawn)))
    yield _write(folder / "report.docx", written(drawn))
    yield _write(folder / "report.ofd", ofd(*report(drawn)))


def html_page(size: int) -> bytes:
    """Return a report as Word exports it, with the navigation of a site around it; its markup makes up the size."""
    page = HTML_LAYOUTS["word export"](draw_page("f2021", 7))
    links = "".join(
        f"<li class='item'><a href='/zwgk/{n}.html' title='栏目'>信息公开栏目{n}</a></li>" for n in range(60)
    )
    prose = "".join(f"<p class=MsoNormal><span lang=EN-US>（{n}）{PROSE}</span></p>" for n in range(40))
    page = page.replace("<body>", f"<body><div class='nav'><ul>{links}</ul></div>").replace(
        "<p>五、", f"{prose}<p>五、"
    )
    spans = page.count("<span lang=EN-US>")
    style = "font-family:仿宋_GB2312;mso-hansi-font-family:宋体;mso-bidi-font-family:宋体;color:black;font-size:16.0pt;"
    left = max(size - len(page.encode("utf-8")), 0) // spans
    style = (style * (left // len(style.encode("utf-8")) + 1))[: left * 2 // 3]
    return page.replace("<span lang=EN-US>", f"<span lang=EN-US style='{style}'>").encode("utf-8")


def _write(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


def lxml_tree(data: bytes) -> object:
    """Build the tree alone."""
    from lxml import html

    return html.document_fromstring(data)


def pandas_tables(data: bytes) -> object:
    """Read the tables."""
    import pandas as pd

    return pd.read_html(io.BytesIO(data), encoding="utf-8", flavor="lxml")


def plumber(data: bytes) -> object:
    """Read text and tables of every page."""
    import pdfplumber

    with pdfplumber.open(io.BytesIO(data)) as document:
        return [(page.extract_text(), page.extract_tables()) for page in document.pages]


def python_docx(data: bytes) -> object:
    """Read paragraphs and the text of every position of every table."""
    import docx

    document = docx.Document(io.BytesIO(data))
    tables = [[[cell.text for cell in row.cells] for row in table.rows] for table in document.tables]
    return [paragraph.text for paragraph in document.paragraphs], tables


OTHERS: dict[str, dict[str, tuple[str, Reader]]] = {
    "html": {"lxml's tree": ("lxml", lxml_tree), "pandas.read_html": ("pandas", pandas_tables)},
    "pdf": {"pdfplumber": ("pdfplumber", plumber)},
    "docx": {"python-docx": ("docx", python_docx)},
}


def compare(path: Path) -> Iterator[str]:
    """Yield the rows of the table for one file: medians of rounds in which each reader has its turn.

    What is counted is time of the processor, so that other programs that run beside it do not change the ratios.
    """
    data = path.read_bytes()
    readers: dict[str, Callable[[], object]] = {
        "gidtk": lambda: gid.read_report(path),
        "gidtk, blocks alone": lambda: gid.read_blocks(path),
    }
    for name, (package, read) in OTHERS.get(sniff(data), {}).items():
        if find_spec(package):
            readers[name] = partial(read, data)
    times: dict[str, list[float]] = {name: [] for name in readers}
    for turn in range(ROUNDS + 1):
        for name, run in readers.items():
            start = time.process_time()
            run()
            if turn:  # the first round loads what is loaded once
                times[name].append(time.process_time() - start)
    medians = {name: statistics.median(taken) for name, taken in times.items()}
    for name, seconds in medians.items():
        ratios = [f"{seconds / medians[ours]:.2f}" for ours in ("gidtk", "gidtk, blocks alone")]
        written = "" if name.startswith("gidtk") else " | ".join(ratios)
        yield f"| {path.name} | {len(data) / 1000:.0f} | {name} | {seconds * 1000:.1f} | {written or ' | '} |"


def main() -> None:
    """Print the table."""
    print("| file | KB | read by | ms | times as long as gidtk | as its blocks alone |\n|---|--:|---|--:|--:|--:|")
    with tempfile.TemporaryDirectory() as folder:
        for path in [Path(name) for name in sys.argv[1:]] or list(made(Path(folder))):
            for row in compare(path):
                print(row, flush=True)


if __name__ == "__main__":
    main()
