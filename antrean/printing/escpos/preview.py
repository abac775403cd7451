"""render_png(): draws the bytes of a slip as the printer would print them."""

from __future__ import annotations

import io
import re
from functools import cache

import segno
from PIL import Image, ImageDraw, ImageFont

from antrean.printing.escpos.parser import Token, tokens_of
from antrean.printing.slip.fonts import font
from printer_profiles import Profile, codec

CELL_HEIGHT = 24
INK, PAPER, EDGE = 28, 252, 205
LARGEST_PREVIEW = 12_000  # dots of paper; a longer slip is cut off here


def render_png(data: bytes, profile: Profile) -> bytes:
    """Return a PNG of the printed slip, one pixel per dot, with the paper's margins and its cut.

    It is drawn from the bytes alone, so it shows what was sent. Without an installed font, Pillow's own is used.
    """
    slip = _Slip(profile, draw=True)
    for token in tokens_of(data):
        slip.take(token)
    png = io.BytesIO()
    slip.finished().save(png, "PNG", optimize=True)
    return png.getvalue()


def printed_mm(data: bytes, profile: Profile) -> int:
    """Return about how many millimetres of paper a slip uses, the distance to the cutter included."""
    slip = _Slip(profile, draw=False)
    for token in tokens_of(data):
        slip.take(token)
    return round(slip.y * 25.4 / profile.vertical_dpi) + profile.media.cutter_mm


