"""Under every attack of the table a real hub tells the kiosk each number it asks for, once."""

from __future__ import annotations

import pytest

from bench.attacks import TABLE, Attack, attacked

SECONDS, QUIET_SECONDS = 3.0, 1.5


@pytest.mark.long
@pytest.mark.parametrize("attack", TABLE, ids=lambda attack: attack.name)
def test_nothing_is_lost_doubled_or_never_told_under_attack(attack: Attack) -> None:
    """What a number takes in quiet and when the memory is back is told in the table alone: here nobody waits for it."""
    rows, told, faults = attacked(attack, SECONDS, QUIET_SECONDS, back_seconds=0.0)
    assert faults == []
    assert told > SECONDS * 20
    assert all(row.what.startswith(attack.what) for row in rows)
