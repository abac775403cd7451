"""What the release says of itself stays true."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from antrean.release import BUILT_ON

ROOT = Path(__file__).parents[1]


def test_the_day_of_the_build_is_past_and_not_older_than_the_newest_release() -> None:
    assert datetime.now(UTC).date() + timedelta(days=1) >= BUILT_ON
    changes = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    released = [date.fromisoformat(day) for day in re.findall(r"^## .*(\d{4}-\d\d-\d\d)", changes, re.MULTILINE)]
    assert all(day <= BUILT_ON for day in released)
