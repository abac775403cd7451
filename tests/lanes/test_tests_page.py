"""docs/tests.md names every fake and every marker."""

from __future__ import annotations

import tomllib

from antrean.config import ROOT

PAGE = (ROOT / "docs" / "tests.md").read_text(encoding="utf-8")


def test_every_fake_stands_in_the_page() -> None:
    files = [file.name for file in (ROOT / "tests" / "fakes").glob("*.py") if file.name != "__init__.py"]
    assert [name for name in files if f"`{name}`" not in PAGE] == []


def test_every_marker_stands_in_the_page() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    markers = [line.partition(":")[0] for line in settings["tool"]["pytest"]["ini_options"]["markers"]]
    assert [name for name in markers if f"| `{name}` |" not in PAGE] == []
