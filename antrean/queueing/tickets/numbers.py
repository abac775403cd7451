"""The numbers of tickets as they are printed: a series, a dash and a count, such as `A-012`.

A series counts on by one, whatever the plan's digits are at the time. So a day may have A-01 and A-002, but never two
numbers with one count, which would read alike.
"""

from __future__ import annotations

import re
from string import ascii_uppercase, digits

from antrean.queueing.plan.model import DIGITS, OfficePlan

SAMPLE = 12  # its zeros show how many digits there are
MOST_TYPED = 6  # digits of a count that is looked for
LONGEST_SERIES = 4
IN_SERIES = ascii_uppercase + digits
_NUMBER = re.compile(r"[A-Z0-9]{1,4}-[0-9]{2,4}")
_BETWEEN = r"[\s._\-\u2010-\u2015\u2212]"  # what people write between the two, also dashes that telephones make
_PARTED = re.compile(rf"([^\W_]{{1,{LONGEST_SERIES}}}){_BETWEEN}+(\d{{1,{MOST_TYPED}}})")


def written(series: str, count: int, digits: int) -> str:
    """Return a number with at least so many digits: the twelfth of A is A-12, A-012 or A-0012."""
    return f"{series}-{count:0{digits}d}"


def sample_number(plan: OfficePlan, series: str = "") -> str:
    """Return the twelfth number of a series as it would be printed now, else of the first service's."""
    return written(series or next((one.series for one in plan.services), "A"), SAMPLE, plan.number_digits)


def places(series: str, count_digits: int) -> list[str]:
    """Return the letters that may stand at each place of a number of a series as long as this, with so many digits."""
    return [*[IN_SERIES] * len(series), "-", *[digits] * count_digits]


def is_number(text: str) -> bool:
    """Whether a text is a ticket number such as `A-012`, of two to four digits."""
    return _NUMBER.fullmatch(text) is not None


def parts(number: str) -> tuple[str, int]:
    """Return the series and the count of `A-012`. Refuses (ValueError) any other text."""
    series, _, digits = number.rpartition("-")
    return series, int(digits)


def meant(typed: str) -> tuple[str, ...]:
    """Return all numbers that a typed text may mean, as they would be printed under any of the plan's digits.

    "a 12", "A012" and "a-0012" mean A-12, A-012 and A-0012. Without anything between, the first digits may belong to
    the series. Another text means itself, without outer blanks.
    """
    text = typed.strip().upper()
    parted = _PARTED.fullmatch(text)
    ways = [(parted[1], parted[2])] if parted else [(text[:n], text[n:]) for n in range(1, LONGEST_SERIES + 1)]
    found = [text]
    for series, count in ways:
        if series.isalnum() and count.isdecimal() and len(count) <= MOST_TYPED:
            found += (written(series, int(count), least) for least in DIGITS)
    return tuple(dict.fromkeys(found))
