"""A day in which no field is empty, so that whatever an event sets, clears or leaves alone can be seen; and its cells.

A cell is one field of one thing the day holds: `tickets.A-001.state`, `counters.3.ticket`, `waiting.card/front`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import fields, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from antrean.queueing.announcements.state import Announcement
from antrean.queueing.calling.waiting_lists import WaitingLists
from antrean.queueing.calls.call import Call
from antrean.queueing.campaign.state import Correction
from antrean.queueing.cases.state import CasesDone
from antrean.queueing.counters.counter import CounterState
from antrean.queueing.counters.spans import Pause, Span
from antrean.queueing.cutoff.state import Stopped, WentOn
from antrean.queueing.day import ServiceDay
from antrean.queueing.outages.state import Outage
from antrean.queueing.services.state import ServiceToday
from antrean.queueing.slips.slip import PrinterState, Roll, Slip
from antrean.queueing.standstill.state import StandstillAnswer
from antrean.queueing.tickets.ticket import Behind, Leg, Ticket, Undo
from antrean.queueing.vouchers.state import Redeemed

DAY = date(2026, 11, 24)
EIGHT = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)  # in Jakarta
THINGS = (
    Ticket,
    Behind,
    Leg,
    Slip,
    Call,
    CounterState,
    Span,
    Pause,
    ServiceToday,
    PrinterState,
    Roll,
    Announcement,
    Outage,
    StandstillAnswer,
    Correction,
    Stopped,
    WentOn,
)
# Estimates, places and what outlives the day are no part of the fold; what is answered, and the persons that are
# counted, have tests of their own.
APART = {"waits", "ahead", "results", "persons", "standing"}


def minute(count: int) -> datetime:
    """Return a time of the morning, so many minutes after eight."""
    return EIGHT + timedelta(minutes=count)


def full_ticket(number: str, state: Any, counter: str = "3", **other: Any) -> Ticket:
    """Return a ticket none of whose fields is empty, whatever its state."""
    ticket = Ticket(
        number=number,
        token="token-" + number,
        service="card",
        series=number[0],
        persons=3,
        priority=False,
        language="su",
        device="kiosk-1",
        issued_at=minute(1),
        arrival=minute(2),
        seq=int(number[2:]),
        then="family",
        state=state,
        front=True,
        counter=counter,
        operator="Ani",
        call=7,
        called_at=minute(10),
        last_call_at=minute(11),
        started_at=minute(12),
        ended_at=minute(13),
        held_at=minute(14),
        hold_reason="papers",
        recalls=2,
        readmits=1,
        outcome="referred",
        seated=True,
        coming=True,
        behind=Behind(minute(3), (int(number[2:]) + 10, -20), as_regular=True),
        deferred=True,
        only_at="3",
        carried_over=8,
        case="BCDFGHJK",
        collects="TTTTVVVV1",
        people_ahead_at_issue=4,
        wait_at_issue=(10, 20),
        reach_at_issue="may_not_be_served_today",
        legs=(
            Leg(
                "family",
                minute(2),
                "1",
                minute(3),
                minute(4),
                minute(5),
                "finished",
                2,
                "Form 1 is signed",
                "d1",
                "2026-11-25",
                "Tini",
                1,
                minute(3),
                6,
            ),
            Leg(
                "card",
                minute(5),
                counter,
                minute(10),
                minute(12),
                minute(13),
                "old",
                4,
                "Photo is taken",
                "d2",
                "2026-11-25",
                "Ani",
                2,
                minute(11),
                7,
            ),
        ),
        slips=(
            Slip(number, 0, "printer-1", minute(1), "uncertain", "claim-0", "sent", "cut", minute(2), True, minute(2)),
            Slip(number, 1, "printer-1", minute(6), "sending", "claim-1", "sent", "busy", minute(7), True, minute(6)),
        ),
    )
    return replace(ticket, **other)


def full_day(state: Any = "waiting", **other: Any) -> ServiceDay:
    """Return a day with A-001 in this state at counter 3, and beside it what no event about A-001 may touch.

    `other` are fields of A-001 that are to be otherwise.
    """
    beside = [
        full_ticket("A-002", "waiting", "", front=False),
        full_ticket("B-001", "held"),
        full_ticket("B-002", "serving", "1"),
        full_ticket("B-003", "completed"),
    ]
    tickets = {ticket.number: ticket for ticket in [full_ticket("A-001", state, **other), *beside]}
    here = state in ("called", "serving")
    undo = Undo("complete", tickets["B-003"].snapshot())
    day = ServiceDay(
        business_day=DAY,
        seq=50,
        last_at=minute(30),
        tickets=tickets,
        tokens={ticket.token: ticket for ticket in tickets.values()},
        last_number={"A": 2, "B": 3},
        unseen_last=1000,
        on_paper={"C": 1},
        restored=9,
        lost_from="2026-11-24T00:00:00+00:00",
        lost_until="2026-11-24T00:30:00+00:00",
        lost_numbers=("C-001",),
        sealed=5,
        issued={"card": 5},
        counters={
            "3": CounterState(
                "3", "open", "Ani", "prayer", minute(8), "A-001" if here else "",
                ("B-001", "A-001") if state == "held" else ("B-001",), 6, "Tini",
            ),
            "1": CounterState("1", "paused", "Budi", "break", minute(9), "B-002", (), 5, "Citra"),
            "2": CounterState("2", "closed", "", "day_closed", minute(9), "", (), 4, ""),
        },
        spans=[
            Span(5, "3", "Ani", minute(7), None, (Pause(6, "prayer", minute(8), minute(9)),)),
            Span(7, "1", "Budi", minute(7), None, (Pause(8, "break", minute(9)),)),
            Span(4, "2", "Dewi", minute(1), minute(9)),
        ],
        services={
            "card": ServiceToday("paused", {"en": "The network is down"}, "10:30"),
            "birth": ServiceToday("closed", {"en": "Blank cards have run out"}),
        },
        spared={"card": 3},
        stopped={"card": Stopped(minute(20), 40, "A-002", 80, 2, "2026-11-24T08:00:00+00:00")},
        went_on={"birth": WentOn(minute(21), "The mayor is here")},
        announcements={
            6: Announcement(
                6, minute(8), "operator:Ani", {"en": "Car B 1234"}, "Hall", False, minute(38), 2, 9, minute(10)
            ),
        },
        outages={
            "server": Outage(
                "server", ("card", "family"), {"en": "Server"}, {"en": "The server is down"}, "10:30", True, minute(8),
                6, minute(9), 4, 1,
            ),
        },
        back_since={"birth": minute(7)},
        standstill_answers={"birth": StandstillAnswer("break", 7)},
        stock_used={"A-001": {"blank": 2}},
        campaign_corrections=[Correction(minute(9), "supervisor:Dewi", 4, "In the village", 5)],
        redeemed={8: Redeemed("A-040", 2, "A-001")},
        case_codes={"BCDFGHJK": "A-001"},
        collecting={"TTTTVVVV1": ("A-001",)},
        opened_by={("B-003", "card"): ("BCDFBKHH", "BCDFBKHH2")},
        cases_done={"B-003": CasesDone(("BCDFBKHH",), ("TTTTVVVV3",)), "A-001": CasesDone(("BCDFGHJK",))},
        asked={("TTTTVVVV1", "phone")},
        undo={"3": undo, "1": undo},
        calls=[Call(7, "A-001", "3", "card", minute(11), True, "chosen", {"waited": 8})],
        announced={7: minute(11)},
        beside={7: minute(12)},
        sounded={7: "muted"},
        test_slips=(
            Slip("TEST", 1, "printer-1", minute(20), "sending", "claim-t", "sent", "busy", minute(21), True, minute(9)),
        ),
        list_slips=(
            Slip("LIST", 1, "printer-1", minute(20), "sending", "claim-l", "sent", "busy", minute(21), True, minute(9),
                 service="card", language="su", about="documents"),
        ),
        voucher_slips=(
            Slip("VOUCHER", 1, "printer-1", minute(20), "sending", "claim-v", "sent", "busy", minute(21), True,
                 minute(9), number="A-040", voucher=8),
        ),
        printers={
            "printer-1": PrinterState(
                "printer-1", "paper_out", "no paper", minute(15), "tcp://one", "ready", "tcp://two"
            ),
            "printer-2": PrinterState("printer-2", "ready", "", minute(15), "tcp://three", "", ""),
        },
        held_printers={"printer-1": minute(16)},
        rolls={"printer-1": Roll(4000, 40, minute(17)), "printer-2": Roll(100, 1, minute(17))},
        priority_streak=1,
        closed=False,
        doubted=8,
        undated=minute(7),
        expired={"B-003": tickets["B-003"].snapshot()},
    )  # fmt: skip
    for ticket in tickets.values():
        day.open_slips[ticket.number, 1] = ticket.slips[1]
        if ticket.state == "waiting":
            day.waiting.add(ticket)
    day.open_slips["TEST", 1] = day.test_slips[0]
    day.open_slips["LIST", 1] = day.list_slips[0]
    day.open_slips["VOUCHER", 1] = day.voucher_slips[0]
    return day


def cells(day: ServiceDay) -> dict[str, Any]:
    """Return every field of everything the day holds, by its path."""
    return {
        path: deepcopy(value)
        for name in (field.name for field in fields(ServiceDay))
        if name not in APART
        for path, value in cells_of(name, getattr(day, name))
    }


def cells_of(path: str, value: Any) -> Iterator[tuple[str, Any]]:
    """Yield the cells of a value that stands at a path."""
    if path.startswith("tokens."):
        yield path, value if isinstance(value, str) else value.number
    elif isinstance(value, WaitingLists):
        for (service, cls), numbers in value.numbers().items():
            yield f"{path}.{service}/{cls}", tuple(numbers)
    elif type(value) in THINGS:
        for field in fields(value):
            yield from cells_of(f"{path}.{field.name}", getattr(value, field.name))
    elif isinstance(value, Mapping):
        for key, one in value.items():
            name = "/".join(map(str, key)) if isinstance(key, tuple) else str(key)
            yield from cells_of(f"{path}.{name}", one)
    elif isinstance(value, (list, tuple)) and value and type(value[0]) in THINGS:
        for index, one in enumerate(value):
            yield from cells_of(f"{path}.{index}", one)
    else:
        yield path, value
