"""A small picture of an executed notebook: its first figure."""

import base64
import binascii
import io
from collections.abc import Mapping
from typing import Any

from PIL import Image

__all__ = ["thumbnail"]

_SIZE = (320, 240)  # shown at half of it
_MOST_PIXELS = 40_000_000
_TONES = 32


def thumbnail(notebook: Mapping[str, Any]) -> bytes | None:
    """Return the first PNG figure of a notebook, made small, as PNG; None when it has none.

    Examples
    --------
    >>> thumbnail({"cells": [{"outputs": [{"data": {"image/png": "no picture"}}]}]}) is None
    True
    """
    for cell in notebook["cells"]:
        for output in cell.get("outputs", ()):
            if data := output.get("data", {}).get("image/png"):
                return _small(data)
    return None


def _small(data: str | list[str]) -> bytes | None:
    try:
        picture = Image.open(io.BytesIO(base64.b64decode("".join(data))), formats=["PNG"])
        if picture.width * picture.height > _MOST_PIXELS:
            return None
        small = picture.convert("RGB")
        small.thumbnail(_SIZE)
        file = io.BytesIO()
        small.quantize(_TONES).save(file, format="PNG", optimize=True)
        return file.getvalue()
    except (OSError, ValueError, SyntaxError, binascii.Error, Image.DecompressionBombError):
        return None
