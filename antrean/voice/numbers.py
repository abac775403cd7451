"""Whole numbers from 0 to 9999 in words: Indonesian, English, Sundanese."""

from __future__ import annotations

MOST = 9999

INDONESIAN = ("nol", "satu", "dua", "tiga", "empat", "lima", "enam", "tujuh", "delapan", "sembilan")
SUNDANESE = ("enol", "hiji", "dua", "tilu", "opat", "lima", "genep", "tujuh", "dalapan", "salapan")
ENGLISH = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
ENGLISH_TEENS = (
    "ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
ENGLISH_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")


def indonesian(number: int) -> tuple[str, ...]:
    """Return the words of a number. A single ten, hundred or thousand begins with "se-" (sepuluh, seratus, seribu)."""
    return _malayic(number, INDONESIAN, "se", ("ribu", "ratus", "puluh", "belas"))


def sundanese(number: int) -> tuple[str, ...]:
    """Return the words of a number. A single ten, hundred or thousand begins with "sa-" (sapuluh, saratus, sarébu)."""
    return _malayic(number, SUNDANESE, "sa", ("rébu", "ratus", "puluh", "belas"))


def english(number: int) -> tuple[str, ...]:
    """Return the words of a number, without "and" and without hyphens."""
    _check(number)
    words: list[str] = []
    for size, name in ((1000, "thousand"), (100, "hundred")):
        if number >= size:
            words += [ENGLISH[number // size], name]
            number %= size
    if number >= 20:
        words.append(ENGLISH_TENS[number // 10 - 2])
        number %= 10
        if number == 0:
            return tuple(words)
    elif number >= 10:
        words.append(ENGLISH_TEENS[number - 10])
        return tuple(words)
    if number or not words:
        words.append(ENGLISH[number])
    return tuple(words)


def _malayic(number: int, digits: tuple[str, ...], one: str, names: tuple[str, str, str, str]) -> tuple[str, ...]:
    _check(number)
    thousand, hundred, ten, teen = names
    words: list[str] = []
    for size, name in ((1000, thousand), (100, hundred)):
        count, number = divmod(number, size)
        if count == 1:
            words.append(one + name)
        elif count:
            words += [digits[count], name]
    if number >= 20:
        words += [digits[number // 10], ten]
        number %= 10
    elif number > 11:
        return (*words, digits[number - 10], teen)
    elif number in (10, 11):
        return (*words, one + (ten if number == 10 else teen))
    if number or not words:
        words.append(digits[number])
    return tuple(words)


def _check(number: int) -> None:
    if not 0 <= number <= MOST:
        raise ValueError(f"{number} is not between 0 and {MOST}")
