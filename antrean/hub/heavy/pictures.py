"""Prepares an uploaded picture for displays. Runs in the child process only."""

from __future__ import annotations

from pathlib import Path

from PIL import Image, ImageOps

LARGEST_SIDE = 1920
FORMATS = ("JPEG", "PNG", "WEBP", "GIF")
# A JPEG is decoded at a fraction of its size, whatever a camera made; the others are decoded whole or not at all.
MOST_DOTS = {"JPEG": 120_000_000}
MOST_DOTS_WHOLE = 17_000_000  # twice a 4K display


class PictureTooLarge(ValueError):
    """A picture with more pixels than are decoded."""


def draw_for_display(source: Path, target: Path) -> None:
    """Write the picture anew as a JPEG of at most 1920 dots a side, with nothing else that its file held.

    Refuses (PictureTooLarge) by the size its header tells, before anything is decoded; what is no picture raises as
    Pillow does.
    """
    with Image.open(source, formats=FORMATS) as opened:
        if opened.width * opened.height > MOST_DOTS.get(opened.format or "", MOST_DOTS_WHOLE):
            raise PictureTooLarge
        opened.draft("RGB", (LARGEST_SIDE, LARGEST_SIDE))
        picture = ImageOps.exif_transpose(opened).convert("RGB")
    picture.thumbnail((LARGEST_SIDE, LARGEST_SIDE))
    picture.save(target, "JPEG", quality=86, optimize=True)
