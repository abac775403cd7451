"""A slip's QR code: what it holds, how large its modules are, and its picture."""

from __future__ import annotations

import io

import segno
from PIL import Image

from antrean.printing.slip import encoding

QUIET_MODULES = 4  # white space that the standard requires around a QR code
LONGEST = 1000


def qr_text(data: str) -> str:
    """Return the text that a QR code holds, without control characters."""
    return encoding.clean(data)[:LONGEST]


def qr_dots(data: str, module_dots: int, width: int) -> int:
    """Return the side of one module in dots: as asked, less where the code would be wider than `width` dots."""
    code = segno.make(data, error="m", micro=False)
    return max(1, min(module_dots, width // int(code.symbol_size(border=QUIET_MODULES)[0])))


def qr_picture(data: str, dots: int) -> Image.Image:
    """Return the QR code with the white space around it; `dots` is the side of one module."""
    drawn = io.BytesIO()
    segno.make(data, error="m", micro=False).save(drawn, kind="png", scale=dots, border=QUIET_MODULES)
    return Image.open(drawn).convert("1")
