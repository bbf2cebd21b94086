"""One executed notebook as one HTML page that stands alone.

The page carries no script and asks nothing of a network (its content security policy forbids both). Code is
folded and can be opened, parameters are a small table, every picture has alternative text, and HTML that a
run has put out passes an allow-list: tables, headings, figures and ``details`` stay; script, style sheets,
event handlers and pictures from elsewhere go.
"""

import ast
import html
import json
import re
import threading
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import nbformat
from bleach.css_sanitizer import CSSSanitizer  # type: ignore[import-untyped]
from bleach.sanitizer import Cleaner  # type: ignore[import-untyped]
from nbconvert.exporters import HTMLExporter, TemplateExporter
from nbconvert.filters import Highlight2HTML
from traitlets.config import Config

from gidtk.results import MIME
from gidtk.webfont import font_face

__all__ = ["Failure", "failure", "to_page"]

_LABELS = {
    "zh": {
        "code": "代码",
        "failed": "本次运行未能完成，停在",
        "messages": "运行消息",
        "parameters": "参数",
        "table": "表格",
        "undescribed": "图（作者未提供文字说明）",
    },
    "en": {
        "code": "Code",
        "failed": "This run did not finish. It stopped at",
        "messages": "Messages",
        "parameters": "Parameters",
        "table": "Table",
        "undescribed": "Figure (its author gave no description)",
    },
}

# best first; what is not listed (JavaScript, widgets) is not shown
_SHOWN = (
    "text/html",
    "text/markdown",
    "image/svg+xml",
    "image/png",
    "image/jpeg",
    "text/plain",
    "text/latex",
)

_TAGS = frozenset(
    re.findall(
        r"\w+",
        "a abbr b blockquote br caption cite code col colgroup dd del details dfn div dl dt em figcaption "
        "figure h1 h2 h3 h4 h5 h6 hr i img ins kbd li mark ol p pre q rp rt ruby s samp section small span "
        "strong sub summary sup table tbody td tfoot th thead time tr u ul var wbr",
    )
)
_ATTRIBUTES = re.compile(
    "alt|aria-.*|class|colspan|datetime|dir|headers|height|id|lang|open|role|rowspan|scope|span|start|style|title|width"
)
_STYLES = ("background-color", "color", "font-style", "font-weight", "text-align", "white-space", "width")
_PICTURE = re.compile(r"data:image/(png|jpeg|gif|webp|svg\+xml);base64,[A-Za-z0-9+/=\s]*")
_SILENT = re.compile(r"<(script|style)\b.*?(?:</\1\s*>|\Z)", re.IGNORECASE | re.DOTALL)
_WORDS = re.compile(
    r'<td( class="words")?((?: style="[^"]*")?)>'
    r"(?!\s*(?:[-+−]?[\d,.]+%?|NaN|NaT|None|&lt;NA&gt;|[-—/])?\s*</td>)(?=([^<]*))"
)
_TITLE = re.compile("(<h1\\b[^>]*>[^<]*[㐀-鿿？！])\\s+([A-Za-z][^<㐀-鿿]*)</h1>")
_HEAD = re.compile('<th( scope="col"[^>]*)>(?=[㐀-鿿]{6})')
_SHORT = 20_000  # characters of markup that is kept clean for the next page
_rendering = threading.Lock()  # the exporter and the cleaner serve one thread at a time
_HEADING = re.compile(r"<h([1-6])\b[^>]*>(.*?)</h\1>", re.DOTALL)


class Failure(NamedTuple):
    """Where and why a run stopped.

    `cell` is the number in brackets of the executed notebook, ``[5]``, which the page shows too; `message` is
    one line.
    """

    cell: int | None
    message: str


