"""Who was overtaken in a queue, and how often, is what anyone could count by hand."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from antrean.queueing.commands import CallTicket, CompleteTicket, OpenCounter, StartService
from antrean.queueing.keeping.report_rows import MINUTE
from antrean.reporting.fairness import fairness, overtakings
from antrean.reporting.figures import Times
from tests.fakes.small_day import ANI, HERE, Day
from tests.reporting.rows import visit_row

times = st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), max_size=40)


@given(times)
def test_a_leg_is_overtaken_by_each_that_came_later_and_was_called_before_it(found: list[tuple[int, int]]) -> None:
    queue = [visit_row(waiting_since=since, called_at=since + wait) for since, wait in found]
    by_hand = [
        sum(
            other.waiting_since > row.waiting_since and (other.called_at or 0) < (row.called_at or 0) for other in queue
        )
        for row in queue
    ]
    assert overtakings(queue) == by_hand


def test_one_who_is_chosen_overtakes_all_who_wait_and_each_class_is_told_apart() -> None:
    day = Day()
    first, second = day.issue(), day.issue(minutes=1)
    chosen = day.issue(minutes=1, priority=True)
    never = day.issue(minutes=1)
    day.do(OpenCounter(**ANI))
    for number, minutes in ((chosen, 1), (first, 2), (second, 4)):
        day.do(CallTicket(ticket=number, reason="in a hurry", **ANI), minutes)
        day.do(StartService(ticket=number, **HERE))
        day.do(CompleteTicket(ticket=number, **HERE))
    found = fairness(day.rows().visits)
    assert set(found) == {("card", 0), ("card", 1)}
    regular = found["card", 0]
    assert (regular.legs, regular.overtaken, regular.overtakings, regular.most) == (2, 2, 2, 1)
    assert regular.mean == 1.0
    assert found["card", 1].overtakings == 0
    assert regular.waits == Times.of((6 * MINUTE, 9 * MINUTE))
    assert never not in (first, second, chosen)
