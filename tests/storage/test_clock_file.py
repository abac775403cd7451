"""What a machine knows of its clock: a file that can't be true counts as none, and keeps nothing from starting."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from antrean.storage.clock_file import NAME, ClockMemory, read_clock, write_clock


@pytest.mark.parametrize("offset", ["1e300", "1e12", "-1e10", "NaN", '"x"', "null"])
def test_an_offset_that_no_clock_can_have_is_passed_over(tmp_path: Path, offset: str) -> None:
    (tmp_path / NAME).write_text(f'{{"offset": {offset}}}', encoding="utf-8")
    assert read_clock(tmp_path) == ClockMemory()


def test_a_machine_that_woke_in_1970_keeps_what_it_was_told(tmp_path: Path) -> None:
    told = ClockMemory(timedelta(days=57 * 365).total_seconds())
    write_clock(tmp_path, told)
    assert read_clock(tmp_path) == told
