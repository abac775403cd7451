"""A counter at which nobody sat today, and one where somebody sat down."""

from __future__ import annotations

from antrean.queueing.commands import CloseCounter, PauseCounter
from antrean.queueing.counters.counter import CounterState
from antrean.queueing.counters.serving import Serving, serving
from antrean.queueing.office import Office
from tests.conftest import SetClock
from tests.queueing.wishes import sit


def counter(office: Office, code: str) -> CounterState:
    return office.read(lambda day, _plan: day.counter(code))


def test_a_counter_at_which_nobody_sat_is_closed_and_has_its_code(office: Office) -> None:
    assert counter(office, "2") == CounterState("2")


def test_whoever_sits_down_finds_no_reason_of_those_who_sat_there_before(office: Office, clock: SetClock) -> None:
    sit(office)
    office.execute(PauseCounter(counter="3", operator="Ani", reason="prayer"))
    office.execute(CloseCounter(counter="3", operator="Ani", reason="lunch"))
    assert counter(office, "3").reason == "lunch"
    sit(office, operator="Budi")
    assert counter(office, "3") == CounterState("3", "open", "Budi", "", clock(), turn=4)


def test_a_counter_is_open_for_a_service_from_when_somebody_sits_there_until_they_pause_or_go(office: Office) -> None:
    def found(service: str = "card") -> Serving:
        return office.read(lambda day, plan: serving(day, plan, service))

    assert found() == "none_yet"
    sit(office)
    assert (found(), found("left the plan")) == ("open", "none_yet")
    office.execute(PauseCounter(counter="3", operator="Ani", reason="prayer"))
    assert found() == "none"
    office.execute(CloseCounter(counter="3", operator="Ani", reason="lunch"))
    assert found() == "none"