def to_page(notebook: nbformat.NotebookNode, *, lang: str | None = None, name: str = "") -> str:
    """Render an executed notebook as a self-contained HTML page.

    Parameters
    ----------
    notebook
        The executed notebook; it is not changed.
    lang
        Language of the page and of its few own words, such as ``"zh"`` or ``"en"``. Without it, the parameter
        ``lang`` of the notebook counts, and without that parameter, whether its text is Chinese.
    name
        Title of a page without any heading; else the title is the first heading.

    Returns
    -------
    str
        The page. Pictures take their alternative text from ``metadata={"image/png": {"alt": ...}}`` of the
        output, else from ``alt`` in the cell's metadata, else they say that there is none.

    Notes
    -----
    Formulas stay as they were typed (TeX), since typesetting them needs a script. The style sheet of a pandas
    *Styler* is dropped; its table stays.

    Examples
    --------
    >>> from nbformat.v4 import new_markdown_cell, new_notebook
    >>> page = to_page(new_notebook(cells=[new_markdown_cell("# 安福县 2020 年 <script>x</script>")]))
    >>> page[page.index("<title>") : page.index("</title>")]
    '<title>安福县 2020 年'
    >>> "<script" in page, '<html lang="zh">' in page
    (False, True)
    """
    parameters = _parameters(notebook)
    lang = _language(lang or parameters.get("lang"), notebook)
    about = {
        "lang": lang,
        "labels": _LABELS["zh" if lang.split("-")[0] == "zh" else "en"],
        "parameters": [(key, _shown(value)) for key, value in parameters.items()],
        "failure": failure(notebook),
    }
    with _rendering:
        body, _ = _exporter().from_notebook_node(_showable(notebook), resources={"page": about})
    heading = _HEADING.search(body)
    title = re.sub(r"<[^>]*>", "", heading[2]).strip() if heading else ""
    head = f"<title>{title or html.escape(name)}</title>\n<style>{font_face(str(body))}</style>"
    return str(body).replace("<title></title>", head, 1)


def failure(notebook: nbformat.NotebookNode) -> Failure | None:
    """Return where an executed notebook stopped with an error, or None when it did not.

    Examples
    --------
    >>> from nbformat.v4 import new_code_cell, new_notebook, new_output
    >>> stop = new_output("error", ename="KeyError", evalue="'360829'", traceback=[])
    >>> failure(new_notebook(cells=[new_code_cell("d[k]", execution_count=2, outputs=[stop])]))
    Failure(cell=2, message="KeyError: '360829'")
    """
    for cell, error in _errors(notebook):
        message = " ".join(f"{error.ename}: {error.evalue}".split())
        return Failure(cell.execution_count, message if len(message) <= 300 else message[:299] + "…")
    return None


def _errors(notebook: nbformat.NotebookNode) -> Iterator[tuple[nbformat.NotebookNode, nbformat.NotebookNode]]:
    """Yield cell and output of every error; `sys.exit(0)` is a deliberate end, as it is to papermill."""
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            if output.output_type == "error" and (output.ename, output.evalue) not in _DELIBERATE:
                yield cell, output


_DELIBERATE = {("SystemExit", ""), ("SystemExit", "0")}


def _parameters(notebook: nbformat.NotebookNode) -> dict[str, Any]:
    """Read the values of a run from the cell that holds them (papermill's record has lost their order)."""
    cells = [cell for cell in notebook.cells if "injected-parameters" in cell.metadata.get("tags", [])]
    lines = ast.parse("\n".join(cell.source for cell in cells)).body
    return {ast.unparse(e.targets[0]): _value(e.value) for e in lines if isinstance(e, ast.Assign)}


def _value(written: ast.expr) -> Any:
    try:
        return ast.literal_eval(written)
    except ValueError:  # such as papermill's float("nan")
        return ast.unparse(written)


