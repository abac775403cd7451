"""beside(): a slip's table and its QR code side by side, as one picture, so that a slip takes little paper."""

from __future__ import annotations

from PIL import Image, ImageChops

from antrean.printing.slip import encoding
from antrean.printing.slip.content import SlipField
from antrean.printing.slip.qr import qr_dots, qr_picture, qr_text
from antrean.printing.slip.rasterize import draw_text, text_width
from printer_profiles import Profile

LEAST_TEXT = 240  # dots: narrower than 30 mm, words would be broken
LABEL, VALUE, CAPTION = 22, 28, 22  # dots: type 2.8 and 3.5 mm high at 203 dpi
LIFT = 2  # dots from the lower edge of a value's line to that of its label, for letters on one base line
NORMAL, BOLD = "reading", "reading_bold"


def beside(
    fields: tuple[SlipField, ...], qr: str, caption: str, module_dots: int, profile: Profile
) -> Image.Image | None:
    """Return the table's lines and the caption on the left and the QR code on the right, as wide as the paper prints.

    Returns None where the paper is too narrow for both, or where a letter has no font on this machine.
    """
    width, data = profile.media.printable_dots, qr_text(qr)
    code = qr_picture(data, qr_dots(data, module_dots, width))
    free = width - code.width
    if free < LEAST_TEXT:
        return None
    rows: list[Image.Image] = []
    for field in fields:
        drawn = _field(encoding.clean(field.label), encoding.clean(field.value), free)
        if drawn is None:
            return None
        rows += drawn
    words = draw_text(encoding.clean(caption), CAPTION, free, "left", NORMAL)
    if words is None:
        return None
    text = _stacked([*rows, *words], free)
    picture = Image.new("1", (width, max(text.height, code.height)), 1)
    picture.paste(text, (0, (picture.height - text.height) // 2))
    picture.paste(code, (free, (picture.height - code.height) // 2))
    return picture


def _field(label: str, value: str, width: int) -> list[Image.Image] | None:
    """Return a fact on one line; its value on lines of its own where it does not fit beside its label."""
    labels, values = draw_text(label, LABEL, width, "left", NORMAL), draw_text(value, VALUE, width, "left", BOLD)
    if labels is None or values is None:
        return None
    label_width, value_width = text_width(label, LABEL, NORMAL) or 0, text_width(value, VALUE, BOLD) or 0
    if len(labels) != 1 or len(values) != 1 or label_width + LABEL // 2 + value_width > width:
        return [*labels, *values]
    line, lowered = (_blank(width, max(labels[0].height, values[0].height)) for _ in range(2))
    line.paste(labels[0], (0, line.height - labels[0].height - LIFT))
    lowered.paste(values[0], (label_width + LABEL // 2, line.height - values[0].height))
    return [ImageChops.logical_and(line, lowered)]


def _blank(width: int, height: int) -> Image.Image:
    return Image.new("1", (width, height), 1)


def _stacked(pictures: list[Image.Image], width: int) -> Image.Image:
    whole = _blank(width, max(1, sum(picture.height for picture in pictures)))
    y = 0
    for picture in pictures:
        whole.paste(picture, (0, y))
        y += picture.height
    return whole
