"""Figures of the toolkit, one file a subject; ``canvas`` is the page that they share.

What a figure says (title, unit, note, the sentence for no data) is given by the caller in the caller's language. A
figure carries its alternative text (:func:`alt_text`); :func:`show` puts it into a notebook, :func:`save` into a file.
"""

from gidtk.figure import alt_text, save, show
from gidtk.plot.claims import claims_strip
from gidtk.plot.counts import bars, keywords, shares
from gidtk.plot.distribution import distribution
from gidtk.plot.funnel import funnel
from gidtk.plot.intervals import intervals
from gidtk.plot.problems import problem_flow
from gidtk.plot.reuse import reuse_network
from gidtk.plot.tilemap import provinces, tilemap
from gidtk.plot.trends import trend
from gidtk.plot.words import dispersion, heatmap, lollipop
from gidtk.typeface import legible, style, use_style

__all__ = [
    "alt_text",
    "bars",
    "claims_strip",
    "dispersion",
    "distribution",
    "funnel",
    "heatmap",
    "intervals",
    "keywords",
    "legible",
    "lollipop",
    "provinces",
    "problem_flow",
    "reuse_network",
    "save",
    "shares",
    "show",
    "style",
    "tilemap",
    "trend",
    "use_style",
]
