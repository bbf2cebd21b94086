"""Files made to exhaust a reader end in an error of ours, or are read, in bounded time and memory."""

import gzip
import io
import json
import subprocess
import sys
import zipfile
import zlib
from importlib.util import find_spec
from pathlib import Path

import pytest
from drawings import assembled

resource = pytest.importorskip("resource", reason="limits of a process are set the way of Unix")

SECONDS = 20.0  # for one file; the slowest takes three
MEMORY = 3 * 1024**3  # bytes of address space for all files one after the other, the libraries included
RESIDENT = 800_000  # kilobytes in use at the worst moment

CHILD = """
import json, resource, sys, time
resource.setrlimit(resource.RLIMIT_AS, ({memory}, {memory}))
resource.setrlimit(resource.RLIMIT_CPU, (150, 150))
import gidtk

def peak():  # kilobytes; what getrusage tells of a child counts the process that started it
    try:
        with open("/proc/self/status", encoding="utf-8") as lines:
            return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

for path in sys.argv[1:]:
    start = time.perf_counter()
    try:
        told = repr(gidtk.read_report(path))
    except gidtk.GidtkError as error:
        told = f"{{type(error).__name__}}: {{error}}"
    print(json.dumps([path, told, time.perf_counter() - start, peak()]), flush=True)
"""

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
ENTITIES = "".join(f'<!ENTITY e{n + 1} "{f"&e{n};" * 20}">' for n in range(9))
DOCTYPE = f'<!DOCTYPE a [<!ENTITY e0 "aaaaaaaaaa">{ENTITIES}]>'


def zipped(name: str, data: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, data)
    return out.getvalue()


def docx(body: str, head: str = "") -> bytes:
    return zipped("word/document.xml", f"{head}<w:document {W}><w:body>{body}</w:body></w:document>")


def cell(properties: str = "") -> str:
    return f"<w:tc><w:tcPr>{properties}</w:tcPr><w:p><w:r><w:t>0</w:t></w:r></w:p></w:tc>"


def pdf(content: bytes, resources: bytes = b"", *more: bytes) -> bytes:
    packed = zlib.compress(content, 9)
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Count 1/Kids[3 0 R]>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<<" + resources + b">>>>",
        b"<</Filter/FlateDecode/Length %d>>stream\n%s\nendstream" % (len(packed), packed),
        *more,
    ]
    return assembled(objects)


def lattice(count: int) -> bytes:
    lines = (b"%d 0 m %d 800 l S 0 %d m 800 %d l S\n" % ((i * 7,) * 4) for i in range(count))
    return b"".join(lines)


SELF = (
    b"<</Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</F 5 0 R>>>>/Length 5>>stream\n/F Do\nendstream"
)
MIME = b"MIME-Version: 1.0\nContent-Type: multipart/related; boundary=b0\n\n"
NEST = b"".join(b"--b%d\nContent-Type: multipart/related; boundary=b%d\n\n" % (n, n + 1) for n in range(5_000))
ROW = "<tr><td>规章</td><td>0</td></tr>"
WIDE = "<w:tr>" + cell('<w:gridSpan w:val="1000000000"/>') + "</w:tr>"
SPAN = "<td colspan=1000000000 rowspan=1000000000>0</td>"


def lying(data: bytes, size: int) -> bytes:
    """Return an archive of one file that says its content is small, in both places."""
    out = bytearray(data)
    out[22:26] = size.to_bytes(4, "little")
    at = data.index(b"PK\x01\x02") + 24
    out[at : at + 4] = size.to_bytes(4, "little")
    return bytes(out)


