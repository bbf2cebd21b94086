"""Mutated pages of every format: no exception but ours, no hang, no memory beyond a bound.

    python tests/benchmarks/fuzz.py [--executions 1000000] [--seconds 3600] [--seed 1] [--findings DIR]
                                    [--formats text,html,docx,pdf,ofd] [--pages FILE …] [--atheris]

Seeds are simulated pages in every layout and the files named. Each execution cuts a piece out of a seed most times,
changes it some times (see `MUTATIONS`) and reads it: blocks, reports, cells; one in fifty is also checked and shown.
A value must be in what is printed. `--atheris` lets atheris choose the inputs by the branches of gidtk that they
reach, with the same mutations. Prints a line a minute and what was found; inputs that break a promise are written to
the folder of findings. Exit status 1 when there are any.
"""

import argparse
import collections
import hashlib
import io
import random
import re
import resource
import signal
import sys
import tempfile
import time
import traceback
import zipfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

if "--atheris" in sys.argv:
    import atheris

    with atheris.instrument_imports(include=["gidtk"]):
        import gidtk.report
import gidtk.report
from gidtk.errors import GidtkError
from gidtk.labels import wordings
from gidtk.readers import read_bytes, sniff
from gidtk.simulate import FORMATS, simulate
from gidtk.volumes import split_reports

SECONDS = 10  # of processor time for one input
MEMORY = 4 * 1024**3  # bytes of address space of the whole process
CHECKED = 50  # one input in so many is also checked and shown
SHARES = {"text": 56, "html": 40, "docx": 3, "pdf": 0.5, "ofd": 0.5}
MARKUP = (
    "<table>", "</table>", "<tr>", "</tr>", "<td>", "</td>", '<td colspan="3">', "<td rowspan=22>", "<td colspan=0>",
    "<td rowspan=99999999>", "<th>", "<p>", "</p>", "<br>", "<div>", "</div>", "&nbsp;", "&#0;", "&#xD800;", "<!--",
    "-->", "<![CDATA[", "<style>", "<script>", "<iframe srcdoc='", "<meta charset=gbk>", "<span style='display:none'>",
)  # fmt: skip
MARKS = (
    "|", "||", " | ", "\n", "\n\n", "\t", " ", "\u3000", "\xa0", "-", "—", "/", "0", "00", "000", "1", "17", "1,234",
    "3.5", "元", "万元", "增", "减", "：", "。", "（", "）", "第", "、", "\x00", "\ufeff", "\u200b", "\u202e", "𠮷",
    "⼀", "①", "Ⅷ", "１２", "²", "٣", "1e9", "9" * 400, "一、", "1.", "（一）", "｜", "│", "---", "年", "2021年",
)  # fmt: skip
WORD_MARKS = ("<w:tr>", "</w:tr>", "<w:tc>", "</w:tc>", '<w:gridSpan w:val="9"/>', "<w:vMerge/>", "<w:p>", "</w:p>")


class Hang(BaseException):
    """An input took too long."""


def _stop(*_: object) -> None:
    raise Hang


# ---------------------------------------------------------------- mutations of a text


def _span(rng: random.Random, text: str) -> tuple[int, int]:
    start = rng.randrange(len(text) + 1)
    return start, min(len(text), start + int(rng.paretovariate(0.6)))


def delete(rng: random.Random, text: str, other: str) -> str:
    start, end = _span(rng, text)
    return text[:start] + text[end:]


def double(rng: random.Random, text: str, other: str) -> str:
    start, end = _span(rng, text)
    return text[:end] + text[start:end] * rng.choice((1, 1, 2, 30)) + text[end:]


def move(rng: random.Random, text: str, other: str) -> str:
    start, end = _span(rng, text)
    rest = text[:start] + text[end:]
    at = rng.randrange(len(rest) + 1)
    return rest[:at] + text[start:end] + rest[at:]


def splice(rng: random.Random, text: str, other: str) -> str:
    (start, end), at = _span(rng, other), rng.randrange(len(text) + 1)
    return text[:at] + other[start:end] + text[at:]


def insert(rng: random.Random, text: str, other: str) -> str:
    at = rng.randrange(len(text) + 1)
    return text[:at] + rng.choice(rng.choice((MARKUP, MARKS, LABELS, MARKS))) + text[at:]


def change_character(rng: random.Random, text: str, other: str) -> str:
    at = rng.randrange(len(text) + 1)
    return (
        text[:at]
        + chr(rng.choice((rng.randrange(128), rng.randrange(0x3000, 0xA000), rng.randrange(0xD7FF))))
        + text[at + 1 :]
    )


def change_number(rng: random.Random, text: str, other: str) -> str:
    found = list(re.finditer(r"\d+", text))
    if not found:
        return text
    hit = rng.choice(found)
    return text[: hit.start()] + rng.choice(MARKS) + text[hit.end() :]


def drop_lines(rng: random.Random, text: str, other: str) -> str:
    lines = text.split("\n")
    return "\n".join(line for line in lines if rng.random() > 0.1)


