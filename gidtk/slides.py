"""A lesson as slides that need no network and no script: one screen after the other, for projecting or for print."""

import re
from copy import deepcopy

import nbformat

from gidtk.page import to_page

__all__ = ["to_slides"]

_MARK = '<hr class="slide">'
_BREAK = re.compile(rf'<section class="text">\s*{re.escape(_MARK)}\s*</section>')
_MAIN = re.compile(r"<main>(.*)</main>", re.DOTALL)
_STARTS = ("slide", "subslide")
_STYLE = """<style>
html { scroll-snap-type: y proximity; }
main { max-width: none; padding: 0; }
.slide { min-height: 100vh; padding: 4vh 7vw; scroll-snap-align: start; border-bottom: 1px solid var(--line);
  display: flex; flex-direction: column; justify-content: center; counter-increment: slide; position: relative; }
.slide::after { content: counter(slide); position: absolute; right: 2vw; bottom: 1.5vh; color: var(--quiet); }
.slide > section { max-width: 66rem; width: 100%; margin: 0 auto; font-size: 1.25rem; }
.slide h1 { font-size: 2.6rem; } .slide h2, .slide h3 { margin-top: 0; font-size: 1.8rem; }
.slide table { font-size: 1.1rem; } .slide details.code pre, .slide pre.printed { font-size: 1.05rem; }
.slide figure img { max-height: 78vh; width: auto; max-width: 100%; }
@media print { .slide { break-after: page; min-height: 0; border: 0; } .slide > section { font-size: 1rem; } }
</style>
</head>"""


def to_slides(notebook: nbformat.NotebookNode) -> str:
    """Render an executed notebook as slides.

    The cells' slide types decide, as ``jupyter nbconvert --to slides`` reads them: ``slide`` and ``subslide`` begin a
    screen, ``skip`` and ``notes`` are left out, all others go on with the screen that they are on.

    Parameters
    ----------
    notebook : NotebookNode
        Executed, if outputs are to be seen; it is not changed.

    Returns
    -------
    str
        An HTML page that stands alone, with code shown. Page Down and the space bar go to the next screen; printed,
        each screen is a page.

    Examples
    --------
    >>> from nbformat.v4 import new_markdown_cell, new_notebook
    >>> kinds = ["slide", "-", "skip", "subslide"]
    >>> cells = [new_markdown_cell(f"# {kind}", metadata={"slideshow": {"slide_type": kind}}) for kind in kinds]
    >>> page = to_slides(new_notebook(cells=cells))
    >>> page.count('<div class="slide">'), "skip" in page
    (2, False)
    """
    copy = deepcopy(notebook)
    copy.cells = [part for cell in copy.cells for part in _parts(cell)]
    page = to_page(copy)
    screens = [screen.strip() for screen in _BREAK.split(_MAIN.search(page)[1])]  # type: ignore[index]
    body = "\n".join(f'<div class="slide">\n{screen}\n</div>' for screen in screens if screen)
    page = _MAIN.sub(lambda _: f"<main>\n{body}\n</main>", page)
    return page.replace('<details class="code">', '<details class="code" open>').replace("</head>", _STYLE, 1)


def _parts(cell: nbformat.NotebookNode) -> list[nbformat.NotebookNode]:
    """Return what a cell becomes: nothing, itself, or itself after a mark that begins a screen."""
    kind = cell.metadata.get("slideshow", {}).get("slide_type", "-")
    if kind in ("skip", "notes"):
        return []
    return [nbformat.v4.new_markdown_cell(_MARK), cell] if kind in _STARTS else [cell]
