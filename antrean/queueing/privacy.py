"""What nobody may write into any text here: a national identity number (NIK) or the number of a family card (No. KK).

Both have 16 digits: province, regency and district (two each), a day, month and year (of birth, where women add 40 to
the day, or of issue), and a serial number of four. They are found by that structure, however they are grouped and
whatever stands for a digit. Times, dates, prices, ticket and telephone numbers in a row are none.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, groupby, permutations

from antrean.queueing.errors import Invalid

DIGITS = 16
MOST_BETWEEN = 8  # signs or blanks between two digits; several equal signs count as one
MOST_LETTERED = 6  # of them, where a letter is one of them
MOST_ZEROS = 4  # before the number, as spreadsheets and forms write them
MOST_ORDERED = 3  # texts that are read in every order
REGION = 4  # digits that such a number begins with in a row
ENOUGH_SURE = 8  # digits of a number that really are digits, and not letters that look like them
LEAST_SURE = 2  # of them, where only blanks and signs stand between the digits
MOST_GROUPS = 5
MASK = "•"
_LOOK_ALIKES = {
    **dict.fromkeys("OoΟοОоՕօ", "0"),
    **dict.fromkeys("IilL|¦ǀΙιІіӀӏ", "1"),
}
# The regencies (01 to …) and cities (71 to …) of each province, and some more of each, as new ones are made.
_SOME_MORE = 5
_REGENCIES = {
    "11": (18, 75), "12": (25, 78), "13": (12, 77), "14": (10, 73), "15": (9, 72), "16": (13, 74), "17": (9, 71),
    "18": (13, 72), "19": (6, 71), "21": (5, 72), "31": (1, 75), "32": (18, 79), "33": (29, 76), "34": (4, 71),
    "35": (29, 79), "36": (4, 74), "51": (8, 71), "52": (8, 72), "53": (21, 71), "61": (12, 72), "62": (13, 71),
    "63": (11, 72), "64": (11, 74), "65": (4, 71), "71": (11, 74), "72": (12, 71), "73": (26, 73), "74": (15, 72),
    "75": (5, 71), "76": (6, 70), "81": (9, 72), "82": (8, 72), "91": (28, 71), "92": (13, 71), "93": (4, 70),
    "94": (8, 70), "95": (8, 70), "96": (6, 71),
}  # fmt: skip
_FIRST = frozenset(province[0] for province in _REGENCIES)
_BEGIN, _END = r"(?<![0-9])(?<![0-9][.:/])", r"(?![0-9])(?![.:/][0-9])"
# Ordinary numbers. None of them holds a whole identity number; only a row of them could look like one.
_ORDINARY = re.compile(
    rf"{_BEGIN}(?:"
    r"(?:[01]?[0-9]|2[0-4])[.:][0-5][0-9]"  # a time of day
    r"|(?<!-)(?:0?[1-9]|[12][0-9]|3[01])([./-])(?:0?[1-9]|1[0-2])\1(?:[0-9]{4}|[0-9]{2})(?!-[0-9])"  # a date
    r"|(?<!-)(?:19|20)[0-9]{2}(?:-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01]))?(?![\s_-]+[0-9])"  # or a year
    r"|[0-9]{1,3}(?:\.[0-9]{3}){1,3}(?:,[0-9]{2})?|[0-9]{1,3}(?:,[0-9]{3}){1,3}(?:\.[0-9]{2})?"  # a price
    r"|(?<=[A-Z]-)[0-9]{2,4}"  # a ticket number
    r"|(?:(?<=\+)62|0)[ .-]?[2-9][0-9]{1,2}\)?(?:[ .-]?[0-9]{3,5}){1,2}"  # a telephone number
    rf"){_END}"
)
_MOST_STEPS = 5_000  # some 50 ms; no text that means anything needs as many


def refuse_identity_numbers(*texts: str) -> None:
    """Refuse (`note_has_id_number`) texts of which one holds an identity number, however it is written."""
    steps = iter(range(_MOST_STEPS))
    if any(_found(text, steps) for text in texts):
        raise Invalid("note_has_id_number")


def with_whole(texts: Iterable[str]) -> list[str]:
    """Return texts that belong together, such as one in all its languages, and what is read across them in any order.

    Of more than three only the given order is read, and the one that is its reverse.
    """
    parts = [text for text in texts if text]
    orders: Iterable[Sequence[str]] = permutations(parts) if len(parts) <= MOST_ORDERED else (parts, parts[::-1])
    return [*parts, *("\n".join(order) for order in orders)] if len(parts) > 1 else parts


def has_few_digits(text: str) -> bool:
    """Whether a text, as nearly every field of a request, has fewer digits than the least an identity number has."""
    if text.isascii():
        return sum(map(text.count, "0123456789")) < LEAST_SURE
    return sum(map(str.isdigit, unicodedata.normalize("NFKD", text))) < LEAST_SURE


def mask_identity_numbers(text: str) -> str:
    """Return the text with each digit of an identity number replaced: a report of a device is never lost for one."""
    places = set(_found(text, iter(range(_MOST_STEPS))))
    for at in sorted(places):  # and what stands beside them and may be one: a letter may have been taken for a digit
        while at + 1 < len(text) and at + 1 not in places and _may_be_digit(text[at + 1]):
            at += 1
            places.add(at)
    return "".join(MASK if at in places else sign for at, sign in enumerate(text)) if places else text


def _may_be_digit(sign: str) -> bool:
    return sign.isdigit() or sign in _LOOK_ALIKES


class _TooMany(Exception):
    """The text has more readings than can be followed."""


@dataclass(frozen=True, slots=True)
class _Sign:
    """One sign of a text as it is read: the digit it may stand for, and where it stands."""

    at: int
    sign: str
    digit: str = ""
    sure: bool = False
    ordinary: bool = False


@dataclass(frozen=True, slots=True)
class _Reading:
    """Digits of a number that begins somewhere, as far as they are read, and how they are grouped."""

    digits: str
    places: tuple[int, ...]
    sure: int
    ordinary: bool  # each of them belongs to an ordinary number
    groups: int = 1
    size: int = 1  # of the group at hand
    even: int = 0  # how many digits every group before it has, 0 before there is one, -1 when they differ
    lettered: bool = False  # a letter stood between two of them
    listed: bool = False  # a comma and a blank, a semicolon or a new line stood between two of them
    gap: int = 0
    last: str = ""
    gap_lettered: bool = False  # a letter stood in the gap at hand

    @property
    def dated(self) -> bool:
        """Whether the date in it, as far as it goes, can be one."""
        day, month = self.digits[6:8], self.digits[8:10]
        right_day = len(day) < 2 or 1 <= int(day) <= 31 or 41 <= int(day) <= 71
        return right_day and (len(month) < 2 or 1 <= int(month) <= 12)

    @property
    def ahead(self) -> tuple[object, ...]:
        """What decides how it can go on: of readings that are equal in this, one need be followed."""
        length = len(self.digits)
        tail = self.digits if length < 4 else self.digits[-1] * (length % 2)
        grouped = min(self.groups, MOST_GROUPS + 1), self.size, self.even, self.lettered, self.listed
        return length, tail, self.dated, self._between, self.ordinary, min(self.sure, ENOUGH_SURE), grouped

    @property
    def _between(self) -> tuple[object, ...]:
        return self.gap, self.last, self.gap_lettered

    def with_digit(self, sign: _Sign) -> _Reading | None:
        """Return the reading that takes the sign for a digit; None when no region begins like that."""
        digits = self.digits + sign.digit
        if not _may_be_region(digits):
            return None
        groups, size, even = self.groups, self.size + 1, self.even
        if self.gap:
            groups, size, even = groups + 1, 1, self.size if even in (0, self.size) else -1
        return _Reading(
            digits, (*self.places, sign.at), self.sure + sign.sure, self.ordinary and sign.ordinary, groups, size, even,
            self.lettered, self.listed, 0, sign.sign,
        )  # fmt: skip

    def with_gap(self, sign: _Sign) -> _Reading | None:
        """Return the reading that takes the sign for something between digits; None when that would be too much."""
        gap, here = max(1, self.gap + (sign.sign != self.last)), self.gap_lettered or sign.sign.isalpha()
        if sign.sure or gap > (MOST_LETTERED if here else MOST_BETWEEN):
            return None
        listed = self.listed or sign.sign in ";\n" or (self.last == "," and sign.sign == " ")
        lettered = self.lettered or here
        return replace(self, lettered=lettered, listed=listed, gap=gap, last=sign.sign, gap_lettered=here)

    @property
    def is_one(self) -> bool:
        """Whether 16 digits are an identity number, and not a row of ordinary ones.

        With a date in it they are one however they are grouped. Without, as when somebody mistyped it, they are one
        when they are written as one: in few groups, or evenly.
        """
        if self.ordinary or self.sure < (ENOUGH_SURE if self.lettered else LEAST_SURE):
            return False
        as_one = self.groups <= MOST_GROUPS or self.even == self.size
        return as_one and not self.listed if not self.dated or self.sure < ENOUGH_SURE else True


def _found(text: str, steps: Iterator[int]) -> frozenset[int]:
    """Return the places of all digits of identity numbers in a text."""
    if has_few_digits(text):
        return frozenset()
    if sum(map(str.isalnum, text)) < DIGITS // 2:  # one sign may hold two digits
        return frozenset()
    signs = list(_without_words(list(_read(text))))
    sure = list(accumulate((sign.sure for sign in signs), initial=0))
    if sure[-1] < LEAST_SURE:
        return frozenset()
    before, after = _runs(signs), _runs(reversed(signs))[::-1]
    places: set[int] = set()
    try:
        for start, sign in enumerate(signs):
            if (
                sign.digit in _FIRST
                and sure[-1] - sure[start] >= LEAST_SURE
                and _may_begin(signs, before, after, start)
            ):
                places.update(_number_at(signs, after, start, steps))
    except _TooMany:
        return frozenset(sign.at for sign in signs if sign.sure)
    return frozenset(places)


def _read(text: str) -> Iterator[_Sign]:
    """Give the signs of a text as people see them: without marks and signs of no width, each in its plain form."""
    ordinary = {at for match in _ORDINARY.finditer(text) for at in range(match.start(), match.end())}
    for at, written in enumerate(text):
        if written.isascii():
            plain = written
        elif unicodedata.category(written) in ("Mn", "Me", "Cf"):
            continue
        else:
            plain = unicodedata.normalize("NFKC", written)
        for sign in plain:
            value = unicodedata.digit(sign, -1)
            digit = str(value) if value >= 0 else _LOOK_ALIKES.get(sign, "")
            yield _Sign(at, sign, digit, value >= 0, at in ordinary)


def _without_words(signs: list[_Sign]) -> Iterator[_Sign]:
    """Give the signs again; a letter of a word stands for no digit, unless it stands beside real ones."""
    for is_run, run in groupby(enumerate(signs), key=lambda numbered: bool(numbered[1].digit)):
        places = list(run)
        first, last = places[0][0], places[-1][0]
        beside = [signs[at] for at in (first - 1, last + 1) if 0 <= at < len(signs)]
        if is_run and not any(sign.sure for _, sign in places) and any(sign.sign.isalpha() for sign in beside):
            yield from (replace(sign, digit="") for _, sign in places)
        else:
            yield from (sign for _, sign in places)


def _may_begin(signs: list[_Sign], before: list[int], after: list[int], start: int) -> bool:
    """Whether a number may begin here, and not in the middle of a longer one; whole numbers may stand before it.

    `before` and `after` say how many digits stand in a row there. A few zeros before several digits count for nothing.
    """
    plus, run = start and signs[start - 1].sign == "+", before[start]
    filled = (
        run <= MOST_ZEROS and after[start] >= REGION and all(one.digit == "0" for one in signs[start - run : start])
    )
    return not plus and (filled or run % DIGITS == 0)


def _runs(signs: Iterable[_Sign]) -> list[int]:
    """Return how many digits stand in a row before each sign, and before the end."""
    return list(accumulate(signs, lambda run, sign: run + 1 if sign.sure else 0, initial=0))


def _number_at(signs: list[_Sign], after: list[int], start: int, steps: Iterator[int]) -> tuple[int, ...]:
    """Return the places of the digits of an identity number that begins here, none when there is none.

    A letter that looks like a digit may be either, so several readings are followed. Raises _TooMany.
    """
    first = signs[start]
    readings = [_Reading(first.digit, (first.at,), first.sure, first.ordinary, last=first.sign)]
    for index in range(start + 1, len(signs)):
        sign = signs[index]
        going_on: dict[object, _Reading] = {}
        for reading in readings:
            if next(steps, None) is None:
                raise _TooMany
            for way in (sign.digit and reading.with_digit(sign), reading.with_gap(sign)):
                if not way:
                    continue
                if len(way.digits) < DIGITS:
                    going_on.setdefault(way.ahead, way)
                elif way.is_one and after[index + 1] % DIGITS == 0:
                    return way.places
        readings = list(going_on.values())
        if not readings:
            break
    return ()


def _may_be_region(digits: str) -> bool:
    if len(digits) == 2:
        return digits in _REGENCIES
    if len(digits) == 4:
        regencies, cities = _REGENCIES[digits[:2]]
        code = int(digits[2:])
        return 1 <= code <= regencies + _SOME_MORE or 71 <= code <= cities + _SOME_MORE
    return len(digits) != 6 or digits[4:] != "00"
