"""Writes the lists that are made from `SCREENS` in app.py, the permissions of all parts, and the printer profiles.

The screens in pyproject.toml (packages, types, import contracts); who may open what, in `tests/access/permissions.txt`;
the models in docs/add-a-printer.md.
`python -m docs.write_lists` runs it; tests fail when a list is not what it writes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from antrean.config import ROOT
from app import SCREENS, permissions
from printer_profiles import load_all
from printer_profiles.schema import Profile

PROJECT = ROOT / "pyproject.toml"
PRINTERS = ROOT / "docs" / "add-a-printer.md"
MODELS = "| id | printer | verified |\n|---|---|---|\n"
PERMISSIONS = ROOT / "tests" / "access" / "permissions.txt"
# In each list the screens stand last, beginning with the first one.
QUOTED, LAYER = r'"{first}"(?:, "\w+")*', r"\b{first}(?: \| \w+)+"


def written_project(text: str, screens: Sequence[str] = SCREENS) -> str:
    """Return pyproject.toml with these screens in all of its lists."""
    first = re.escape(screens[0])
    text = re.sub(QUOTED.format(first=first), ", ".join(f'"{name}"' for name in screens), text)
    return re.sub(LAYER.format(first=first), " | ".join(screens), text)


def written_permissions() -> str:
    """Return each endpoint and namespace with the roles that may, a line each."""
    table = permissions()
    rows = {**table.pages, **table.namespaces}
    return "".join(f"{name:32}{' '.join(sorted(rows[name]))}\n" for name in sorted(rows))


def written_printers(text: str, profiles: Iterable[Profile]) -> str:
    """Return docs/add-a-printer.md with a row for each of these models."""
    rows = "".join(f"| `{one.id}` | {one.name} | {one.verified} |\n" for one in profiles)
    return re.sub(re.escape(MODELS) + r"(?:\|.*\n)*", lambda _: MODELS + rows, text)


def keep(path: Path, text: str) -> None:
    """Write a file whose text is another; one that make goes by keeps its date."""
    if path.read_text(encoding="utf-8") != text:
        path.write_text(text, encoding="utf-8")


def main() -> None:
    """Write the lists."""
    keep(PRINTERS, written_printers(PRINTERS.read_text(encoding="utf-8"), load_all()))
    keep(PROJECT, written_project(PROJECT.read_text(encoding="utf-8")))
    keep(PERMISSIONS, written_permissions())


if __name__ == "__main__":
    main()
