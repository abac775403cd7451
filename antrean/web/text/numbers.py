"""Numbers of things as people read them."""

from __future__ import annotations

from fractions import Fraction


def count_words(number: int | Fraction, language: str) -> str:
    """Return a count with its thousands apart, such as `839.345`, in English `839,345`; below 100 with one decimal."""
    decimal, thousands = (".", ",") if language == "en" else (",", ".")
    whole = number == int(number) or number >= 100
    said = f"{round(number):,}" if whole else f"{float(number):.1f}"
    return said.translate({ord(","): thousands, ord("."): decimal})


def percent_words(percent: float | None) -> str:
    """Return a share in whole percent, such as `87 %`: 0 and 100 only of none and of all; a dash of nothing."""
    if percent is None:
        return "–"
    nearest = int(percent) if percent in (0, 100) else min(max(round(percent), 1), 99)
    return f"{nearest}\N{NO-BREAK SPACE}%"
