"""Names of runs: readable, unique, and safe as file names on every system."""

import hashlib
import json
import re
import unicodedata
from collections.abc import Mapping, Sequence
from itertools import chain, count
from typing import Any

__all__ = ["run_names"]

_FOLDERS = {"corpus", "output_dir"}  # where things lie is no part of a run's name
_RESERVED = re.compile(
    r"(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9¹²³]|index|outcomes|results|thumbnails)(\..*)?", re.IGNORECASE
)
_LONGEST = 120  # bytes; suffixes come on top


def run_names(stem: str, rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """Name the runs: readable, unique also where case does not count, and never a way out of the folder.

    Parameters
    ----------
    stem : str
        Name of the notebook, without its suffix.
    rows : sequence of mappings
        The parameters given, one mapping a run.

    Returns
    -------
    list of str
        One name a row. It does not depend on the other rows, unless two would be the same.

    Examples
    --------
    >>> run_names("01-region-profile", [{"region": "360829", "year": 2020}, {"region": "../x", "year": 2020}])
    ['01-region-profile_360829_2020', '01-region-profile_x_2020_ffe84908']
    """
    begin = "_".join(filter(None, map(_safe, stem.split("_")))) or "run"
    begin = f"{begin}-run" if _RESERVED.fullmatch(begin) else begin
    names: list[str] = []
    taken: set[str] = set()
    for row in rows:
        said = [str(value) for key, value in row.items() if key not in _FOLDERS and value not in (None, "")]
        full = "_".join([begin, *filter(None, map(_safe, said))])
        name = full.encode()[:_LONGEST].decode(errors="ignore").rstrip(".-_")
        if name != "_".join([begin, *said]):  # something was left out: the digest tells it from the like
            name += "_" + hashlib.sha256(json.dumps(row, sort_keys=True).encode()).hexdigest()[:8]
        numbered = chain([name], (f"{name}_{n}" for n in count(2)))
        name = next(candidate for candidate in numbered if candidate.casefold() not in taken)
        taken.add(name.casefold())
        names.append(name)
    return names


def _safe(text: str) -> str:
    """Keep letters, digits, marks, dots and hyphens; all else becomes one hyphen."""
    kept = (c if c in ".-" or unicodedata.category(c)[0] in "LMN" else "-" for c in unicodedata.normalize("NFC", text))
    return re.sub("-+", "-", "".join(kept)).strip(".-")
