"""docs/add-a-printer.md names every key, every value and every shipped profile, and says no other."""

import re
from dataclasses import Field, fields
from pathlib import Path
from typing import Any

from printer_profiles import load_all
from printer_profiles.schema import TABLES, Profile

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "add-a-printer.md").read_text(encoding="utf-8")


def keys() -> dict[str, Field[Any]]:
    top = {f.name: f for f in fields(Profile) if f.name not in TABLES}
    return top | {f"{table}.{f.name}": f for table, kind in TABLES.items() for f in fields(kind)}


def test_every_key_stands_in_the_page_with_its_default_and_its_words() -> None:
    for key, f in keys().items():
        row = next((line for line in PAGE.splitlines() if line.startswith(f"| `{key}` |")), None)
        assert row is not None, f"{key} is not in docs/add-a-printer.md"
        for word in f.metadata.get("one_of", ()):
            assert f"`{word}`" in row, f"{key}: {word} is not in docs/add-a-printer.md"
        if isinstance(f.default, int | float) and not isinstance(f.default, bool):
            assert f"| {f.default} |" in row


def test_every_shipped_profile_stands_in_the_page_as_far_verified_as_it_is() -> None:
    for profile in load_all():
        assert f"| `{profile.id}` | {profile.name} | {profile.verified} |" in PAGE, "run `make fix`"


def test_the_page_advises_no_key_that_does_not_exist() -> None:
    tables = "|".join(TABLES)
    named = set(re.findall(rf"`((?:{tables})\.[a-z_]+)", PAGE))
    assert named <= set(keys())
