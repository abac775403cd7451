"""QR codes of follow addresses, put together from tables: a code costs microseconds in place of milliseconds.

Every module of a QR code of one version, level and mask is a sum (XOR) of bits of its text: what an address of the same
length changes can be added up from what each of its bits changes alone. Only the ticket's token differs between the
addresses of an office, so its bits alone are in the tables. segno draws the codes that they are taken from, and it
draws the whole code until they are there.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from functools import partial
from io import BytesIO
from typing import Any

import segno
from markupsafe import Markup

log = logging.getLogger(__name__)
DARK, LIGHT = "#0d1730", "#fff"
QUIET = 4  # modules around the code that scanners need
MOST_SHAPES = 8
PIECE = 10  # modules of a row that are drawn by one look-up
ASCII_BITS = 7


class QrCodes:
    """Draws codes of addresses that begin alike. `background` starts what prepares the tables, `let_others` its pauses.

    The tables are prepared when a code of their length is expected or drawn for the first time.
    """

    def __init__(self, background: Callable[[Callable[[], None]], object], let_others: Callable[[], None]) -> None:
        self._background = background
        self._let_others = let_others
        self._shapes: dict[tuple[str, int], Shape] = {}

    def expect(self, beginning: str, tail: str) -> None:
        """Have the tables prepared for codes of a beginning and of tails like this one."""
        if tail and (beginning + tail).isascii():
            self._shape(beginning, tail)

    def svg(self, beginning: str, tail: str) -> Markup:
        """Return the code of `beginning + tail` as inline SVG that fills its box, quiet zone included."""
        if not tail or not (beginning + tail).isascii():
            return as_svg(segno.make(beginning + tail, error="m", micro=False))
        return self._shape(beginning, tail).svg(tail)

    def _shape(self, beginning: str, tail: str) -> Shape:
        key = (beginning, len(tail))
        shape = self._shapes.get(key)
        if shape is None:
            if len(self._shapes) >= MOST_SHAPES:
                self._shapes.pop(next(iter(self._shapes)))
            shape = self._shapes[key] = Shape(beginning, tail)
            self._background(partial(shape.prepare, self._let_others))
        return shape

    def prepared(self) -> bool:
        """Whether the tables of every length drawn so far are there."""
        return all(shape.ready for shape in self._shapes.values())


class Shape:
    """All codes of one beginning and length: version, level and mask are those that suit the first of them."""

    def __init__(self, beginning: str, first_tail: str) -> None:
        first = segno.make(beginning + first_tail, error="m", micro=False, mode="byte", encoding="latin1")
        self._beginning = beginning
        self._version, self._error, self._mask = first.version, first.error, first.mask
        self._length = len(first_tail)
        self._ground = 0
        self._changes: list[dict[str, int]] = []  # for each place of the tail: a character -> the modules it turns
        self.ready = False
        size = len(first.matrix)
        self._bits = f"0{size * size}b"
        self._pieces = [
            slice(row * size + place, row * size + min(place + PIECE, size))
            for row in range(size)
            for place in range(0, size, PIECE)
        ]
        row_form = "M{} {}.5" + "{{}}" * -(-size // PIECE)
        head, end = re.split(r'(?<= d=")M[^"]*(?="/></svg>)', str(as_svg(first)))
        self._form = head + "".join(row_form.format(QUIET, QUIET + row) for row in range(size)) + end
        self._runs = Runs()

    def svg(self, tail: str) -> Markup:
        """Return the code of a tail of this shape's length."""
        bits, runs = format(self._added(tail) if self.ready else self._made(tail), self._bits), self._runs
        return Markup(self._form.format(*[runs[bits[piece]] for piece in self._pieces]))

    def prepare(self, let_others: Callable[[], None]) -> None:
        """Fill the tables with one code after another, letting others go on between any two."""
        base = "\0" * self._length
        self._ground = self._made(base)
        for place in range(self._length):
            single = []
            for bit in range(ASCII_BITS):
                let_others()
                single.append(self._made(base[:place] + chr(1 << bit) + base[place + 1 :]) ^ self._ground)
            self._changes.append({chr(code): _sum(single, code) for code in range(1 << ASCII_BITS)})
        sample = "".join(chr(33 + 7 * place % 90) for place in range(self._length))
        self.ready = self._added(sample) == self._made(sample)
        if not self.ready:
            log.warning("QR codes can't be put together from tables: each is made the slow way")

    def _added(self, tail: str) -> int:
        """Return the modules of a code from the tables."""
        modules = self._ground
        for changes, character in zip(self._changes, tail, strict=True):
            modules ^= changes[character]
        return modules

    def _made(self, tail: str) -> int:
        """Return the modules of a code as one number, a bit each and the first row first, as segno makes it."""
        code = segno.make(
            self._beginning + tail,
            version=self._version,
            error=self._error,
            mask=self._mask,
            mode="byte",
            micro=False,
            boost_error=False,
            encoding="latin1",
        )
        return int("".join("".join(map(str, row)) for row in code.matrix), 2)


class Runs(dict[str, str]):
    """How a few modules of a row are drawn: dark ones as a line, light ones as a step."""

    def __missing__(self, bits: str) -> str:
        found = "".join(
            f"h{len(run[0])}" if run[0][0] == "1" else f"m{len(run[0])} 0" for run in re.finditer("1+|0+", bits)
        )
        self[bits] = found
        return found


def as_svg(code: Any) -> Markup:
    """Return a code of segno's as inline SVG."""
    out = BytesIO()
    code.save(out, kind="svg", border=QUIET, xmldecl=False, svgns=True, omitsize=True, dark=DARK, light=LIGHT)
    return Markup(out.getvalue().decode())


def _sum(single: list[int], code: int) -> int:
    total = 0
    for bit, change in enumerate(single):
        if code >> bit & 1:
            total ^= change
    return total