MUTATIONS = (delete, double, move, splice, insert, insert, change_character, change_number, drop_lines)
LABELS = tuple(text for _, _, text in wordings())


def mutated(rng: random.Random, text: str, other: str) -> str:
    """Return a text with some changes."""
    for _ in range(rng.choice((1, 1, 2, 3, 5, 12))):
        text = rng.choice(MUTATIONS)(rng, text, other)
    return text[:400_000]


def piece(rng: random.Random, text: str) -> str:
    """Return a piece of a text, seldom the whole."""
    if rng.random() < 0.03:
        return text
    start = rng.randrange(len(text))
    return text[start : start + rng.choice((100, 200, 400, 800, 1600))]


def damaged_bytes(rng: random.Random, data: bytes) -> bytes:
    """Return bytes with some of them changed, cut or doubled."""
    out = bytearray(data)
    for _ in range(rng.choice((1, 2, 4, 16))):
        at = rng.randrange(len(out) + 1)
        end = min(len(out), at + int(rng.paretovariate(0.7)))
        out[at:end] = rng.choice((b"", bytes([rng.randrange(256)]), bytes(out[at:end]) * 2, b"0", b"99999999"))
    return bytes(out)


# ---------------------------------------------------------------- formats


def text_input(rng: random.Random, seeds: Sequence[bytes]) -> bytes:
    """Return a text or a page, mutated, in some encoding."""
    text, other = (rng.choice(seeds).decode("utf-8", errors="replace") for _ in range(2))
    out = mutated(rng, piece(rng, text), piece(rng, other))
    codec = rng.choice(("utf-8",) * 12 + ("gb18030", "utf-16", "big5", "utf-8-sig"))
    data = out.encode(codec, errors="ignore")
    return damaged_bytes(rng, data) if rng.random() < 0.1 else data


def zip_input(rng: random.Random, seeds: Sequence[bytes]) -> bytes:
    """Return a package whose parts are mutated, seldom one whose bytes are."""
    data = rng.choice(seeds)
    if rng.random() < 0.1:
        return damaged_bytes(rng, data)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    names = [name for name in parts if name.endswith(".xml") and len(parts[name]) < 2_000_000]
    main = [name for name in names if name.endswith(("document.xml", "Content.xml"))] or names
    name = rng.choice(main if rng.random() < 0.8 else names)
    text = parts[name].decode("utf-8", errors="replace")
    for _ in range(rng.choice((1, 2, 4))):
        if rng.random() < 0.3:
            at = rng.randrange(len(text) + 1)
            text = text[:at] + rng.choice(WORD_MARKS) + text[at:]
        else:
            text = _element_changed(rng, text)
    parts[name] = text.encode("utf-8", errors="replace")
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for part, content in parts.items():
            archive.writestr(part, content)
    return out.getvalue()


def _element_changed(rng: random.Random, text: str) -> str:
    """Delete, double or change an element or a text between tags, so that most packages stay well-formed."""
    found = list(re.finditer(r"<(\w+:\w+)(?: [^<>]*)?>[^<>]*</\1>|<\w+:\w+(?: [^<>]*)?/>|(?<=>)[^<>]+(?=<)", text))
    if not found:
        return text
    hit = rng.choice(found)
    old = hit.group()
    new = rng.choice(("", old * 2, re.sub(r"\d+", rng.choice(("0", "7", "-1", "99999999", "x")), old), "", "0"))
    return text[: hit.start()] + new + text[hit.end() :]


def pdf_input(rng: random.Random, seeds: Sequence[bytes]) -> bytes:
    """Return a PDF with changed bytes."""
    return damaged_bytes(rng, rng.choice(seeds))


INPUTS: dict[str, Callable[[random.Random, Sequence[bytes]], bytes]] = {
    "text": text_input, "html": text_input, "docx": zip_input, "pdf": pdf_input, "ofd": zip_input,
}  # fmt: skip


def seeds_of(files: Sequence[Path]) -> dict[str, list[bytes]]:
    """Return pages to begin with, by format."""
    from drawings import ofd, pdf, report
    from pages import draw_page

    found: dict[str, list[bytes]] = collections.defaultdict(list)
    with tempfile.TemporaryDirectory() as folder:
        formats = [name for name in FORMATS if name != "pdf"]
        simulate(folder, regions=1, years=(2020, 2021), formats=formats, layouts="all", seed=3)
        for path in [*sorted(Path(folder).glob("simulated*")), *files]:
            data = path.read_bytes()
            found[sniff(data)].append(data)
    for form in ("f2019", "f2021"):
        drawn = report(draw_page(form, 2))
        found["pdf"].append(pdf(*drawn))
        found["ofd"].append(ofd(*drawn))
    return found


# ---------------------------------------------------------------- reading


