"""The order of stretches of text on a line: right-to-left letters, and what stands beside them, as they are read."""

from __future__ import annotations

import unicodedata

OPENING, CLOSING = "([{<«‹", ")]}>»›"
MIRRORED = str.maketrans(OPENING + CLOSING, CLOSING + OPENING)
OF_NUMBERS = "%#$€£°"  # these stay on their side of a number


def right_to_left(text: str) -> bool:
    """Return whether the first letter with a direction is one of a right-to-left script."""
    for letter in text:
        direction = unicodedata.bidirectional(letter)
        if direction in ("L", "R", "AL"):
            return direction != "L"
    return False


def turned(stretch: str) -> str:
    """Return a left-to-right stretch of right-to-left text as it is drawn from the left.

    Words and numbers keep their order between brackets; the brackets around them, and signs and spaces at both
    ends, run from right to left.
    """
    pieces, start = [], 0
    for at in [*_turning(stretch), len(stretch)]:
        pieces += [_ends_turned(stretch[start:at]), stretch[at : at + 1].translate(MIRRORED)]
        start = at + 1
    return "".join(reversed(pieces))


def ends_before(stretch: str) -> str:
    """Return a right-to-left stretch of left-to-right text with the spaces behind it before it: on its right."""
    words = stretch.rstrip()
    return stretch[len(words) :] + words


def _ends_turned(piece: str) -> str:
    signs = {letter for letter in piece if not letter.isalnum() and letter not in OPENING + CLOSING + OF_NUMBERS}
    core = piece.strip("".join(signs)) if signs else piece
    before, after = piece.split(core, 1) if core else (piece, "")
    return after[::-1] + core + before[::-1]


def _turning(stretch: str) -> list[int]:
    """Return where brackets run from right to left: not those of a left-to-right phrase that began before them."""
    opened, turning = [], []
    for at, letter in enumerate(stretch):
        if letter in OPENING:
            opened.append(at)
        elif letter in CLOSING and opened:
            first = opened.pop()
            if not any(before.isalnum() for before in stretch[:first]):
                turning += [first, at]
        elif letter in CLOSING:
            turning.append(at)
    return sorted(turning + opened)