def _language(wanted: object, notebook: nbformat.NotebookNode) -> str:
    if isinstance(wanted, str) and re.fullmatch(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*", wanted):
        return wanted
    prose = "".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    return "zh" if re.search("[㐀-鿿]", prose) else "en"


def _shown(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _showable(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """Copy a notebook with what a page can show: no error notes of papermill, no outputs of unknown kind."""
    copy = nbformat.from_dict(notebook)
    copy.cells = [c for c in copy.cells if "papermill-error-cell-tag" not in c.metadata.get("tags", [])]
    for cell, _ in _errors(copy):
        cell.metadata["failed"] = True
        break
    for cell in copy.cells:
        if "outputs" in cell:
            cell.outputs = [o for o in cell.outputs if "data" not in o or _has_something(o.data)]
            for output in cell.outputs:
                if "text/markdown" in output.get("data", {}):  # outputs have no attachments; nbconvert would stop
                    output.data["text/markdown"] = output.data["text/markdown"].replace("(attachment:", "(#")
    return copy


def _has_something(data: Mapping[str, Any]) -> bool:
    """Whether an output has what a page can show; a key figure stands on the index page and in the tables."""
    return MIME not in data and any(kind in data for kind in _SHOWN)


def _allowed(tag: str, name: str, value: str) -> bool:
    if name == "href":
        return tag == "a" and re.match(r"https?:|mailto:|#", value, re.IGNORECASE) is not None
    if name == "src":
        return tag == "img" and _PICTURE.fullmatch(value) is not None
    return _ATTRIBUTES.fullmatch(name) is not None


class _Described:
    """Give pictures without alternative text an empty one, in the stream of bleach's tokens."""

    def __init__(self, source: Any) -> None:
        self.source = source

    def __iter__(self) -> Iterator[dict[str, Any]]:
        for token in self.source:
            if token.get("name") == "img":
                token["data"].setdefault((None, "alt"), "")
            yield token


@cache
def _cleaner() -> Cleaner:
    return Cleaner(
        tags=_TAGS,
        attributes=_allowed,
        protocols={"http", "https", "mailto", "data"},
        strip=True,
        css_sanitizer=CSSSanitizer(allowed_css_properties=_STYLES),
        filters=[_Described],
    )


def _clean(markup: str) -> str:
    """Clean markup; what is short is often that of every run of a notebook."""
    return _kept_clean(markup) if len(markup) < _SHORT else _cleaned(markup)


@lru_cache(maxsize=512)
def _kept_clean(markup: str) -> str:
    return _cleaned(markup)


def _cleaned(markup: str) -> str:
    """Keep what the allow-list has; mark cells of words and their length, and the English half of a title."""
    kept = _TITLE.sub(r'\1 <span lang="en">\2</span></h1>', _cleaner().clean(_SILENT.sub("", markup)))
    kept = _HEAD.sub(r'<th class="long"\1>', kept)
    return _WORDS.sub(lambda cell: f'<td class="words{_length(cell[3], known=bool(cell[1]))}"{cell[2]}>', kept)


def _length(text: str, known: bool) -> str:
    """Return the class of a cell by its length; gidtk's own tables, which know their words, share their width out."""
    return " short" if len(text.strip()) <= 12 else " long" if len(text) > 30 and not known else ""


class _Exporter(HTMLExporter):  # type: ignore[misc]
    def from_notebook_node(self, nb: Any, resources: Any = None, **more: Any) -> Any:
        """Fill the template; the second pass over the whole page, which nbconvert's own makes, has nothing to add."""
        return TemplateExporter.from_notebook_node(self, nb, resources, **more)


@cache
def _exporter() -> _Exporter:
    exporter = _Exporter(
        template_name="page",
        extra_template_basedirs=[str(Path(__file__).parent / "templates")],
        exclude_anchor_links=True,
        config=Config({"NbConvertBase": {"display_data_priority": list(_SHOWN)}}),
    )
    exporter.register_filter("clean", _clean)
    highlight = Highlight2HTML(pygments_lexer="ipython3", parent=exporter)
    exporter.register_filter("highlight_code", lru_cache(maxsize=512)(highlight))
    return exporter
