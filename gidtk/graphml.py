"""Networks as GraphML, for Gephi, igraph and networkx."""

import os
import re
from collections.abc import Iterator
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

import pandas as pd

from gidtk.errors import GidtkError
from gidtk.files import make_folder, write_whole

__all__ = ["write_graphml"]

_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # what XML cannot hold is left out


def write_graphml(edges: pd.DataFrame, path: str | os.PathLike[str]) -> Path:
    """Write a network as GraphML, for Gephi, igraph or networkx; whole or not at all.

    Parameters
    ----------
    edges : DataFrame
        Columns ``source`` and ``target``, as :func:`gidtk.collocations.cooccurrence` gives them; each further column
        becomes an attribute of the edges. A column ``source_sentences`` with ``target_sentences`` becomes the
        attribute ``sentences`` of the nodes.
    path : str or path
        Ends in ``.graphml``; its folder is made when it is not there.

    Returns
    -------
    Path
        The file. Words are escaped; characters that XML cannot hold are left out.

    Raises
    ------
    GidtkError
        If a column is not there or the suffix is another one.

    Examples
    --------
    >>> import tempfile
    >>> from gidtk.collocations import cooccurrence
    >>> edges = cooccurrence("政务公开和政策解读。", min_sentences=1)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_graphml(edges, Path(folder, "words.graphml")).name
    'words.graphml'
    """
    path = Path(path)
    if path.suffix.lower() != ".graphml":
        raise GidtkError(f"{path.name}: the suffix {path.suffix!r} is not .graphml")
    if not {"source", "target"} <= set(edges.columns):
        raise GidtkError(f"columns source and target are needed, found {list(edges.columns)}")
    write_whole(make_folder(path.parent), {path.name: "\n".join(_graphml(edges)) + "\n"})
    return path


def _graphml(edges: pd.DataFrame) -> Iterator[str]:
    ends = {"source", "target", "source_sentences", "target_sentences"}
    columns = [column for column in edges.columns if column not in ends]
    sizes: dict[str, int | None] = dict.fromkeys(map(str, [*edges["source"], *edges["target"]]))
    for end in ("source", "target"):
        if f"{end}_sentences" in edges.columns:
            sizes |= dict(zip(map(str, edges[end]), edges[f"{end}_sentences"], strict=True))
    ids = {word: f"n{place}" for place, word in enumerate(sizes)}
    yield '<?xml version="1.0" encoding="UTF-8"?>'
    yield '<graphml xmlns="http://graphml.graphdrawing.org/xmlns">'
    yield '<key id="label" for="node" attr.name="label" attr.type="string"/>'
    yield '<key id="size" for="node" attr.name="sentences" attr.type="long"/>'
    for place, column in enumerate(columns):
        kind = "string"
        if pd.api.types.is_numeric_dtype(edges[column]):
            kind = "long" if pd.api.types.is_integer_dtype(edges[column]) else "double"
        yield f'<key id="e{place}" for="edge" attr.name={_quoted(column)} attr.type="{kind}"/>'
    yield '<graph edgedefault="undirected">'
    for word, size in sizes.items():
        label = f'<data key="label">{_escaped(word)}</data>'
        yield f'<node id="{ids[word]}">{label}' + (f'<data key="size">{size}</data>' if size else "") + "</node>"
    for source, target, values in zip(
        edges["source"], edges["target"], edges[columns].itertuples(index=False), strict=True
    ):
        data = "".join(
            f'<data key="e{place}">{_escaped(value)}</data>' for place, value in enumerate(values) if not pd.isna(value)
        )
        yield f'<edge source="{ids[str(source)]}" target="{ids[str(target)]}">{data}</edge>'
    yield "</graph></graphml>"


def _escaped(value: object) -> str:
    return escape(_XML.sub("", str(value)))


def _quoted(value: object) -> str:
    return quoteattr(_XML.sub("", str(value)))
