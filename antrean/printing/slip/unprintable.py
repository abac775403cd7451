"""unprintable(): the letters of a slip that nobody could read on paper."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict

from antrean.printing.slip import encoding
from antrean.printing.slip.content import SlipContent
from antrean.printing.slip.fonts import script_that_draws
from printer_profiles import Profile


def unprintable(content: SlipContent, profile: Profile) -> str:
    """Return the letters that come out as "?", each once: no code page of the printer and no font here has them."""
    text = encoding.clean(" ".join(_texts(asdict(content))))
    outside = encoding.outside(text, profile)
    if profile.text.non_ascii != "raster":
        return "".join(outside)
    return "".join(letter for letter in outside if script_that_draws(letter) is None)


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for part in value.values():
            yield from _texts(part)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from _texts(part)
