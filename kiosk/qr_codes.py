"""QR codes of ticket links, added up from tables: microseconds for each code in place of milliseconds.

Every module of a QR code of one version, level and mask is a sum (XOR) of bits of its text. So the code of one link can
be computed from the code of another link of the same length and the bits in which they differ. Only the ticket's token
differs between the links of an office; the tables hold its bits alone. segno makes the codes that the tables are
computed from, and makes whole codes until the tables are complete.
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
    """Makes codes of links that have the same beginning.

    `background` starts the task that computes the tables; `let_others` is called between its steps. Tables are computed
    when a code of their length is expected, or at the latest asked for.
    """

    def __init__(self, background: Callable[[Callable[[], None]], object], let_others: Callable[[], None]) -> None:
        self._background = background
        self._let_others = let_others
        self._shapes: dict[tuple[str, int], Shape] = {}

    def expect(self, beginning: str, tail: str) -> None:
        """Start computing the tables for codes of a beginning and of tails as long as this one."""
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
        """Return whether the tables of every length asked for so far are complete."""
        return all(shape.ready for shape in self._shapes.values())


class Shape:
    """All codes of one beginning and one length. Version, level and mask are those of the first code."""

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
        """Compute the tables, code by code; `let_others` is called between any two."""
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
        """Return the modules of a code, computed from the tables."""
        modules = self._ground
        for changes, character in zip(self._changes, tail, strict=True):
            modules ^= changes[character]
        return modules

    def _made(self, tail: str) -> int:
        """Return the modules of a code that segno makes, as one number: a bit for each module, the first row first."""
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
    """SVG path commands for a few modules of a row: a line for dark modules, a move for light ones."""

    def __missing__(self, bits: str) -> str:
        found = "".join(
            f"h{len(run[0])}" if run[0][0] == "1" else f"m{len(run[0])} 0" for run in re.finditer("1+|0+", bits)
        )
        self[bits] = found
        return found


def as_svg(code: Any) -> Markup:
    """Return a code made by segno as inline SVG."""
    out = BytesIO()
    code.save(out, kind="svg", border=QUIET, xmldecl=False, svgns=True, omitsize=True, dark=DARK, light=LIGHT)
    return Markup(out.getvalue().decode())


def _sum(single: list[int], code: int) -> int:
    total = 0
    for bit, change in enumerate(single):
        if code >> bit & 1:
            total ^= change
    return total
