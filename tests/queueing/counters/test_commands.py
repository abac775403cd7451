"""Who may close a counter, and what is said to those who may not."""

from __future__ import annotations

import pytest

from antrean.queueing.commands import CloseCounter
from antrean.queueing.errors import QueueError
from antrean.queueing.office import Office
from tests.queueing.wishes import call, issue, sit


def told(office: Office, operator: str) -> tuple[str, dict[str, object]]:
    with pytest.raises(QueueError) as caught:
        office.execute(CloseCounter(counter="3", operator=operator))
    return caught.value.code, dict(caught.value.values)


def test_nobody_closes_the_counter_of_somebody_else(office: Office) -> None:
    sit(office)
    assert told(office, "Budi") == ("not_at_counter", {})


def test_whoever_leaves_while_a_visitor_stands_there_is_told_which_number_it_is(office: Office) -> None:
    sit(office)
    number = issue(office).number
    assert call(office).number == number
    assert told(office, "Ani") == ("counter_busy", {"ticket": number})
