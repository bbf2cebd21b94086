"""How tests look at a figure: its texts, whether they have room, and whether it is the same twice."""

import warnings
from collections.abc import Callable
from pathlib import Path

import matplotlib as mpl
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Text

from gidtk.plot import save


def drawn(figure: Figure) -> list[Text]:
    """Return the texts of a figure that are seen; those of an axis that is switched off are not."""
    hidden = {id(text) for axes in figure.axes for axis in (axes.xaxis, axes.yaxis) for text in axis.findobj(Text)}
    texts = (text for text in figure.findobj(Text) if text.get_text() and text.get_visible())
    return [text for text in texts if id(text) not in hidden]


def printed(figure: Figure) -> list[str]:
    """Return what is written on a figure."""
    return [text.get_text() for text in drawn(figure)]


def check_room(figure: Figure, *, least: float = 3, dpi: float = 144) -> None:
    """Fail if a text is clipped, or two have so many pixels in common both ways."""
    figure.set_dpi(dpi)
    renderer = FigureCanvasAgg(figure).get_renderer()
    figure.draw(renderer)
    placed = [(text.get_text(), text.get_window_extent(renderer)) for text in drawn(figure)]
    for i, (text, box) in enumerate(placed):
        assert box.x0 >= 0, text
        assert box.y0 >= 0, text
        assert box.x1 <= figure.bbox.width, text
        assert box.y1 <= figure.bbox.height, text
        for other, other_box in placed[i + 1 :]:
            common = mpl.transforms.Bbox.intersection(box, other_box)
            assert common is None or min(common.width, common.height) < least, (text, other)


def check_same_bytes(draw: Callable[[], Figure], folder: Path) -> None:
    """Fail if a figure drawn twice differs, or matplotlib warns."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        first, second = (save(draw(), folder / f"{n}.svg").read_bytes() for n in (1, 2))
    assert first == second
