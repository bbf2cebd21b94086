"""Plain text, in the layouts that copied and converted tables have."""

from collections.abc import Callable, Iterator

from gidtk.simulate.layouts import Layout, Page
from gidtk.simulate.sheets import Row, Shape, expanded

__all__ = ["LAYOUTS"]

Writer = Callable[[Page], bytes]


def _around(page: Page, write: Callable[[list[Row]], str], between: str = "\n") -> bytes:
    """Put the tables into the text."""
    lines = [item if isinstance(item, str) else write(item) for item in page.items()]
    return f"{between.join(lines)}\n".encode()


def _cells(rows: list[Row]) -> Iterator[str]:
    for row in rows:
        for cell in row:
            yield cell.text


def _flat(text: str) -> str:
    return text.replace("\n", "")


def _by_cell(join: str, write: Callable[[str], str] = str) -> Writer:
    def layout(page: Page) -> bytes:
        return _around(page, lambda rows: join.join(write(text) for text in _cells(rows)), join)

    return layout


def _by_row(write: Callable[[list[str], int], str]) -> Writer:
    def table(rows: list[Row]) -> str:
        width = max(sum(cell.width for cell in row) for row in rows)
        return "\n".join(write([_flat(cell.text) for cell in row], width - len(row)) for row in rows)

    return lambda page: _around(page, table)


def _markdown(page: Page) -> bytes:
    """Write every position of the grid: spanned cells once and blank behind, as converters do."""

    def table(rows: list[Row]) -> str:
        grid = expanded(rows)
        lines = ["| " + " | ".join(text.replace("\n", "<br>") for text in row) + " |" for row in grid]
        return "\n".join(["", lines[0], "|" + " --- |" * len(grid[0]), *lines[1:], ""])

    lines = list(page.items())
    heads = {heading for heading, _ in page.sections.values()}
    written = [item if isinstance(item, str) else table(item) for item in lines]
    text = "\n".join(f"## {line}" if line in heads else line for line in written)
    return f"# {text}\n".encode()


def _one_line(page: Page) -> bytes:
    """Write the whole report on one physical line."""
    return " ".join(_by_cell("\n")(page).decode().split()).encode()


def _together(between: str) -> Writer:
    """Write the cells of a table with nothing between them."""
    return lambda page: _around(page, lambda rows: "".join(map(_flat, _cells(rows))), between)


def _half_spaced(row: list[str], pad: int) -> str:
    """Write blanks between some cells of a row only."""
    return row[0] + " " + "".join(text + (" " if n % 3 else "") for n, text in enumerate(row[1:], start=1))


def _repeats_dropped(page: Page) -> bytes:
    """Leave out every line that stood before, as some extractors do."""
    lines = _by_cell("\n")(page).decode().split("\n")
    return "\n".join(dict.fromkeys(lines)).encode()


def _blanks_dropped(page: Page) -> bytes:
    return _around(page, lambda rows: "\n".join(filter(None, _cells(rows))))


def _blanks_last(row: list[str], pad: int) -> str:
    """Move the blank cells to the end of the row."""
    full = [text for text in row if text]
    return " | ".join(full) + " | " + "|" * (pad + len(row) - len(full))


def _list() -> Iterator[Layout]:
    broken = Shape(broken_heads=True)
    yield Layout("lines", _by_cell("\n", _flat), blanks="lost")
    yield Layout("lines-spaced", _by_cell("\n\n", _flat), blanks="lost")
    yield Layout("lines-broken", _by_cell("\n"), broken, "lost")
    yield Layout("lines-broken-spaced", _by_cell("\n\n"), broken, "lost")
    yield Layout("lines-two-cells", _by_cell("\n\n", lambda text: text.replace("\n", "\n\n")), broken, "lost")
    yield Layout("lines-indented", _by_cell("\n", lambda text: f"   {_flat(text)} "), blanks="lost")
    yield Layout("lines-ideographic", _by_cell("\n\n", lambda text: f"\u3000\u3000{_flat(text)}"), blanks="lost")
    yield Layout("lines-no-break", _by_cell("\n", lambda text: f"\xa0{_flat(text)}\xa0"), blanks="lost")
    yield Layout("pipes", _by_row(lambda row, pad: "| " + " | ".join(row) + " | "))
    yield Layout("pipes-padded", _by_row(lambda row, pad: " | ".join(row) + " | " + "|" * pad))
    yield Layout("pipes-short", _by_row(lambda row, pad: " | ".join(row)))
    yield Layout("pipes-tight", _by_row(lambda row, pad: "|" + "|".join(row) + "|" + "|" * pad))
    yield Layout("pipes-lone", _by_row(lambda row, pad: "| " + " | ".join(row) + " |" + " |" * pad))
    yield Layout("pipes-full-width", _by_row(lambda row, pad: "｜".join(row) + "｜"))
    yield Layout("box", _by_row(lambda row, pad: "│" + "│".join(row) + "│"))
    yield Layout(
        "pipe-each",
        _by_row(lambda row, pad: "\n".join(f"{text} |" for text in row) + ("\n" + "|" * pad if pad else "")),
    )
    yield Layout(
        "pipe-between", _by_row(lambda row, pad: "\n|\n".join(row) + "\n|" + ("\n" + "|" * pad if pad else ""))
    )
    yield Layout("pipe-indented", _by_row(lambda row, pad: "| \n " + "\n ".join(f"{text}  | " for text in row)))
    yield Layout(
        "pipe-next-line", _by_row(lambda row, pad: f"{row[0]}\n|\n" + "\n".join(f"{text} |" for text in row[1:]))
    )
    yield Layout("tabs", _by_row(lambda row, pad: "\t".join(row)))
    yield Layout("tabs-padded", _by_row(lambda row, pad: "\t".join(row) + "\t" * pad))
    yield Layout("markdown", _markdown)
    yield Layout("spaces", _by_row(lambda row, pad: "  ".join(row)), blanks="lost")
    yield Layout("one-line", _one_line, blanks="lost")
    yield Layout("half-spaced", _by_row(_half_spaced), blanks="lost", certain=False)
    yield Layout("together", _together("\n"), blanks="lost", certain=False)
    yield Layout("together-whole", _together(""), blanks="lost", certain=False)
    yield Layout("blanks-dropped", _blanks_dropped, blanks="dropped", certain=False)
    yield Layout("blanks-last", _by_row(_blanks_last), blanks="shifted", certain=False)
    yield Layout("repeats-dropped", _repeats_dropped, blanks="lost", certain=False, readable=False)


LAYOUTS = {layout.name: layout for layout in _list()}