def read(data: bytes, whole: bool) -> str:
    """Read an input as :func:`gidtk.read_reports` does; return what came of it."""
    try:
        document = read_bytes(data, "fuzz")
        reports = [
            gidtk.report._build(
                document._replace(blocks=list(part)), gidtk.report.Source("fuzz", "", document.format), "fuzz"
            )
            for part in split_reports(document.blocks)
        ]
    except GidtkError as error:
        return type(error).__name__
    for report in reports:
        for cell in report._cells:
            assert (cell.value is None) == (cell.status != "ok"), cell
            assert cell.value is None or re.search(r"\d", cell.raw), cell
        if whole:
            assert repr(report)
            assert report._repr_html_()
            report.to_dict()
    read_any = any(cell.status == "ok" for report in reports for cell in report._cells)
    return "numbers read" if read_any else "no number"


class Run:
    """What was done and found."""

    def __init__(self, findings: Path) -> None:
        self.findings = findings
        self.done = 0
        self.outcomes: collections.Counter[str] = collections.Counter()
        self.faults: collections.Counter[str] = collections.Counter()
        self.slowest = (0.0, "")
        self.start = self.told = time.monotonic()

    def one(self, data: bytes) -> None:
        """Read one input and note what comes of it."""
        name = hashlib.sha256(data).hexdigest()[:12]
        begun = time.process_time()
        signal.setitimer(signal.ITIMER_PROF, SECONDS)
        try:
            self.outcomes[read(data, self.done % CHECKED == 0)] += 1
        except (Exception, Hang) as error:
            last = traceback.extract_tb(error.__traceback__)[-1]
            fault = f"{type(error).__name__} at {Path(last.filename).name}:{last.lineno}"
            self.faults[fault] += 1
            if self.faults[fault] <= 3:
                self._keep(name, data, f"{fault}: {str(error)[:300]}")
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)
        taken = time.process_time() - begun
        if taken > self.slowest[0]:
            self.slowest = (taken, name)
            if taken > SECONDS / 5:
                self._keep(name, data, f"slow: {taken:.1f} s")
        self.done += 1
        if time.monotonic() - self.told > 60:
            self.told = time.monotonic()
            print(self, flush=True)

    def _keep(self, name: str, data: bytes, why: str) -> None:
        self.findings.mkdir(parents=True, exist_ok=True)
        (self.findings / name).write_bytes(data)
        print(f"  {name}: {why}", flush=True)

    def __str__(self) -> str:
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        outcomes = ", ".join(f"{name} {count:,}" for name, count in self.outcomes.most_common())
        faults = ", ".join(f"{name} × {count}" for name, count in self.faults.most_common()) or "none"
        return (
            f"{self.done:,} inputs in {time.monotonic() - self.start:,.0f} s, slowest {self.slowest[0]:.2f} s "
            f"({self.slowest[1]}), peak {peak} MB; {outcomes}; faults: {faults}"
        )


def inputs(seeds: dict[str, list[bytes]], formats: Sequence[str], seed: int) -> Iterator[bytes]:
    """Yield mutated inputs without end."""
    rng = random.Random(seed)
    weights = [SHARES[name] for name in formats]
    while True:
        format_ = rng.choices(formats, weights)[0]
        yield INPUTS[format_](rng, seeds[format_])


def _guided(run: Run, seeds: dict[str, list[bytes]], formats: Sequence[str], seed: int, executions: int) -> None:
    """Let atheris choose the inputs; it never returns."""
    pool = [data for name in formats if name in ("text", "html") for data in seeds[name]]
    texts = [data.decode("utf-8", errors="replace") for data in pool]

    def mutate(data: bytes, size: int, number: int) -> bytes:
        rng = random.Random(number)
        text = data.decode("utf-8", errors="replace") or piece(rng, rng.choice(texts))
        return mutated(rng, text, piece(rng, rng.choice(texts))).encode("utf-8", errors="ignore")[:size]

    with tempfile.TemporaryDirectory() as corpus:
        for number, text in enumerate(texts):
            for part in range(0, len(text), 2000):
                Path(corpus, f"{number}-{part}").write_text(text[part : part + 2000], encoding="utf-8")
        atheris.Setup(
            [sys.argv[0], corpus, f"-runs={executions}", f"-seed={seed}", "-max_len=4000", "-verbosity=0"],
            run.one,
            custom_mutator=mutate,
        )
        atheris.Fuzz()


def main(argv: Sequence[str] | None = None) -> int:
    """Run the fuzzer."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--executions", type=int, default=1_000_000)
    parser.add_argument("--seconds", type=float, default=float("inf"))
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--findings", type=Path, default=Path("findings"))
    parser.add_argument("--formats", type=lambda text: text.split(","), default=list(SHARES))
    parser.add_argument("--pages", type=Path, nargs="*", default=[], help="real pages to begin with")
    parser.add_argument("--atheris", action="store_true")
    given = parser.parse_args(argv)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    signal.signal(signal.SIGPROF, _stop)
    seeds, run = seeds_of(given.pages), Run(given.findings)
    if given.atheris:
        _guided(run, seeds, given.formats, given.seed, given.executions)
    for data in inputs(seeds, given.formats, given.seed):
        if run.done >= given.executions or time.monotonic() - run.start > given.seconds:
            break
        run.one(data)
    print(run)
    return 1 if run.faults else 0


if __name__ == "__main__":
    sys.exit(main())
