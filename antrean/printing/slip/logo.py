"""Prepares an office's logo for slips: small, black on white, as a PNG."""

from __future__ import annotations

import base64
import io

from PIL import Image, UnidentifiedImageError

from antrean.printing.slip.content import SlipError

WIDEST, HIGHEST = 576, 240
MOST_DOTS = 20_000_000


def prepare_logo(data: bytes) -> str:
    """Return the picture in black and white, at most WIDEST x HIGHEST dots, as a PNG in base64.

    Refuses with SlipError data that is no picture, and a picture of more than MOST_DOTS dots.
    """
    try:
        picture = Image.open(io.BytesIO(data))
        if picture.width * picture.height > MOST_DOTS:
            raise SlipError("the picture is too large")
        picture.load()
    except (UnidentifiedImageError, OSError, ValueError, Image.DecompressionBombError) as error:
        raise SlipError(f"not a picture: {error}") from None
    white = Image.new("RGBA", picture.size, "white")
    white.alpha_composite(picture.convert("RGBA"))
    grey = white.convert("L")
    share = min(1.0, WIDEST / grey.width, HIGHEST / grey.height)
    if share < 1:
        grey = grey.resize((max(1, round(grey.width * share)), max(1, round(grey.height * share))))
    png = io.BytesIO()
    grey.convert("1").save(png, "PNG", optimize=True)
    return base64.b64encode(png.getvalue()).decode("ascii")
