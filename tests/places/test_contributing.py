"""CONTRIBUTING.md and the README name what is there."""

from __future__ import annotations

import re

import pytest

from antrean.config import ROOT

CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
README = (ROOT / "README.md").read_text(encoding="utf-8")
# What the worked examples add, and what is made.
EXAMPLES = ("entrance", "templates/", "admin/log", "printer_profiles/my-printer", "antrean/web/translations/", "…")
PAGES = sorted(f"docs/{path.name}" for path in (ROOT / "docs").glob("*.md"))


def test_every_file_that_contributing_names_is_there() -> None:
    code = re.findall(r"`([\w./-]+/[\w./-]+)`", re.sub(r"```.*?```", "", CONTRIBUTING, flags=re.DOTALL))
    named = [path for path in code if not path.startswith(EXAMPLES)]
    assert len(named) > 30
    assert [path for path in named if not (ROOT / path).exists()] == []


def test_contributing_is_short_and_has_each_place() -> None:
    assert len(CONTRIBUTING.splitlines()) <= 220
    for what in (
        "printer model",
        "discipline",
        "event",
        "command",
        "screen",
        "section",
        "language",
        "setting",
        "office template",
    ):
        assert re.search(rf"^### .*{what}", CONTRIBUTING, re.MULTILINE), what


@pytest.mark.parametrize("page", [*PAGES, "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md"])
def test_the_readme_lists_every_page(page: str) -> None:
    assert f"`{page}`" in README