class _Slip:
    """The print head's state while it reads: position, type size, weight, alignment."""

    def __init__(self, profile: Profile, *, draw: bool) -> None:
        self.profile, self.draw = profile, draw
        self.width = profile.media.printable_dots
        self.cell = self.width // profile.media.columns_a
        self.high = profile.media.letter_dots
        self.image = Image.new("L", (self.width, 512), PAPER)
        self.y = 0
        self.cuts: list[int] = []
        self.page = codec(profile.text.codepage)
        self.bar_height = 162
        self.qr_data, self.qr_module, self.qr_error = b"", 3, "l"
        self._reset()

    def _reset(self) -> None:
        self.align, self.size, self.bold, self.invert, self.smooth = 0, (1, 1), False, False, False
        self.spacing = self.profile.media.line_dots
        self.line: list[tuple[str, tuple[int, int], bool, bool]] = []

    def take(self, token: Token) -> None:
        args = token.args
        match token.kind:
            case "text":
                self.line.append((token.raw.decode(self.page, "replace"), self.size, self.bold, self.invert))
            case "LF":
                self._feed_line()
            case "ESC @":
                self._reset()
            case "ESC a":
                self.align = args[0] % 48
            case "ESC E":
                self.bold = bool(args[0] & 1)
            case "GS b":
                self.smooth = bool(args[0] & 1)
            case "GS B":
                self.invert = bool(args[0] & 1)
            case "GS !":
                self.size = (args[0] >> 4 & 7) + 1, (args[0] & 7) + 1
            case "ESC 2":
                self.spacing = self.profile.media.line_dots
            case "ESC 3":
                self.spacing = args[0]
            case "ESC d":
                self._move(args[0] * self.spacing)
            case "ESC J":
                self._move(args[0])
            case "GS v 0" | "ESC *" | "GS ( L" | "GS ( k":
                self._picture_token(token)
            case "GS h":
                self.bar_height = args[0]
            case "GS k":
                self._bars(args)
            case "GS V" | "ESC i" | "ESC m":
                self.cuts.append(self.y)

    def _picture_token(self, token: Token) -> None:
        args = token.args
        if token.kind == "GS v 0":
            wide, high = args[1] + 256 * args[2], args[3] + 256 * args[4]
            across, along = (2 if args[0] & 1 else 1), (2 if args[0] & 2 else 1)
            self._stamp(_bits(args[5:], wide * 8, high).resize((wide * 8 * across, high * along)))
        elif token.kind == "GS ( L" and args[3:5] == b"0p":
            wide, high = args[9] + 256 * args[10], args[11] + 256 * args[12]
            self._stamp(_bits(args[13:], wide, high))
        elif token.kind == "ESC *":
            rows = 24 if args[0] >= 32 else 8
            columns = args[1] + 256 * args[2]
            # The bytes run down each column: read as a lying picture, then turned upright.
            lying = _bits(args[3:], rows, columns)
            self._stamp(lying.transpose(Image.Transpose.TRANSPOSE), feed=False)
            self.spacing = rows
        elif token.kind == "GS ( k":
            self._qr(args[3:])

    def _qr(self, body: bytes) -> None:
        function, value = body[1], body[2:]
        if function == 67:
            self.qr_module = value[0]
        elif function == 69:
            self.qr_error = "lmqh"[value[0] - 48]
        elif function == 80:
            self.qr_data = value[1:]
        elif function == 81 and self.qr_data:
            code = segno.make(
                self.qr_data.decode("utf-8", "replace"), error=self.qr_error, micro=False, boost_error=False
            )
            drawn = io.BytesIO()
            code.save(drawn, kind="png", scale=self.qr_module, border=0)
            self._stamp(Image.open(drawn).convert("L"))

    def _bars(self, args: bytes) -> None:
        """Draw a bar code's area and text; the bars are only a sketch of the printer's own."""
        words = re.sub(r"^\{[ABC]", "", args[2:].decode("ascii", "replace")) if args[0] >= 65 else ""
        bars = Image.new("L", (max(60, 22 * len(words)), self.bar_height + CELL_HEIGHT), 255)
        draw = ImageDraw.Draw(bars)
        for left in range(0, bars.width, 6):
            draw.rectangle((left, 0, left + 2 + left % 4 // 2, self.bar_height - 4), fill=0)
        for place, letter in enumerate(words):
            bars.paste(_glyph(letter, self.cell, False, False, 1), (place * self.cell, self.bar_height))
        self._stamp(bars)

    def _stamp(self, picture: Image.Image, feed: bool = True) -> None:
        if not self.draw:
            self.y += picture.height if feed else 0
            return
        self._room(picture.height)
        left = {0: 0, 1: (self.width - picture.width) // 2, 2: self.width - picture.width}.get(self.align, 0)
        self.image.paste(picture.point(lambda grey: PAPER if grey > 127 else INK), (max(0, left), self.y))
        if feed:
            self._move(picture.height)

    def _feed_line(self) -> None:
        if not self.line:
            self._move(self.spacing)
            return
        tallest = max(size[1] for _, size, _, _ in self.line) * self.high
        if not self.draw:
            self.line = []
            self.y += max(self.spacing, tallest)
            return
        self._room(tallest)
        length = sum(len(text) * size[0] * self.cell for text, size, _, _ in self.line)
        left = {0: 0, 1: (self.width - length) // 2, 2: self.width - length}.get(self.align, 0)
        for text, size, bold, invert in self.line:
            for letter in text:
                # Printers smooth from size 4 on; else they repeat each dot.
                drawn_at = 4 if self.smooth and min(size) >= 4 else 1
                glyph = _glyph(letter, self.cell, bold, invert, drawn_at).resize(
                    (self.cell * size[0], self.high * size[1]),
                    Image.Resampling.NEAREST if self.high >= CELL_HEIGHT else Image.Resampling.BOX,
                )
                self.image.paste(glyph, (left, self.y + tallest - glyph.height))
                left += glyph.width
        self.line = []
        self._move(max(self.spacing, tallest))

    def _room(self, height: int) -> None:
        if self.y + height > self.image.height:
            taller = Image.new("L", (self.width, min(LARGEST_PREVIEW, (self.y + height) * 2)), PAPER)
            taller.paste(self.image)
            self.image = taller

    def _move(self, dots: int) -> None:
        if self.draw:
            self._room(dots)
        self.y += dots

    def finished(self) -> Image.Image:
        dots_per_mm = self.profile.media.dpi / 25.4
        margin = max(8, int((self.profile.media.paper_mm * dots_per_mm - self.width) / 2))
        tail = int(self.profile.media.cutter_mm * dots_per_mm) if self.cuts else 24
        height = min(self.y, LARGEST_PREVIEW) + tail
        paper = Image.new("L", (self.width + 2 * margin, height + 2 * margin), PAPER)
        paper.paste(self.image.crop((0, 0, self.width, min(self.y, self.image.height))), (margin, margin))
        draw = ImageDraw.Draw(paper)
        if self.cuts:
            for left in range(0, paper.width, 16):
                draw.line((left, paper.height - 4, left + 8, paper.height - 4), fill=EDGE - 60, width=2)
        if self.profile.vertical_dpi != self.profile.media.dpi:
            stretch = self.profile.media.dpi / self.profile.vertical_dpi
            paper = paper.resize((paper.width, round(paper.height * stretch)))
        return paper


def _bits(data: bytes, width: int, height: int) -> Image.Image:
    """Rows of bits, 1 = black, as a grey picture; short data is filled up with white."""
    stride = (width + 7) // 8
    bits = Image.frombytes("1", (width, height), data[: stride * height].ljust(stride * height, b"\x00"))
    return bits.convert("L").point(lambda grey: 255 - grey)


@cache
def _glyph(letter: str, cell: int, bold: bool, invert: bool, scale: int) -> Image.Image:
    ink, ground = (PAPER, INK) if invert else (INK, PAPER)
    glyph = Image.new("L", (cell * scale, CELL_HEIGHT * scale), ground)
    face: ImageFont.FreeTypeFont | ImageFont.ImageFont | None = font("mono_bold" if bold else "mono", 19 * scale)
    if face is None:
        face = ImageFont.load_default(size=18 * scale)
    draw = ImageDraw.Draw(glyph)
    draw.fontmode = "1"
    draw.text((cell * scale / 2, 18 * scale), letter, fill=ink, font=face, anchor="ms")
    return glyph
