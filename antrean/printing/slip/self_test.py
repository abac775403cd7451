"""The test slip: shows a technician how the printer prints each part of a slip."""

from __future__ import annotations

from dataclasses import dataclass

from PIL import Image, ImageDraw

from antrean.printing.slip.writer import SlipWriter
from printer_profiles import Profile

QR_TEST = "ANTREAN-TEST-0123456789"
BAR_ROWS = 40
TICK_MM = 10


@dataclass(frozen=True, slots=True)
class TestPage:
    """The test slip's data on the printer: its address, the model that it reports, its state and status bytes."""

    __test__ = False  # not a test class, whatever its name

    address: str
    model: str
    state: str
    status_hex: str


def compose_test_page(page: TestPage, profile: Profile) -> bytes:
    """Return the test slip's bytes, from ESC @ to the cut."""
    writer = SlipWriter(profile)
    writer.line("TEST", size=3, bold=True)
    writer.line(f"{profile.name}")
    writer.pair("profile", profile.id)
    writer.pair("verified", profile.verified)
    writer.pair("model", page.model or "-")
    writer.pair("address", page.address)
    writer.pair("state", page.state)
    writer.pair("status bytes", page.status_hex or "-")
    columns = profile.media.columns_a
    writer.line("".join(str((place + 1) % 10) for place in range(columns)), align="left")
    writer.picture(_edges(profile))
    for size in range(1, profile.text.max_size + 1):
        writer.line(f"A{size}", align="left", size=size)
    writer.line(f"{profile.text.codepage} / {profile.text.codepage_number}: é ü Ñ ß ½", align="left")
    if profile.qr.mode == "native":
        writer.line("QR native")
        writer.qr(QR_TEST, profile.qr.module_dots, "native")
    writer.line("QR raster")
    writer.qr(QR_TEST, profile.qr.module_dots, "raster")
    writer.barcode("ANTREAN-1234")
    writer.line("")
    writer.line("density 100 / 50 / 25 / 12 %")
    writer.picture(_density(profile))
    writer.feed()
    writer.line("Did it look right? docs/add-a-printer.md")
    return writer.finished()


def _edges(profile: Profile) -> Image.Image:
    """Return a frame over the whole printable width, with a tick every 10 mm: a missing side shows a wrong width."""
    width = profile.media.printable_dots
    picture = Image.new("1", (width, 32), 1)
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 0, width - 1, 31), outline=0, width=2)
    step = profile.media.dpi * TICK_MM / 25.4
    for tick in range(1, int(width / step) + 1):
        draw.line((tick * step, 12, tick * step, 31), fill=0, width=2)
    return picture


def _density(profile: Profile) -> Image.Image:
    """Return four bars from full black to an eighth: uneven black shows a worn head or a weak power supply."""
    width = profile.media.printable_dots // 8 * 8
    picture = Image.new("1", (width, BAR_ROWS), 1)
    bar = width // 4
    for place, every in enumerate((1, 2, 4, 8)):
        for y in range(BAR_ROWS):
            for x in range(place * bar, (place + 1) * bar):
                if (x + y * (every // 2 + 1)) % every == 0:
                    picture.putpixel((x, y), 0)
    return picture
