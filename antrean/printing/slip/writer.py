"""SlipWriter: writes the parts of a slip (lines, pictures, QR codes, feeds, the cut) as ESC/POS bytes."""

from __future__ import annotations

import io

from PIL import Image, UnidentifiedImageError

from antrean.printing.escpos.parser import strip_realtime_commands
from antrean.printing.slip import encoding
from antrean.printing.slip.escpos_library import new_dummy
from antrean.printing.slip.qr import QUIET_MODULES, qr_dots, qr_picture, qr_text
from antrean.printing.slip.rasterize import draw_text
from printer_profiles import Profile, codec

CUTS = {
    "gs_v_66": b"\x1dVB\x00",
    "gs_v_65": b"\x1dVA\x00",
    "gs_v_0": b"\x1dV\x00",
    "gs_v_1": b"\x1dV\x01",
    "esc_i": b"\x1bi",
    "esc_m": b"\x1bm",
}
QR_ERROR_M = 1
READABLE_SIZE = 4  # the smallest type size that is readable at arm's length
CELL_HEIGHT = 24  # dots of a font A letter at size 1


class SlipWriter:
    """Writes one slip for one profile; `finished()` ends it, and a further slip needs a new writer."""

    def __init__(self, profile: Profile) -> None:
        self.profile = profile
        self._white = False  # whether the last thing written was white space
        self._dummy = new_dummy(profile)
        self._dummy.hw("INIT")
        self._init_text()

    def _init_text(self) -> None:
        # ESC @ resets the code page, and clones return to Chinese mode: both are set after every ESC @.
        text = self.profile.text
        if text.cancel_kanji:
            self._dummy._raw(b"\x1c.")
        self._dummy._raw(b"\x1bt" + bytes([text.codepage_number]))
        if text.smooth:
            self._dummy.set(smooth=True)

    def columns(self, size: int) -> int:
        """Return how many letters of a type size fit on a line."""
        return max(1, self.profile.media.columns_a // size)

    def line(self, text: str, *, align: str = "center", size: int = 1, bold: bool = False, tall: bool = False) -> None:
        """Write the text in one or more lines, as a picture where the code page lacks its letters.

        `size` 1 to 8; `tall` makes the letters of size 1 twice as high and no wider.
        """
        text = encoding.clean(text)
        fitting = encoding.fit(text, self.profile)
        if fitting is None and not self._drawn(text, align, size):
            fitting = encoding.question_marks(text, self.profile)
        size = min(size, self.profile.text.max_size)
        for row in encoding.wrap(fitting or "", self.columns(size)):
            self._style(align, size, bold)
            if tall and size == 1:
                self._dummy.set(custom_size=True, width=1, height=min(2, self.profile.text.max_size))
            self._letters(row + "\n")

    def largest(self, text: str, size: int) -> None:
        """Write one word as large as it fits, at most `size`; as a picture where the printer's sizes are too small."""
        text = encoding.clean(text)
        width, own = self.profile.media.printable_dots, self.profile.text.max_size
        if own < min(size, READABLE_SIZE):
            for pixels in range(CELL_HEIGHT * size, CELL_HEIGHT * own, -4):
                pictures = draw_text(text, pixels, width, "center")
                if pictures is not None and len(pictures) == 1:
                    self.picture(pictures[0])
                    return
        self.line(text, size=max(1, min(size, own, self.columns(1) // max(1, len(text)))), bold=True)

    def pair(self, label: str, value: str, *, size: int = 1) -> None:
        """Write the label left and the value right on one line; on two lines when they do not fit on one."""
        label, value = encoding.clean(label), encoding.clean(value)
        left, right = encoding.fit(label, self.profile), encoding.fit(value, self.profile)
        size = min(size, self.profile.text.max_size)
        if left is None or right is None or len(left) + len(right) + 2 > self.columns(size):
            self.line(label, align="left", size=size)
            self.line(value, align="right", size=size, bold=True)
            return
        self._style("left", size, False)
        self._letters(left + " " * (self.columns(size) - len(left) - len(right)))
        self._dummy.set(bold=True)
        self._letters(right + "\n")

    def item(self, text: str, *, size: int = 1) -> None:
        """Write one entry of a list behind a dash; its further lines begin below its first letter."""
        text = encoding.clean(text)
        fitting = encoding.fit(text, self.profile)
        if fitting is None and self._drawn("- " + text, "left", size):
            return
        size = min(size, self.profile.text.max_size)
        rows = encoding.wrap(fitting or encoding.question_marks(text, self.profile), max(1, self.columns(size) - 2))
        self._style("left", size, False)
        for place, row in enumerate(rows):
            self._letters(("  " if place else "- ") + row + "\n")

    def banner(self, text: str, size: int) -> None:
        """Write a word in white on black, as a conspicuous mark."""
        fitting = encoding.fit(encoding.clean(text), self.profile) or encoding.question_marks(text, self.profile)
        size = min(size, self.profile.text.max_size, max(1, self.profile.media.columns_a // (len(fitting) + 2)))
        self._style("center", size, True)
        self._dummy.set(invert=True)
        self._letters(f" {fitting} "[: self.columns(size)])
        self._dummy.set(invert=False)
        self._letters("\n")

    def rule(self) -> None:
        """Write a dashed line across the paper."""
        self._style("left", 1, False)
        self._letters("-" * self.profile.media.columns_a + "\n")

    def feed(self, lines: int = 1) -> None:
        """Write empty lines."""
        self._style("left", 1, False)
        self._letters("\n" * lines)

    def gap(self) -> None:
        """Write half an empty line between two parts; nothing after a picture with white space of its own."""
        if not self._white:
            self._dummy._raw(b"\x1bJ" + bytes([self.profile.media.line_dots // 2]))
        self._white = True

    def qr(self, data: str, module_dots: int, mode: str) -> None:
        """Write a QR code, drawn by the printer (native) or here (raster), as large as asked and as it fits."""
        data = qr_text(data)
        if not data:
            return
        if mode == "none":
            self.line(data)
            return
        dots = qr_dots(data, module_dots, self.profile.media.printable_dots)
        self._style("center", 1, False)
        if mode == "native":
            self._dummy._raw(b"\x1bJ" + bytes([min(255, QUIET_MODULES * dots)]))
            self._dummy.qr(data, ec=QR_ERROR_M, size=dots, native=True)
            self._dummy._raw(b"\x1bJ" + bytes([min(255, QUIET_MODULES * dots)]))
            return
        self.picture(qr_picture(data, dots))

    def barcode(self, data: str) -> None:
        """Write a CODE128 bar code, where the library's database says that the model can draw it."""
        if self._dummy.profile.supports("barcodeB"):
            body = b"{B" + data.encode("ascii")
            self._style("center", 1, False)
            self._dummy._raw(b"\x1dh\x40\x1dw\x02\x1dH\x02\x1dkI" + bytes([len(body)]) + body)

    def logo(self, png: bytes) -> None:
        """Write the office's logo: the PNG, or the picture stored in the printer when the profile says nv:N.

        A PNG that cannot be read is left out, since a slip is complete without a logo.
        """
        kind = self.profile.image.logo
        if kind.startswith("nv:"):
            self._style("center", 1, False)
            self._dummy._raw(b"\x1cp" + bytes([int(kind[3:]) & 0xFF, 0]))
        elif kind == "raster" and png:
            try:
                picture = Image.open(io.BytesIO(png))
                picture.load()
            except (UnidentifiedImageError, OSError, Image.DecompressionBombError):
                return
            self.picture(_on_white(picture))

    def picture(self, picture: Image.Image, *, white: bool = False) -> None:
        """Write a picture in the middle of the paper, made smaller when it is wider than the print head.

        `white` says that its lower edge is white space enough to set it apart.
        """
        width = self.profile.media.printable_dots
        if picture.width > width:
            picture = picture.resize((width, max(1, picture.height * width // picture.width)))
        if self.profile.vertical_dpi != self.profile.media.dpi:
            # An impact printer's rows are further apart than its columns.
            rows = round(picture.height * self.profile.vertical_dpi / self.profile.media.dpi)
            picture = picture.resize((picture.width, max(1, rows)))
        self._style("center", 1, False)
        image = self.profile.image
        fine, rows = True, image.fragment_rows
        if image.impl == "bitImageColumn":
            fine = image.density == "default"
            # Columns come 24 (or 8) dots high: a piece of another height would leave a white stripe.
            rows = max(24, rows - rows % 24)
        self._dummy.image(picture, high_density_vertical=fine, impl=image.impl, fragment_height=rows)
        self._white = white

    def beep(self) -> None:
        """Sound the buzzer once, briefly; not a buzzer on the drawer's line where a drawer may be connected to it."""
        command = self.profile.buzzer.command
        if command == "esc_b":
            self._dummy._raw(b"\x1bB\x01\x02")
        elif command == "pulse" and not self.profile.drawer.enabled:
            self._dummy._raw(b"\x1bp\x00\x19\xfa")

    def finished(self) -> bytes:
        """Feed, cut and present as the profile says, and return all bytes of the slip."""
        cut = self.profile.cut
        self._style("left", 1, False)
        self._letters("\n" * cut.feed_lines_before)
        if cut.mode != "none":
            self._dummy._raw(CUTS[cut.command])
        if cut.presenter != "none":
            self._dummy._raw(bytes.fromhex(cut.presenter))
        return strip_realtime_commands(bytes(self._dummy.output))

    def _drawn(self, text: str, align: str, size: int) -> bool:
        pixels = CELL_HEIGHT * size
        pictures = draw_text(text, pixels, self.profile.media.printable_dots, align)
        for picture in pictures or ():
            self.picture(picture)
        return pictures is not None

    def _letters(self, text: str) -> None:
        self._white = False
        self._dummy._raw(text.encode(codec(self.profile.text.codepage), "replace"))

    def _style(self, align: str, size: int, bold: bool) -> None:
        self._dummy.set(align=align, bold=bold, custom_size=True, width=size, height=size)


def _on_white(picture: Image.Image) -> Image.Image:
    white = Image.new("RGBA", picture.size, "white")
    white.alpha_composite(picture.convert("RGBA"))
    return white.convert("L")
