"""The figures that stay when a day's lines leave: counted and measured as people lived them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime

from antrean.queueing.archive.commands import DAYS_A_LINE
from antrean.queueing.commands import (
    CancelTicket,
    CloseDay,
    CompleteTicket,
    MarkNoShow,
    SealJournal,
    SettleSlip,
    TransferTicket,
)
from antrean.queueing.events import JournalSealed
from antrean.queueing.keeping.day_figures import DayFigures, Durations, ServiceFigures, as_data, figures_of, from_data
from antrean.queueing.office import Office
from antrean.queueing.outages.past import PastOutage
from antrean.queueing.plan.model import OfficePlan
from tests.conftest import SetClock
from tests.fakes.slips import SlipKey
from tests.queueing.wishes import call, issue, serve, sit


def figures(office: Office) -> DayFigures:
    return office.read(lambda day, _plan: figures_of(day))


def test_a_day_without_visitors_has_no_figures(office: Office) -> None:
    assert figures(office) == DayFigures()
    assert figures(office).tickets == 0


def test_every_end_of_a_visit_is_counted_by_the_service_that_it_ended_at(office: Office, clock: SetClock) -> None:
    sit(office)
    served, gone, given_back, sent_on, waits = (issue(office, persons=n) for n in (2, 1, 1, 3, 4))
    clock.forward(minutes=10)
    assert serve(office).number == served.number
    clock.forward(minutes=4)
    office.execute(CompleteTicket(ticket=served.number, counter="3", persons=5))
    assert call(office).number == gone.number
    office.execute(MarkNoShow(ticket=gone.number, counter="3"))
    office.execute(CancelTicket(ticket=given_back.number, reason=""))
    clock.forward(minutes=6)
    serve(office)
    clock.forward(minutes=1)
    office.execute(TransferTicket(ticket=sent_on.number, counter="3", service="birth", position="front"))
    serve(office)
    clock.forward(minutes=2)
    office.execute(CompleteTicket(ticket=sent_on.number, counter="3"))
    found = figures(office)
    assert found.services["card"] == ServiceFigures(
        tickets=4, persons=5 + 1 + 1 + 4, completed=1, no_show=1, cancelled=1, left_open=1, done=5,
        waits=Durations(2, (600 + 840) // 2, 600, 840), services=Durations(1, 240, 240, 240),
    )  # fmt: skip
    # Waited until the first call; was served at both.
    assert found.services["birth"] == ServiceFigures(
        tickets=1,
        persons=3,
        completed=1,
        done=3,
        waits=Durations(1, 1200, 1200, 1200),
        services=Durations(1, 180, 180, 180),
    )
    assert found.tickets == 5
    office.execute(CloseDay())
    closed = figures(office).services["card"]
    assert (closed.expired, closed.left_open, closed.tickets) == (1, 0, 4)
    assert waits.number in office.read(lambda day, _plan: day.expired)


def test_half_and_nine_tenths_are_times_that_somebody_had() -> None:
    assert Durations.of([]) == Durations()
    assert Durations.of([7.4]) == Durations(1, 7, 7, 7)
    assert Durations.of([40, 10, 30, 20]) == Durations(4, 25, 20, 40)
    assert Durations.of(range(1, 11)) == Durations(10, 6, 5, 9)
    assert Durations.of(range(1, 101)) == Durations(100, 50, 50, 90)


def test_slips_are_counted_as_printed_or_failed(office: Office, plan: OfficePlan) -> None:
    object.__setattr__(plan, "printers", {"": "printer-1"})
    for result in ("printed", "failed", "uncertain"):
        number = issue(office).number
        said: SlipKey = {"ticket": number, "copy": 0, "claim": "run", "printer": "printer-1"}
        office.execute(SettleSlip(result="sending", **said))
        office.execute(SettleSlip(result=result, evidence="sent", **said))
    issue(office)
    assert (figures(office).slips_printed, figures(office).slips_failed) == (1, 2)


OUTAGES = (
    PastOutage("server", {"id": "Server"}, ("card", "birth"), datetime(2026, 11, 24, 2, tzinfo=UTC), 40, 7, 1),
    PastOutage("printer", {"id": "Pencetak", "en": "Printer"}, (), datetime(2026, 11, 24, 3, tzinfo=UTC)),
)


def test_figures_come_back_from_json_as_they_were_and_from_a_later_release_as_far_as_they_are_known() -> None:
    full = ServiceFigures(7, 9, 1, 2, 3, 4, 5, 6, Durations(4, 3, 2, 1), Durations(1, 2, 3, 4), 2, 8)
    whole = DayFigures({"card": full, "birth": ServiceFigures(tickets=1, persons=1)}, 5, 2, {0: -3, 7: 40}, OUTAGES)
    data = json.loads(json.dumps(as_data(whole)))
    assert from_data(data) == whole
    assert data["corrected"] == -3  # as earlier releases read it
    assert data["services"]["birth"] == {"tickets": 1, "persons": 1}
    data["services"]["card"]["rated"] = 4
    assert from_data({**data, "weather": "rain"}) == whole
    assert from_data(as_data(DayFigures())) == DayFigures()


def sealed(office: Office, last: int, days: Mapping[str, object]) -> int:
    return office.execute(
        SealJournal(first=1, last=last, chain="c" * 64, lines=last, tickets=2, days=days), actor="hub"
    ).seq


def test_what_was_sealed_today_is_not_sealed_again(office: Office) -> None:
    assert sealed(office, 5, {"2021-11-01": as_data(DayFigures())}) == 1
    assert sealed(office, 5, {"2021-11-01": as_data(DayFigures())}) == 1  # as another hub found it, too
    assert sealed(office, 4, {}) == 1
    assert sealed(office, 9, {}) == 2
    assert office.read(lambda day, _plan: day.sealed) == 9


def test_many_days_are_shared_by_several_lines_of_one_commit(office: Office) -> None:
    days = {f"day {n}": {"services": {}, "slips": [0, n]} for n in range(2 * DAYS_A_LINE + 1)}
    assert sealed(office, 5, days) == 3
    events = [entry.event for entry in office._journal.read(after=0)]
    told: dict[str, object] = {}
    for event in events:
        assert isinstance(event, JournalSealed)
        assert (event.first, event.last, event.lines, event.tickets) == (1, 5, 5, 2)
        told.update(event.days or {})
    assert told == days


def test_sealing_changes_nothing_that_anybody_waits_for(office: Office) -> None:
    issue(office)
    before = office.read(lambda day, _plan: (sorted(day.tickets), dict(day.last_number), day.closed))
    sealed(office, 1, {})
    assert office.read(lambda day, _plan: (sorted(day.tickets), dict(day.last_number), day.closed)) == before
    assert issue(office).number == "A-002"
