"""Differences of one installed printer from its model's profile, as a test slip showed them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from printer_profiles import Profile

ADJUSTMENTS = ("dots", "cut", "qr", "letters")
PLAIN = "ascii"
WIDTHS = (384, 432, 512, 576, 640, 832)


class AdjustmentError(ValueError):
    """An adjustment that no printer can have; the message names it."""


def adjusted(profile: Profile, different: Mapping[str, str]) -> Profile:
    """Return the profile with these differences.

    `dots`: what the print head prints across. `cut`: none (fed far enough to be torn off), partial or full.
    `qr`: raster (drawn by us), native or none. `letters`: plain, for a printer whose code page shows wrong letters.
    Refuses with AdjustmentError anything else.
    """
    for name, value in different.items():
        profile = _one(profile, name, value)
    return profile


def _one(profile: Profile, name: str, value: str) -> Profile:
    if name == "dots":
        return _width(profile, value)
    if name == "cut" and value in ("none", "partial", "full"):
        # Without a cutter the slip is torn off, so its end must be fed out from under the cover.
        feed = max(profile.cut.feed_lines_before, 4 if value == "none" else 0)
        return replace(profile, cut=replace(profile.cut, mode=value, feed_lines_before=feed))
    if name == "qr" and value in ("raster", "native", "none"):
        return replace(profile, qr=replace(profile.qr, mode=value))
    if name == "letters" and value == "plain":
        return replace(profile, text=replace(profile.text, codepage=PLAIN, non_ascii="base-letter"))
    raise AdjustmentError(f"{name}={value!r} is not known")


def _width(profile: Profile, value: str) -> Profile:
    if not value.isascii() or not value.isdigit() or not 200 <= int(value) <= 1200:
        raise AdjustmentError(f"dots={value!r} must be a whole number from 200 to 1200")
    media, dots = profile.media, int(value)
    columns = max(8, dots * media.columns_a // media.printable_dots)
    paper = media.paper_mm if dots == media.printable_dots else 58 if dots <= 432 else 80
    return replace(
        profile,
        media=replace(media, printable_dots=dots, columns_a=columns, columns_b=columns * 4 // 3, paper_mm=paper),
    )


def after_test(profile: Profile, answers: Mapping[str, str]) -> dict[str, str]:
    """Return the adjustments that follow from what a person saw on a test slip; empty when all was right.

    `cut`: yes or no. `width`: whole, missing (a side of the frame is not there) or narrow (paper is left over).
    `letters`: right or wrong. `qr`: both, second (only the drawn one can be scanned) or none.
    """
    change = {}
    if answers.get("cut") == "no" and profile.cut.mode != "none":
        change["cut"] = "none"
    width = _other_width(profile.media.printable_dots, answers.get("width", ""))
    if width:
        change["dots"] = str(width)
    if answers.get("letters") == "wrong" and profile.text.codepage != PLAIN:
        change["letters"] = "plain"
    if answers.get("qr") == "second" and profile.qr.mode == "native":
        change["qr"] = "raster"
    if answers.get("qr") == "none" and profile.qr.mode != "none":
        change["qr"] = "none"
    return change


def _other_width(dots: int, seen: str) -> int:
    if seen == "missing":
        return max((width for width in WIDTHS if width < dots), default=0)
    if seen == "narrow":
        return min((width for width in WIDTHS if width > dots), default=0)
    return 0
