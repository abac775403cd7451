"""QR codes of ticket links, added up from tables: microseconds for each code in place of milliseconds.

Every module of a QR code of one version, level and mask is a sum (XOR) of bits of its text. So the code of one link can
be computed from the code of another link of the same length and the bits in which they differ. The links of an office
begin alike, and at many places behind that a few letters alone can stand; the tables hold the bits of these. segno
makes the codes that the tables are computed from, and makes whole codes until the tables are complete.
"""

from __future__ import annotations

import logging
import re
from collections import deque
from collections.abc import Callable, Sequence
from functools import reduce
from io import BytesIO
from operator import or_
from typing import Any

import segno
from markupsafe import Markup

log = logging.getLogger(__name__)
DARK, LIGHT = "#0d1730", "#fff"
QUIET = 4  # modules around the code that scanners need
MOST_SHAPES = 8
PIECE = 10  # modules of a row that are drawn by one look-up
ANY_LETTER = "".join(map(chr, range(128)))


class QrCodes:
    """Makes codes of links that have the same beginning.

    `background` starts the task that computes the tables; `let_others` is called between its steps. Tables are computed
    when a code of their length is expected, or at the latest asked for.
    """

    def __init__(self, background: Callable[[Callable[[], None]], object], let_others: Callable[[], None]) -> None:
        self._background = background
        self._let_others = let_others
        self._shapes: dict[tuple[str, int], Shape] = {}
        self._due: deque[Shape] = deque()  # whose tables are to be computed, the first one being at it

    def expect(self, beginning: str, places: Sequence[str]) -> None:
        """Start computing the tables for codes of a beginning and of tails with one of these letters at each place.

        All letters have to be ASCII.
        """
        if (beginning, len(places)) not in self._shapes:
            self._start(beginning, places)

    def svg(self, beginning: str, tail: str) -> Markup:
        """Return the code of `beginning + tail` as inline SVG that fills its box, quiet zone included."""
        if not tail or not (beginning + tail).isascii():
            return as_svg(segno.make(beginning + tail, error="m", micro=False))
        shape = self._shapes.get((beginning, len(tail)))
        if shape is not None:
            try:
                return shape.svg(tail)
            except KeyError:
                pass  # a letter stands where nobody expected it: the next codes are put together for any letters
        return self._start(beginning, [letter + ANY_LETTER for letter in tail]).svg(tail)

    def _start(self, beginning: str, places: Sequence[str]) -> Shape:
        if len(self._shapes) >= MOST_SHAPES:
            self._shapes.pop(next(iter(self._shapes)))
        shape = self._shapes[beginning, len(places)] = Shape(beginning, places)
        self._due.append(shape)
        if len(self._due) == 1:
            self._background(self._prepare)
        return shape

    def _prepare(self) -> None:
        """Compute one table after the other: two at once would let others wait twice as long at each of their turns."""
        while self._due:
            try:
                self._due[0].prepare(self._let_others)
            finally:
                self._due.popleft()

    def prepared(self) -> bool:
        """Return whether the tables of every length asked for so far are complete."""
        return all(shape.ready for shape in self._shapes.values())


class Shape:
    """All codes of one beginning and one length. Version, level and mask are those of the first code.

    `places` are the letters that may stand at each place behind the beginning; the first ones make the first code.
    """

    def __init__(self, beginning: str, places: Sequence[str]) -> None:
        self._first = "".join(letters[0] for letters in places)
        first = segno.make(beginning + self._first, error="m", micro=False, mode="byte", encoding="latin1")
        self._beginning, self._places = beginning, places
        self._version, self._error, self._mask = first.version, first.error, first.mask
        self._ground = 0
        self._changes: list[dict[str, int]] = []  # for each place of the tail: a letter -> the modules it turns
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
        """Return the code of a tail of this shape's length. Raises KeyError for a letter that is in no table."""
        bits, runs = format(self._added(tail) if self.ready else self._made(tail), self._bits), self._runs
        return Markup(self._form.format(*[runs[bits[piece]] for piece in self._pieces]))

    def prepare(self, let_others: Callable[[], None]) -> None:
        """Compute the tables, code by code; `let_others` is called between any two."""
        self._ground = self._made(self._first)
        for place, letters in enumerate(self._places):
            first, turned = ord(letters[0]), dict.fromkeys(letters, 0)
            for bit in _bits_of(letters):
                let_others()
                alone = self._made(self._first[:place] + chr(first ^ bit) + self._first[place + 1 :]) ^ self._ground
                for letter in turned:
                    if (ord(letter) ^ first) & bit:
                        turned[letter] ^= alone
            self._changes.append(turned)
        sample = "".join(letters[place % len(letters)] for place, letters in enumerate(self._places))
        self.ready = self._added(sample) == self._made(sample)
        if not self.ready:
            log.warning("QR codes can't be put together from tables: each is made the slow way")

    def _added(self, tail: str) -> int:
        """Return the modules of a code, computed from the tables."""
        modules = self._ground
        for turned, letter in zip(self._changes, tail, strict=True):
            modules ^= turned[letter]
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


def _bits_of(letters: str) -> list[int]:
    """Return the bits in which any of these letters differs from the first, each as a number."""
    differing = reduce(or_, (ord(letter) ^ ord(letters[0]) for letter in letters))
    return [1 << bit for bit in range(differing.bit_length()) if differing >> bit & 1]
