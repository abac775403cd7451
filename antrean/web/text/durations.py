"""How long something took, as people read it: in words in the language of the request, or as hours and minutes.

Durations are microseconds. They are rounded here and nowhere else: to the nearest minute, and in words, under two
minutes, to the nearest second. Half of one counts as one more. What is less than nothing is nothing.
"""

from __future__ import annotations

from flask_babel import gettext, ngettext

SECOND = 1_000_000
MINUTE = 60 * SECOND
IN_SECONDS = 120  # below so many, seconds tell more than minutes


def duration_words(duration: int) -> str:
    """Return a duration in words, such as `45 detik`, `4 menit` or `1 jam 5 menit`."""
    seconds = _nearest(duration, SECOND)
    if seconds < IN_SECONDS:
        return ngettext("%(num)d second", "%(num)d seconds", seconds)
    minutes = _nearest(duration, MINUTE)
    if minutes < 60:
        return ngettext("%(num)d minute", "%(num)d minutes", minutes)
    if minutes % 60 == 0:
        return ngettext("%(num)d hour", "%(num)d hours", minutes // 60)
    return gettext("%(hours)d h %(minutes)d min", hours=minutes // 60, minutes=minutes % 60)


def duration_short(duration: int, language: str) -> str:
    """Return hours and minutes, such as `0.04` for four minutes, in English `0:04`."""
    hours, minutes = divmod(_nearest(duration, MINUTE), 60)
    return f"{hours}{':' if language == 'en' else '.'}{minutes:02}"


def duration_minutes(duration: int) -> str:
    """Return a duration in minutes alone, such as `98 mnt`, as figures beside those that are counted on in minutes."""
    return gettext("%(minutes)d min", minutes=_nearest(duration, MINUTE))


def _nearest(duration: int, unit: int) -> int:
    return (max(duration, 0) + unit // 2) // unit
