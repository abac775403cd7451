"""Codes by which services, zones and groups are named in the plan, made of their names, and the letters of services."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection

LONGEST_CODE = 40


def new_code(name: str, taken: Collection[str], otherwise: str) -> str:
    """Return a code made of a name and unlike those that are taken: `lantai-2` for “Lantai 2”.

    `otherwise` stands for a name without letters or digits of its own, such as one in another script.
    """
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().casefold()
    stem = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[: LONGEST_CODE - 4].strip("-") or otherwise
    used = {code.casefold() for code in taken}
    tries = (stem, *(f"{stem}-{n}" for n in range(2, len(used) + 3)))
    return next(one for one in tries if one not in used)


def free_letter(taken: Collection[str]) -> str:
    """Return the first letter that no service has, leaving out those that are read as a figure; "" for none."""
    singles = [chr(sign) for sign in range(ord("A"), ord("Z") + 1) if chr(sign) not in "IOQ"]
    return next((one for one in [*singles, *(f"A{one}" for one in singles)] if one not in taken), "")
