"""Real pages with numbers of our own, to be damaged: as trees (HTML, Word), as lines (text), as characters (PDF).

Every value is a number that stands nowhere else, so `truth` tells what is printed at each label.
"""

import copy
import io
import random
import re
import zipfile
from dataclasses import replace
from functools import cache
from itertools import groupby
from pathlib import Path
from statistics import median
from typing import Any
from unittest import mock

import pytest
from lxml import etree, html
from pages import MISC

import gidtk
from gidtk.blocks import Block
from gidtk.form import Form, labels, load_form
from gidtk.labels import fold
from gidtk.readers import pdf, read_bytes
from gidtk.readers.rulings import Char, Corner, Table, cell_text, merged, tables
from gidtk.readers.sheets import Sheet, blocks

Key = tuple[str, str, str]
Truth = dict[Key, set[float]]
FOLDER = Path(gidtk.__file__).parents[2] / "shared" / "reports"
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
PAGES = {
    "blank_template_2021.docx": load_form("f2021"),
    "shanghai_office_2019.html": load_form("f2019"),
    "anfu_2020.txt": load_form("f2019"),
    "hongze_2023.pdf": load_form("f2021").with_rows("requests", MISC, ("other_handling",)),
}


def numbers(rng: random.Random, count: int) -> list[int]:
    """Return numbers of one to five digits, no two alike and none a year or the number of a label."""
    few = rng.sample(range(9, 100), min(count // 4, 80))
    some = rng.sample(range(100, 1900), min(count // 2, 900))
    rest = rng.sample(range(3000, 99999), count - len(few) - len(some))
    drawn = [*few, *some, *rest]
    rng.shuffle(drawn)
    return drawn


@cache
def real(name: str) -> bytes:
    """Return a real page; without it the test is skipped, visibly."""
    path = FOLDER / name
    return path.read_bytes() if path.is_file() else pytest.skip(f"the real page {name} is not beside this checkout")


def real_page(name: str, seed: int) -> "RealPage":
    """Return a real page with numbers of our own."""
    kind = {"docx": Tree, "html": Tree, "txt": Lines, "pdf": Paper}[name.rpartition(".")[2]]
    return kind(real(name), PAGES[name], seed)


class RealPage:
    """A page whose cells can be written, and what is printed at each label."""

    def __init__(self, data: bytes, form: Form, seed: int) -> None:
        self.form = form
        self.open(data)
        keys = form.cells()
        spots = [cell for row in self.rows() for cell in self.values(row)]
        assert len(spots) == len(keys)  # the page has every cell of its form, in its order
        self.truth: Truth = {}
        self.keys: dict[str, Key] = {}
        for cell, key, number in zip(spots, keys, numbers(random.Random(seed), len(keys)), strict=True):
            self.write(cell, f"增{number}" if key[2] == "items_change" else f"{number}")
            self.truth[key] = {number}
            self.keys[self.text(cell)] = key

    def open(self, data: bytes) -> None:
        """Take the page apart."""
        raise NotImplementedError

    def rows(self) -> list[Any]:
        """Return its rows, from the top."""
        raise NotImplementedError

    def cells(self, row: Any) -> list[Any]:
        """Return the cells of a row."""
        raise NotImplementedError

    def values(self, row: Any) -> list[Any]:
        """Return the cells that hold the values of the form."""
        raise NotImplementedError

    def text(self, cell: Any) -> str:
        """Return what is printed in a cell, without blanks."""
        raise NotImplementedError

    def write(self, cell: Any, text: str) -> None:
        """Print another text in a cell."""
        raise NotImplementedError

    def read(self) -> list[Block]:
        """Read the page as it is now."""
        raise NotImplementedError

    def drop(self, part: Any) -> None:
        """Lose a row or a cell."""
        raise NotImplementedError

    def exchange(self, one: Any, other: Any) -> None:
        """Exchange two rows."""
        raise NotImplementedError

    def double(self, row: Any) -> None:
        """Print a row twice."""
        raise NotImplementedError

    def double_table(self, row: Any) -> None:
        """Print the table of a row twice."""
        raise NotImplementedError

    def cut(self, rng: random.Random) -> None:
        """Lose everything from a place on."""
        raise NotImplementedError

    def labelled(self) -> list[tuple[Any, str]]:
        """Return the label cell of each row of values of tables 二 and 三 with its row."""
        found = []
        before: Any = None
        for cell in (cell for row in self.rows() for cell in self.cells(row)):
            key = self.keys.get(self.text(cell))
            if key is None:
                before = cell
            elif before is not None:
                found += [(before, key[1])] if key[0] != "disputes" else []
                before = None
        return found

    def heads(self) -> list[tuple[list[Any], list[Key]]]:
        """Return, for each block of tables 二 and 三, its heads and the cells below them."""
        printed = [(cell, fold(self.text(cell)).text) for row in self.rows() for cell in self.cells(row)]
        at, found = 0, []
        for table, rows, columns in self.form.blocks:
            if table == "disputes":
                continue
            names = {fold(text).text: c for c in columns for text in _wordings(table, c)}
            own: dict[str, Any] = {}
            while len(own) < len(columns):
                cell, text = printed[at]
                at += 1
                if text in names:
                    own[names[text]] = cell
            found.append(([own[c] for c in columns], [(table, row, c) for row in rows for c in columns]))
        return found


def _wordings(table: str, column: str) -> tuple[str, ...]:
    label = labels().columns[table][column]
    return (label.zh, *label.also)


# ---------------------------------------------------------------- HTML and Word


class Tree(RealPage):
    """A page of tables as a tree of elements."""

    def open(self, data: bytes) -> None:
        self.word, self.data, self.share = data[:2] == b"PK", data, 1.0
        if self.word:
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                self.root = etree.fromstring(archive.read("word/document.xml"))
        else:
            self.root = html.fromstring(data.decode())

    def rows(self) -> list[etree._Element]:
        return list(self.root.iter(f"{W}tr" if self.word else "tr"))

    def cells(self, row: etree._Element) -> list[etree._Element]:
        return [cell for cell in row if cell.tag in (f"{W}tc", "td", "th")]

    def text(self, cell: etree._Element) -> str:
        return "".join("".join(cell.itertext()).split())

    def write(self, cell: etree._Element, text: str) -> None:
        if self.word:
            for run in list(cell.iter(f"{W}r")):
                run.getparent().remove(run)
            run = etree.SubElement(next(cell.iter(f"{W}p")), f"{W}r")
            etree.SubElement(run, f"{W}t").text = text
        else:
            for child in list(cell):
                cell.remove(child)
            cell.text = text

    def values(self, row: etree._Element) -> list[etree._Element]:
        cells = self.cells(row)
        words = [n for n, cell in enumerate(cells) if sum("\u4e00" <= c <= "\u9fff" for c in self.text(cell)) > 1]
        behind = cells[words[-1] + 1 :] if words else cells
        return [cell for cell in behind if cell.find(f".//{W}vMerge") is None] if len(cells) > 1 else []

    def read(self) -> list[Block]:
        return read_bytes(self.file(), "page").blocks

    def file(self) -> bytes:
        if not self.word:
            return cut_off(html.tostring(self.root, encoding="utf-8"), self.share)
        xml = cut_off(etree.tostring(self.root, encoding="utf-8"), self.share)
        whole = etree.fromstring(xml, etree.XMLParser(recover=True)) if self.share < 1 else self.root
        return repacked(self.data, {"word/document.xml": etree.tostring(whole) if whole is not None else b""})

    def drop(self, part: etree._Element) -> None:
        part.getparent().remove(part)

    def exchange(self, one: etree._Element, other: etree._Element) -> None:
        mark = etree.Element("mark")
        one.addprevious(mark)
        other.addprevious(one)
        mark.addprevious(other)
        self.drop(mark)

    def double(self, row: etree._Element) -> None:
        row.addnext(copy.deepcopy(row))

    def double_table(self, row: etree._Element) -> None:
        self.double(row.getparent())

    def cut(self, rng: random.Random) -> None:
        self.share = rng.random()


def cut_off(data: bytes, share: float) -> bytes:
    """Return the start of a file; a number is lost whole."""
    end = int(len(data) * share)
    while 0 < end < len(data) and data[end - 1 : end].isdigit():
        end -= 1
    return data[:end]


def repacked(data: bytes, changed: dict[str, bytes | None]) -> bytes:
    """Return a package with some of its parts changed, or without them where the change is None."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as archive, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as copied:
        for name in archive.namelist():
            part = changed.get(name, b"") if name in changed else archive.read(name)
            if part is not None:
                copied.writestr(name, part)
    return out.getvalue()


# ---------------------------------------------------------------- text, one cell a line

Line = list[str]  # one text; a list, so that two lines alike are two


class Lines(RealPage):
    """A page whose every cell is a line."""

    def open(self, data: bytes) -> None:
        self.share = 1.0
        self.lines: list[Line] = [[line] for line in data.decode("utf-8").split("\n")]

    def rows(self) -> list[list[Line]]:
        """Return the lines of the tables, a new row at each one that is no value and stands behind a value."""
        texts = ["".join(line).strip() for line in self.lines]
        first = next(n for n, text in enumerate(texts) if text.startswith("第二十条"))
        last = next(n for n, text in enumerate(texts) if n > first and text.startswith("五、"))
        found: list[list[Line]] = [[]]
        for line in self.lines[first:last]:
            if self.text(line):
                if found[-1] and self._is_value(found[-1][-1]) and not self._is_value(line):
                    found.append([])
                found[-1].append(line)
        return found

    def _is_value(self, line: Line) -> bool:
        return re.fullmatch(r"[增减]?[\d.]+", self.text(line)) is not None

    def cells(self, row: list[Line]) -> list[Line]:
        return row

    def values(self, row: list[Line]) -> list[Line]:
        return [line for line in row if self._is_value(line)]

    def text(self, cell: Line) -> str:
        return "".join(cell[0].split())

    def write(self, cell: Line, text: str) -> None:
        cell[0] = text

    def read(self) -> list[Block]:
        return read_bytes(self.file(), "page").blocks

    def file(self) -> bytes:
        return cut_off("\n".join(line[0] for line in self.lines).encode(), self.share)

    def cut(self, rng: random.Random) -> None:
        self.share = rng.random()

    def drop(self, part: list[Any]) -> None:
        for line in part if isinstance(part[0], list) else [part]:
            self.lines = [other for other in self.lines if other is not line]

    def exchange(self, one: list[Line], other: list[Line]) -> None:
        spots = [self._at(row) for row in (one, other)]
        rows = [self.lines[spot] for spot in spots]
        for spot, row in sorted(zip(spots, rows[::-1], strict=True), key=lambda pair: -pair[0].start):
            self.lines[spot] = row

    def double(self, row: list[Line]) -> None:
        spot = self._at(row)
        self.lines[spot.stop : spot.stop] = [[""], *map(list, self.lines[spot])]

    def double_table(self, row: list[Line]) -> None:
        rows = self.rows()
        spot = slice(self._at(rows[0]).start, self._at(rows[-1]).stop)
        self.lines[spot.stop : spot.stop] = [[""], *map(list, self.lines[spot])]

    def _at(self, row: list[Line]) -> slice:
        places = [n for n, line in enumerate(self.lines) if any(line is own for own in row)]
        return slice(places[0], places[-1] + 1)


# ---------------------------------------------------------------- PDF: the characters and ruling lines of its pages

Spot = tuple[int, int, Corner]  # page, table, corner


@cache
def _sheets(data: bytes) -> tuple[Sheet, ...]:
    with mock.patch.object(pdf, "blocks", side_effect=list) as taken:
        pdf.read(data)
    return tuple(taken.call_args[0][0])


class Paper(RealPage):
    """A printed page: what the extraction of its text gives, cell by cell of its ruled tables."""

    def open(self, data: bytes) -> None:
        self.sheets = list(_sheets(data))
        ruled = [list(tables(merged(sheet.horizontal), merged(sheet.vertical))) for sheet in self.sheets]
        self.tables: dict[tuple[int, int], Table] = {
            (number, n): table for number, on_page in enumerate(ruled) for n, table in enumerate(on_page)
        }
        self.held: dict[Spot, list[Char]] = {
            (number, n, corner): [] for (number, n), table in self.tables.items() for corner in table.owner.values()
        }
        self.free: list[list[Char]] = [[] for _ in self.sheets]
        for number, sheet in enumerate(self.sheets):
            for char in sheet.chars:
                places = [(n, table.corner(char.x, char.y)) for (s, n), table in self.tables.items() if s == number]
                spot = next(((number, n, corner) for n, corner in places if corner is not None), None)
                (self.free[number] if spot is None else self.held[spot]).append(char)

    def rows(self) -> list[tuple[Spot, ...]]:
        ordered = sorted(self.held)
        return [tuple(row) for _, row in groupby(ordered, key=lambda spot: (spot[0], spot[1], spot[2][0]))]

    def cells(self, row: tuple[Spot, ...]) -> list[Spot]:
        return list(row)

    def values(self, row: tuple[Spot, ...]) -> list[Spot]:
        return [spot for spot in row if re.fullmatch(r"[\d.]+", self.text(spot))]

    def text(self, cell: Spot) -> str:
        left, _, right, _ = self._box(cell)
        return "".join(cell_text(self.held[cell], right - left).split())

    def _box(self, cell: Spot) -> tuple[float, float, float, float]:
        """Return from where to where a cell goes: left, low, right, high."""
        number, n, (row, column) = cell
        table = self.tables[number, n]
        own = [corner for corner, owner in table.owner.items() if owner == (row, column)]
        last, right = max(r for r, _ in own) + 1, max(c for _, c in own) + 1
        return table.xs[column], table.ys[last], table.xs[right], table.ys[row]

    def write(self, cell: Spot, text: str) -> None:
        """Print a text where the first one stood: a number in one line, words in as many as they need."""
        left, low, right, high = self._box(cell)
        before = self.held[cell]
        size = median(char.y1 - char.y0 for char in before or self.sheets[cell[0]].chars)
        wide = sum(0.5 if char.isascii() else 1.0 for char in text)
        number = text.isascii() or text.startswith("增")
        while size > 1 and -(-wide * size // (right - left - 4)) * 1.2 * size > (
            size * 1.3 if number else high - low - 2
        ):
            size *= 0.9
        top = before[0].y1 if before and number else high - 1
        x, y, made = left + 2, top - size, []
        for char in text:
            step = size * (0.5 if char.isascii() else 1.0)
            if x + step > right - 2 and not number:
                x, y = left + 2, y - 1.2 * size
            made.append(Char(char, x, x + step, y, y + size, x + step / 2, y + size / 2))
            x += step
        self.held[cell] = made

    def read(self) -> list[Block]:
        held: list[list[Char]] = [list(chars) for chars in self.free]
        for spot in sorted(self.held):
            held[spot[0]] += self.held[spot]
        return blocks([replace(sheet, chars=chars) for sheet, chars in zip(self.sheets, held, strict=True)])

    def drop(self, part: Any) -> None:
        for spot in part if isinstance(part[0], tuple) else [part]:
            self.held[spot] = []

    def exchange(self, one: tuple[Spot, ...], other: tuple[Spot, ...]) -> None:
        """Exchange what is printed in two rows, as far as they have as many cells."""
        texts = [[self.text(cell) for cell in row] for row in (one, other)]
        if len(one) == len(other):
            for cell, text in zip((*one, *other), (*texts[1], *texts[0]), strict=True):
                self.write(cell, text)

    def double(self, row: tuple[Spot, ...]) -> None:
        """Print a row again in the one below it, where it fits."""
        rows = self.rows()
        below = rows[min(rows.index(row) + 1, len(rows) - 1)]
        if len(below) == len(row):
            for cell, text in zip(below, [self.text(cell) for cell in row], strict=True):
                self.write(cell, text)

    def double_table(self, row: tuple[Spot, ...]) -> None:
        """Print a page twice."""
        number = row[0][0]
        self.sheets.insert(number + 1, replace(self.sheets[number], chars=[]))
        self.free.insert(number + 1, list(self.free[number]))
        for spot in sorted(self.held, reverse=True):
            if spot[0] >= number:
                chars = self.held[spot] if spot[0] == number else self.held.pop(spot)
                self.held[spot[0] + 1, spot[1], spot[2]] = list(chars)

    def lose_lines(self, rng: random.Random) -> None:
        """Take ruling lines away."""
        number = rng.choice([number for number, _ in self.tables])
        sheet = self.sheets[number]
        ways = {"horizontal": list(sheet.horizontal), "vertical": list(sheet.vertical)}
        for _ in range(rng.choice((1, 2, 8))):
            rules = ways[rng.choice(("horizontal", "vertical"))]
            if rules:
                at = rng.choice(rules).at
                rules[:] = [rule for rule in rules if abs(rule.at - at) > 1]
        self.sheets[number] = replace(sheet, **ways)

    def cut(self, rng: random.Random) -> None:
        """Lose everything from a height of a page on."""
        number = rng.randrange(len(self.sheets))
        sheet = self.sheets[number]
        y = rng.uniform(sheet.bottom, sheet.top)
        for n in range(len(self.sheets)):
            self.free[n] = [char for char in self.free[n] if n < number or (n == number and char.y > y)]
        for spot, chars in self.held.items():
            self.held[spot] = [c for c in chars if spot[0] < number or (spot[0] == number and c.y > y)]