BOMBS = {
    "lying.docx": lambda: lying(zipped("word/document.xml", " " * 100_000_000), 1_000),
    "zip_bomb.docx": lambda: zipped("word/document.xml", " " * 100_000_000),
    "entities.docx": lambda: docx("<w:p><w:r><w:t>&e9;</w:t></w:r></w:p>", DOCTYPE),
    "spans.docx": lambda: docx(f"<w:tbl>{WIDE * 5_000}</w:tbl>"),
    "nested.docx": lambda: docx("<w:tbl><w:tr><w:tc>" * 10_000 + "</w:tc></w:tr></w:tbl>" * 10_000),
    "cells.docx": lambda: docx(f"<w:tbl><w:tr>{cell() * 30_000}</w:tr></w:tbl>"),
    "entities.ofd": lambda: zipped("OFD.xml", f"{DOCTYPE}<OFD><DocBody><DocRoot>&e9;</DocRoot></DocBody></OFD>"),
    "spans.html": lambda: f"<table>{f'<tr>{SPAN * 20}</tr>' * 1_000}</table>".encode(),
    "nested.html": lambda: b"<table><tr><td>" * 10_000 + b"0",
    "deep.html": lambda: b"<div>" * 300_000 + b"0",
    "attributes.html": lambda: b"<p " + b"a=1 " * 1_000_000 + b">0",
    "tables.html": lambda: f"<html>{f'<table>{ROW}</table>' * 9_000}".encode(),
    "paragraphs.html": lambda: b"<html>" + b"<p>0</p>" * 500_000,
    "large.html": lambda: b"<html>" + b"<p>0</p>" * 13_000_000,
    "digits.txt": lambda: "第二十条第（一）项\n规章".encode() + b"1" * 3_000_000,
    "lines.txt": lambda: b"0\n" * 5_000_000,
    "bomb.gz": lambda: gzip.compress(b" " * 100_000_000),
    "nested.mht": lambda: MIME + NEST,
    "frames.html": lambda: b'<html><iframe srcdoc="' + b"&lt;p&gt;0" * 500_000 + b'"></iframe>',
    "objects.pdf": lambda: pdf(b"0 0 m 10 10 l S\n" * 1_000_000),
    "lines.pdf": lambda: pdf(b"0 0 m 100 0 l S\n" * 50_000),
    "lattice.pdf": lambda: pdf(lattice(900)),
    "stream.pdf": lambda: pdf(b" " * 100_000_000),
    "itself.pdf": lambda: pdf(b"/F Do", b"/XObject<</F 5 0 R>>", SELF),
}
TOLD = {
    "zip_bomb.docx": "UnreadableFileError: {}: the document unpacks to more than 16,777,216 bytes",
    "lying.docx": "UnreadableFileError: {}: the document is damaged",
    "entities.docx": "UnreadableFileError: {}: the document is damaged",
    "large.html": "UnreadableFileError: {}: 104,000,006 bytes, more than the 67,108,864 that a report may have",
    "paragraphs.html": "UnreadableFileError: {}: 500,000 paragraphs, more than the 50,000 that a report may have",
    "lines.txt": "UnreadableFileError: {}: 5,000,000 lines, more than the 50,000",
    "bomb.gz": "UnreadableFileError: {}: unpacks to more than the 67,108,864 bytes",
    "objects.pdf": "UnreadableFileError: {}: page 1 holds more than 200,000 characters or lines: it is no report",
}


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory) -> dict[str, tuple[str, float, int]]:
    """Read every bomb in one process with limits; what it was told, in how many seconds, with how much memory."""
    folder = tmp_path_factory.mktemp("bombs")
    paths = []
    for name, make in BOMBS.items():
        if not name.endswith(".pdf") or find_spec("pypdfium2"):
            paths.append(folder / name)
            paths[-1].write_bytes(make())
    command = [sys.executable, "-c", CHILD.format(memory=MEMORY), *map(str, paths)]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", timeout=170, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    told = map(json.loads, done.stdout.splitlines())
    return {Path(path).name: (text.replace(path, "{}"), seconds, used) for path, text, seconds, used in told}


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_ends_in_an_error_of_ours_in_bounded_time_and_memory(name, outcomes):
    if name not in outcomes:
        pytest.skip('needs the extra "gidtk[pdf]"')
    text, seconds, used = outcomes[name]
    assert text.split(":")[0] in ("UnreadableFileError", "NotAReportError")
    assert text.startswith(TOLD.get(name, ""))
    assert (seconds < SECONDS, used < RESIDENT) == (True, True)
