"""A finished figure: its alternative text, shown in a notebook, saved to a file."""

import base64
import io
import os
import sys
import zlib
from pathlib import Path

from IPython.core.getipython import get_ipython
from matplotlib.figure import Figure
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from gidtk.errors import GidtkError
from gidtk.files import make_folder, write_whole
from gidtk.typeface import style

__all__ = ["alt_text", "save", "show"]


def alt_text(fig: Figure) -> str:
    """Return the alternative text of a figure: a sentence made of its title and data when it was drawn.

    Parameters
    ----------
    fig : Figure
        A figure of this module, or any other: the text is kept as the figure's label (``fig.set_label(…)``).

    Returns
    -------
    str
        The text; for a figure without one, what is written on it.

    Examples
    --------
    >>> import pandas as pd
    >>> from gidtk.plot import bars
    >>> alt_text(bars(pd.Series(dtype=float), title="申请", empty="本年没有收到申请。"))
    '申请：本年没有收到申请。'
    """
    written = (text.get_text() for axes in fig.axes for text in (axes.title, *axes.texts))
    return str(fig.get_label()) or "; ".join(filter(None, [*(text.get_text() for text in fig.texts), *written]))


def _render(fig: Figure, kind: str, dpi: float) -> bytes:
    said = alt_text(fig)
    if kind == "png":
        return _png(fig, dpi, said)
    about: dict[str, dict[str, str | None]] = {
        "svg": {"Date": None, "Description": said},
        "pdf": {"CreationDate": None, "Subject": said},
    }
    buffer = io.BytesIO()
    with style():
        fig.savefig(buffer, format=kind, dpi=dpi, metadata=about[kind])
    return buffer.getvalue()


def _png(fig: Figure, dpi: float, said: str) -> bytes:
    """Draw without the channel of transparency that matplotlib writes, and pack runs of one colour: half the time."""
    drawn, file, about = io.BytesIO(), io.BytesIO(), PngInfo()
    with style():
        fig.savefig(drawn, format="rgba", dpi=dpi)
    width, height = (int(inches * dpi) for inches in fig.get_size_inches())
    about.add_itxt("Description", said)
    picture = Image.frombuffer("RGBA", (width, height), drawn.getvalue()).convert("RGB")
    picture.save(file, "png", compress_type=zlib.Z_RLE, dpi=(dpi, dpi), pnginfo=about)
    return file.getvalue()


def show(fig: Figure) -> None:
    """Show a figure in a notebook as PNG (two pixels for each screen pixel), with its alternative text.

    The text is stored as ``metadata["image/png"]["alt"]`` of the output; a page made of the notebook has to
    take it from there (of nbconvert's own templates only `classic` does). A figure of pyplot is closed, so
    that it is not shown twice. Outside IPython the text is printed.

    Parameters
    ----------
    fig : Figure
        It stays as it is and can still be saved.

    Examples
    --------
    >>> import pandas as pd
    >>> from gidtk.plot import bars
    >>> show(bars(pd.Series({"自然人": 9}), title="申请"))
    申请：自然人 9。
    """
    said = alt_text(fig)
    if (shell := get_ipython()) is None:
        print(said)
    else:
        width, height = (round(96 * inches) for inches in fig.get_size_inches())
        picture = base64.b64encode(_render(fig, "png", 2 * 96)).decode("ascii")
        about = {"image/png": {"alt": said, "width": width, "height": height}}
        shell.display_pub.publish({"image/png": picture, "text/plain": said}, about)
    if pyplot := sys.modules.get("matplotlib.pyplot"):
        pyplot.close(fig)


def save(fig: Figure, path: str | os.PathLike[str]) -> Path:
    """Write a figure to a file, whole or not at all; the same figure gives the same bytes.

    Parameters
    ----------
    fig : Figure
        Its alternative text goes into the file's description.
    path : path
        Ends in ``.png`` (300 dots per inch), ``.svg`` or ``.pdf``; missing folders are made.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    GidtkError
        If the suffix is another one.

    Examples
    --------
    >>> import tempfile
    >>> import pandas as pd
    >>> from gidtk.plot import bars
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     save(bars(pd.Series({"自然人": 9}), title="申请"), Path(folder, "requests.svg")).name
    'requests.svg'
    """
    path = Path(path)
    kind = path.suffix.lower().removeprefix(".")
    if kind not in ("png", "svg", "pdf"):
        raise GidtkError(f"{path.name}: the suffix {path.suffix!r} is none of .png, .svg, .pdf")
    write_whole(make_folder(path.parent), {path.name: _render(fig, kind, 300)})
    return path
