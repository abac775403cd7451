"""The ledger of stock: what it says is what all its lines add up to, whatever was done in whatever order."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from random import Random

import pytest

from antrean.queueing import events as e
from antrean.queueing.commands import (
    CallNext,
    Command,
    CompleteTicket,
    CountStock,
    IssueTicket,
    OpenCounter,
    ReceiveStock,
    ReopenTicket,
    SpoilStock,
    StartService,
    TakeBackStock,
    UndoStep,
)
from antrean.queueing.day import ServiceDay
from antrean.queueing.errors import QueueError
from antrean.queueing.journal.entry import JournalEntry
from antrean.queueing.office import Office
from antrean.queueing.plan.model import OfficePlan, StockItem, StockUse
from antrean.queueing.standing import Standing, as_data, from_data
from antrean.queueing.stock import ledger
from antrean.queueing.stock.use import promised
from tests.conftest import ListJournal, SetClock, small_plan

ANI = {"counter": "3", "operator": "Ani"}


def stocked(**changes: object) -> OfficePlan:
    """Return an office in which a card uses a blank and two slots of a ribbon, and a birth certificate one blank."""
    uses = {"card": (StockUse("blank"), StockUse("ribbon", 2)), "birth": (StockUse("blank"),)}
    plan = small_plan(stock=(StockItem("blank", {"id": "Blangko"}, low=5), StockItem("ribbon", {"id": "Pita"})))
    services = tuple(replace(one, uses=uses.get(one.code, ())) for one in plan.services)
    return replace(plan, services=services, **changes)  # type: ignore[arg-type]


class Counter3:
    """An office with Ani at counter 3, who serves every service."""

    def __init__(self, plan: OfficePlan | None = None) -> None:
        self.plan = plan or stocked()
        self.clock = SetClock()
        self.journal = ListJournal()
        self.office = Office(self.journal, lambda: self.plan, self.clock)
        self.do(OpenCounter(**ANI))

    def do(self, command: Command) -> None:
        self.clock.forward(seconds=10)
        self.office.execute(command)

    def refused(self, command: Command) -> str:
        with pytest.raises(QueueError) as caught:
            self.office.execute(command)
        return caught.value.code

    def finish(self, service: str = "card", persons: int = 1, outcome: str = "finished", then: str = "") -> str:
        self.do(IssueTicket(service=service, persons=persons, then=then))
        return self.serve(outcome)

    def serve(self, outcome: str = "finished", persons: int | None = None) -> str:
        self.do(CallNext(**ANI))
        number = self.office.read(lambda day, _plan: day.counter("3").ticket)
        self.do(StartService(ticket=number, counter="3"))
        self.do(CompleteTicket(ticket=number, counter="3", outcome=outcome, persons=persons))
        return number

    def on_hand(self, item: str = "blank") -> int | None:
        return self.office.read(lambda day, _plan: day.standing.stock.on_hand(item))

    def last(self, count: int) -> list[str]:
        return [line.event.kind for line in self.journal.entries[-count:]]


def test_nothing_is_kept_count_of_until_it_came_in_or_was_counted() -> None:
    at = Counter3()
    at.finish()
    assert at.on_hand() is None
    assert not any(line.event.kind.startswith("stock.") for line in at.journal.entries)
    at.do(ReceiveStock(item="blank", count=500, note=" SJ 12 "))
    at.do(CountStock(item="ribbon", count=0))
    assert (at.on_hand(), at.on_hand("ribbon")) == (500, 0)
    assert at.journal.entries[-2].event == e.StockReceived("blank", 500, "SJ 12")


def test_each_finished_person_uses_what_the_service_names() -> None:
    at = Counter3()
    at.do(ReceiveStock(item="blank", count=10))
    at.do(ReceiveStock(item="ribbon", count=20))
    number = at.finish(persons=3)
    assert at.last(2) == ["stock.used", "ticket.completed"]
    assert at.journal.entries[-2].event == e.StockUsed(number, "card", {"blank": 3, "ribbon": 6})
    assert (at.on_hand(), at.on_hand("ribbon")) == (7, 14)
    at.finish("birth")
    assert (at.on_hand(), at.on_hand("ribbon")) == (6, 14)
    at.finish("family")
    assert at.last(1) == ["ticket.completed"]
    at.do(IssueTicket(service="card", persons=3))
    at.serve(persons=1)  # two of the three did not come
    assert at.on_hand() == 5


@pytest.mark.parametrize("outcome", ["papers_missing", "referred"])
def test_who_is_sent_home_or_on_uses_nothing(outcome: str) -> None:
    at = Counter3()
    at.do(ReceiveStock(item="blank", count=10))
    at.finish(outcome=outcome)
    assert at.on_hand() == 10
    at.do(UndoStep(**ANI))
    assert at.on_hand() == 10


def test_what_is_finished_by_the_next_call_is_used_and_taken_back_with_it() -> None:
    at = Counter3()
    at.do(ReceiveStock(item="blank", count=10))
    for _ in range(2):
        at.do(IssueTicket(service="card"))
    at.do(CallNext(**ANI))
    at.do(StartService(ticket="A-001", counter="3"))
    at.do(CallNext(**ANI))
    assert at.last(3) == ["stock.used", "ticket.completed", "ticket.called"]
    assert at.on_hand() == 9
    at.do(UndoStep(**ANI))
    assert at.last(3) == ["command.undone", "stock.returned", "command.undone"]
    assert at.on_hand() == 10
    at.do(CompleteTicket(ticket="A-001", counter="3"))
    assert at.on_hand() == 9


def test_a_card_that_was_made_stays_used_when_its_visitor_comes_back() -> None:
    at = Counter3()
    at.do(ReceiveStock(item="blank", count=10))
    number = at.finish()
    at.do(ReopenTicket(ticket=number))
    at.serve("papers_missing")
    at.do(UndoStep(**ANI))
    assert at.on_hand() == 9


def test_each_service_of_a_visit_uses_and_gives_back_its_own() -> None:
    at = Counter3()
    at.do(ReceiveStock(item="blank", count=10))
    at.do(ReceiveStock(item="ribbon", count=10))
    at.finish("card", then="birth")
    assert (at.on_hand(), at.on_hand("ribbon")) == (9, 8)
    at.do(UndoStep(**ANI))
    assert (at.on_hand(), at.on_hand("ribbon")) == (10, 10)
    at.do(CompleteTicket(ticket="A-001", counter="3"))
    at.serve()
    assert (at.on_hand(), at.on_hand("ribbon")) == (8, 8)
    at.do(UndoStep(**ANI))
    assert (at.on_hand(), at.on_hand("ribbon")) == (9, 8)


def test_no_difference_goes_by_in_silence() -> None:
    at = Counter3()
    at.do(IssueTicket(service="card", persons=3))
    at.do(ReceiveStock(item="blank", count=1))
    at.serve()
    assert at.on_hand() == -2  # three cards were made, whatever the ledger said: somebody has to count
    assert at.refused(CountStock(item="blank", count=4)) == "stock_reason_missing"
    assert at.refused(SpoilStock(item="blank", count=1, reason="bent")) == "stock_not_there"
    at.do(CountStock(item="blank", count=4, reason="a box stood aside"))
    assert at.journal.entries[-1].event == e.StockCounted("blank", 4, 6, "a box stood aside")
    at.do(CountStock(item="blank", count=4))
    assert at.on_hand() == 4


def test_an_entry_that_was_a_mistake_is_taken_back_once_by_one_of_its_own() -> None:
    at = Counter3()
    at.do(ReceiveStock(item="blank", count=500))
    received = at.journal.last_seq()
    at.do(SpoilStock(item="blank", count=100, reason="wet"))
    spoiled = at.journal.last_seq()
    assert at.refused(TakeBackStock(entry=received)) == "stock_not_there"
    at.do(TakeBackStock(entry=spoiled))
    assert at.on_hand() == 500
    assert at.office.read(lambda day, _plan: day.standing.stock.items["blank"].spoiled) == 0
    assert at.refused(TakeBackStock(entry=spoiled)) == "stock_entry_unknown"
    at.do(TakeBackStock(entry=received))
    assert at.on_hand() is None  # as before it: nobody keeps count


def test_what_is_there_is_promised_to_who_waits_is_called_served_or_goes_on_to_it() -> None:
    at = Counter3()
    at.do(IssueTicket(service="card", persons=2))
    at.do(IssueTicket(service="birth"))
    at.do(IssueTicket(service="family", persons=3, then="birth"))
    said = at.office.read(lambda day, plan: dict(promised(day, plan)))
    assert said == {"blank": 6, "ribbon": 4}
    at.do(CallNext(**ANI))
    at.do(StartService(ticket="A-001", counter="3"))
    assert at.office.read(lambda day, plan: dict(promised(day, plan))) == said
    at.do(CompleteTicket(ticket="A-001", counter="3"))
    assert at.office.read(lambda day, plan: dict(promised(day, plan))) == {"blank": 4}


def test_stock_outlives_the_day_and_knows_how_much_each_day_used() -> None:
    at = Counter3()
    at.do(ReceiveStock(item="blank", count=10))
    at.finish(persons=3)
    first = at.office.business_day().isoformat()
    at.clock.forward(days=1)
    at.office.catch_up()
    assert (at.on_hand(), at.office.read(lambda day, _plan: len(day.tickets))) == (7, 0)
    at.do(OpenCounter(**ANI))
    at.finish()
    days = at.office.read(lambda day, _plan: day.standing.stock.items["blank"].days)
    assert (days[0], days[1][1], at.on_hand()) == ((first, 3), 1, 6)


def at_random(at: Counter3, chance: Random) -> Command:
    """Return a command that comes from nowhere; many are refused."""
    entries = at.office.read(lambda day, _plan: [one.seq for one in day.standing.stock.entries])
    current = at.office.read(lambda day, _plan: day.counter("3").ticket) or "A-001"
    item, count = chance.choice(["blank", "ribbon"]), chance.randint(1, 9)
    commands: list[Command] = [
        IssueTicket(service=chance.choice(["card", "birth"]), persons=count),
        CallNext(**ANI),
        StartService(ticket=current, counter="3"),
        CompleteTicket(ticket=current, counter="3"),
        UndoStep(**ANI),
        ReceiveStock(item=item, count=count * 5),
        CountStock(item=item, count=count, reason="counted"),
        SpoilStock(item=item, count=count, reason="bent"),
        TakeBackStock(entry=chance.choice(entries) if entries else 0),
    ]
    return chance.choice(commands)


def summed(lines: Sequence[JournalEntry], item: str) -> int:
    """Return what lines add up to, without the ledger."""
    total = 0
    for line in lines:
        match line.event:
            case e.StockReceived(item=code, count=count) if code == item:
                total += count
            case e.StockSpoiled(item=code, count=count) if code == item:
                total -= count
            case e.StockCounted(item=code, change=change) | e.StockTakenBack(item=code, change=change) if code == item:
                total += change
            case e.StockUsed(items=items):
                total -= items.get(item, 0)
            case e.StockReturned(items=items):
                total += items.get(item, 0)
    return total


def test_whatever_is_done_the_ledger_is_what_its_lines_add_up_to() -> None:
    seen: set[str] = set()
    for seed in range(12):
        at, chance = Counter3(), Random(seed)
        for _ in range(150):
            command = at_random(at, chance)
            there = at.on_hand(command.item) if isinstance(command, CountStock) else None
            with suppress(QueueError):
                at.do(command)
                if isinstance(command, CountStock):
                    assert at.journal.entries[-1].event.change == command.count - (there or 0)  # type: ignore[attr-defined]
                    assert at.on_hand(command.item) == command.count
        lines = at.journal.entries
        seen |= {line.event.kind for line in lines}
        stands = at.office.read(lambda day, _plan: day.standing)
        for code, item in stands.stock.items.items():
            assert item.on_hand == summed(lines, code)
            assert sum(count for _day, count in item.days) == item.used
        assert stands == ServiceDay.fold(at.office.business_day(), lines).standing == at.journal.standing()
        assert from_data(as_data(stands)) == stands
        assert at.office._deciding is not None
        assert at.office._deciding.standing == stands
    assert seen >= set(e.KINDS.of(*ledger.CASES))


def test_a_line_that_is_held_already_changes_nothing() -> None:
    at = Counter3()
    at.do(ReceiveStock(item="blank", count=10))
    stands = at.journal.standing()
    assert stands.after(at.journal.entries[-1]) is stands
    assert Standing().after(at.journal.entries[0]) == Standing()
    with pytest.raises(ValueError):
        from_data({"form": 99, "seq": 1, "stock": {}})
