"""A logo as PNG, drawn anew: only its pixels get through, at a size that prints well."""

from __future__ import annotations

import io
import warnings

from PIL import Image

from tasks.brand.files import Unfit
from tasks.brand.svg import check_shape

MOST_SIDE = 5000
#: At the head of a page (9 mm high) this is sharper than any printer.
PRINTED = (1400, 320)


def redrawn(data: bytes) -> bytes:
    """The picture as PNG of our own making; raises Unfit."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            picture = Image.open(io.BytesIO(data), formats=["PNG"])
            if max(picture.size) > MOST_SIDE:
                raise Unfit(f"the PNG is {picture.width} by {picture.height}; {MOST_SIDE} pixels a side are enough")
            check_shape(*picture.size)
            if getattr(picture, "n_frames", 1) > 1:
                raise Unfit("the PNG moves; give a still picture")
            picture.verify()  # load() takes half a picture for whole once WeasyPrint has told Pillow to
            picture = Image.open(io.BytesIO(data), formats=["PNG"])
            picture.load()
    except Unfit:
        raise
    except (OSError, ValueError, SyntaxError, Warning) as error:
        raise Unfit(f"this is no whole PNG picture ({error})") from None
    drawn = picture.convert("RGBA")
    drawn.thumbnail(PRINTED, Image.Resampling.LANCZOS)
    out = io.BytesIO()
    drawn.save(out, "PNG", optimize=True)
    return out.getvalue()
