"""Hubs on one journal whose clocks jump: random days in which people take numbers, wait and are called.

`python -m tests.storage.random_clocks MINUTES` tries days that no test tries; it names the first that breaks something.
"""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from functools import partial
from itertools import count
from random import Random, SystemRandom
from tempfile import TemporaryDirectory
from typing import Any

from antrean.hub.watches.clock import ClockWatch
from antrean.hub.watches.day_end import DayEnd
from antrean.queueing.commands import (
    CallNext,
    Command,
    IssueTicket,
    OpenCounter,
    RecallTicket,
    StartService,
    TellTime,
)
from antrean.queueing.errors import QueueError
from antrean.queueing.events import TicketExpired, TicketIssued
from antrean.queueing.office import Office
from antrean.queueing.tickets.ticket import OPEN_STATES
from antrean.storage.clock_file import ClockMemory
from antrean.storage.database.engine import open_engine
from antrean.storage.database.upgrade import upgrade
from antrean.storage.journal.sql_journal import SqlJournal
from tests.conftest import small_plan

START = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)  # 08:00 in Jakarta
BUILT = date(2026, 11, 1)
Values = tuple[Any, ...]
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
BACK, FORWARD = (-HOUR, -DAY), (HOUR, DAY, 3 * DAY, timedelta(days=400))
LOST = (datetime(1970, 1, 1, tzinfo=UTC), datetime(2002, 1, 1, tzinfo=UTC))
ERRORS: Values = (timedelta(), timedelta(), timedelta(seconds=30), *BACK, *FORWARD, *LOST)
HUBS: Values = (0, 1)
# What may happen, and the values that it happens with.
HAPPENS: Mapping[str, Mapping[str, Values]] = {
    "take_numbers": {"hub": HUBS, "several": (1, 2, 3, 4)},
    "call": {"hub": HUBS},
    "recall": {"hub": HUBS},
    "time_passes": {"seconds": (1, 3, 7, 60, 400, 700, 3600, 7200)},
    "a_night_passes": {},
    "a_clock_is_set": {"hub": HUBS, "error": ERRORS},
    "a_clock_is_wrong_for_a_moment": {"hub": HUBS, "error": ERRORS, "seconds": (1, 3)},
    "a_hub_starts_anew": {"hub": HUBS, "error": (timedelta(), -HOUR, *LOST)},
    "the_true_time_is_told": {"hub": HUBS},
}
STEPS = 40
GAP = timedelta(seconds=6)  # a second more than the office's


class World:
    """What is really so: the true time, and what each hub's clock makes of it."""

    def __init__(self) -> None:
        self.now = START
        self.errors = [timedelta(), timedelta()]

    def clock(self, hub: int) -> Callable[[], datetime]:
        return lambda: self.now + self.errors[hub]

    def monotonic(self) -> float:
        return (self.now - START).total_seconds()

    def set(self, hub: int, error: timedelta | datetime) -> None:
        self.errors[hub] = error if isinstance(error, timedelta) else error - self.now


class RandomClocks:
    """`hubs` is one or two; housekeeping is done wherever time passes, as a hub does it each second."""

    def __init__(self, hubs: int, open_journal: Callable[[str], SqlJournal], seen: Counter[str]) -> None:
        self.hubs = hubs
        seen["offices"] += 1
        office = f"office-{seen['offices']}"
        self.seen, self.world = seen, World()
        self.plan = small_plan(office=office, printers={})
        self.journals = [open_journal(office) for _ in range(self.hubs)]
        self.memory = [ClockMemory()] * self.hubs
        self.offices: list[Office] = []
        self.watches: list[ClockWatch] = []
        self.ends: list[DayEnd] = []
        self.serial = count(1)
        self.told: dict[str, datetime] = {}  # the last call of a ticket, truly
        self.issued: dict[tuple[date, str], datetime] = {}  # (business day, number) -> when it was really given
        self.restarted = False
        self.started = self.world.now - HOUR
        self.ahead = [0.0, 0.0]
        self.read = 0
        for hub in range(self.hubs):
            self.start(hub)
        self.watch()

    # -- hubs ------------------------------------------------------------------------------------

    def start(self, hub: int) -> None:
        office = Office(self.journals[hub], lambda: self.plan, self.world.clock(hub), self.world.monotonic, BUILT)
        memory = self.memory[hub]
        office.guard.recall(*memory.since(), memory.true_now("boot", self.world.monotonic()))

        def keep(new: ClockMemory) -> None:
            self.memory[hub] = new

        self.offices[hub : hub + 1] = [office]
        self.watches[hub : hub + 1] = [ClockWatch(office, lambda: None, keep, "boot")]
        self.ends[hub : hub + 1] = [DayEnd(office, self.world.monotonic)]

    def watch(self) -> None:
        for office, watch, end in zip(self.offices, self.watches, self.ends, strict=True):
            office.catch_up()
            try:
                watch.look()
                end.look()
            except QueueError as refusal:
                assert refusal.code == "clock_wrong", refusal  # noqa: PT017
                self.seen["housekeeping refused"] += 1
        self.follow()

    def true_day(self) -> date:
        return self.plan.business_day(self.world.now)

    def follow(self) -> None:
        """Look at every new line with the eyes of somebody who knows the true time."""
        for entry in self.journals[0].read(after=self.read):
            self.read = entry.seq
            event = entry.event
            self.seen[event.kind] += 1
            if isinstance(event, TicketIssued):
                today = [
                    number
                    for (_day, number), at in self.issued.items()
                    if self.plan.business_day(at) == self.true_day()
                ]
                assert event.ticket not in today, f"{event.ticket} twice on {self.true_day()}"
                assert (entry.business_day, event.ticket) not in self.issued
                self.issued[entry.business_day, event.ticket] = self.world.now
            if isinstance(event, TicketExpired):
                at = self.issued[entry.business_day, event.ticket]
                assert self.plan.business_day(at) < self.true_day(), f"{event.ticket} of {at} expired today"

    # -- what happens ------------------------------------------------------------------------------

    def execute(self, hub: int, command: Command) -> Any:
        answer: Any
        try:
            answer = self.offices[hub].execute(command, f"actor-{next(self.serial)}")
        except QueueError as refusal:
            self.seen[f"{command.name} {refusal.code}"] += 1
            answer = refusal
        else:
            self.seen[command.name] += 1
        self.follow()
        return answer

    def take_numbers(self, hub: int, several: int) -> None:
        for _ in range(several):
            found = self.execute(hub % self.hubs, IssueTicket(service="card", language="id"))
            assert not isinstance(found, QueueError) or found.code in ("clock_wrong", "day_closed"), found

    def call(self, hub: int) -> None:
        office = self.offices[hub % self.hubs]
        if office.read(lambda day, _plan: day.counter("3").state) == "closed":
            self.execute(hub % self.hubs, OpenCounter(counter="3", operator="Ani"))
        current = office.read(lambda day, _plan: day.current("3"))
        if current is not None and current.state == "called":
            self.execute(hub % self.hubs, StartService(ticket=current.number, counter="3"))
        found = self.execute(hub % self.hubs, CallNext(counter="3", operator="Ani"))
        if not isinstance(found, QueueError):
            self.told[found.ticket.number] = self.world.now

    def recall(self, hub: int) -> None:
        current = self.offices[hub % self.hubs].read(lambda day, _plan: day.current("3"))
        if current is None or current.state != "called" or current.number not in self.told:
            return
        # A hub that starts in doubt goes on from the newest line: the gap begins then.
        waited = self.world.now - max(self.told[current.number], self.started)
        found = self.execute(hub % self.hubs, RecallTicket(ticket=current.number, counter="3"))
        if not isinstance(found, QueueError):
            self.told[current.number] = self.world.now
        elif found.code == "recall_too_soon":
            assert waited < GAP, f"{waited} after the last call"

    def time_passes(self, seconds: int) -> None:
        self.mend(seconds)
        for _ in range(8):
            self.world.now += timedelta(seconds=seconds / 8)
            self.watch()

    def mend(self, seconds: float) -> None:
        """Set right what nobody could tell from a time that is true: a clock ahead for long, one behind at midnight."""
        midnight = self.plan.business_day(self.world.now + timedelta(seconds=seconds)) != self.true_day()
        for hub, error in enumerate(self.world.errors):
            if midnight and error in BACK:
                self.world.errors[hub] = timedelta()
        for hub, error in enumerate(self.world.errors):
            if timedelta(minutes=1) < error < timedelta(days=20):
                self.ahead[hub] += seconds
                if self.ahead[hub] >= (20 if self.restarted else 500):
                    self.world.errors[hub] = timedelta()
                    self.watch()
        self.ahead = [
            ahead * (error > timedelta(minutes=1)) for ahead, error in zip(self.ahead, self.world.errors, strict=True)
        ]

    def a_night_passes(self) -> None:
        if self.seen["nights"] > 6 * self.seen["offices"]:
            return
        self.seen["nights"] += 1
        self.mend(16 * 3600)
        for _ in range(16):
            self.world.now += HOUR
            self.watch()

    def a_clock_is_set(self, hub: int, error: timedelta | datetime) -> None:
        if error == -HOUR and self.plan.business_day(self.world.now - HOUR) != self.true_day():
            return  # late after midnight, as below
        # A hub that began without the time hears it for the first time: a day off looks like one that is right.
        if error == -DAY and self.offices[hub % self.hubs].guard.right_until() is not None:
            return
        self.world.set(hub % self.hubs, error)
        self.watch()

    def a_clock_is_wrong_for_a_moment(self, hub: int, error: timedelta | datetime, seconds: int) -> None:
        before = self.world.errors[hub % self.hubs]
        self.world.set(hub % self.hubs, error)
        self.watch()
        self.take_numbers(hub, 1)
        self.world.now += timedelta(seconds=seconds)
        self.watch()
        self.take_numbers(1 - hub, 1)
        self.world.errors[hub % self.hubs] = before
        self.watch()

    def a_hub_starts_anew(self, hub: int, error: timedelta | datetime) -> None:
        """With a clock that is right, late or empty: one that is a day off can look like one that is right."""
        if self.world.errors[hub % self.hubs] > timedelta(minutes=1) or self.memory[hub % self.hubs].offset:
            return
        # Late after midnight is the day before, and nobody could tell that from a time that is true.
        if isinstance(error, timedelta) and self.plan.business_day(self.world.now + error) != self.true_day():
            return
        # How far behind each of two machines is that both began without the time is known to nobody.
        if error in LOST and self.hubs > 1 and self.offices[1 - hub].guard.right_until() is not None:
            return
        self.restarted = True
        self.started = self.world.now
        self.world.set(hub % self.hubs, error)
        self.start(hub % self.hubs)
        self.watch()

    def the_true_time_is_told(self, hub: int) -> None:
        office = self.offices[hub % self.hubs]
        office.catch_up()
        seconds = (self.world.now - office.clock()).total_seconds()
        told = TellTime(seconds=seconds, guard=office.guard, since=office.time.began_at)
        self.execute(hub % self.hubs, told)
        self.watch()
        assert abs(office.clock() - self.world.now) < timedelta(seconds=1)

    # -- what must always be so --------------------------------------------------------------------

    def nobody_overtakes_and_ages_are_true(self) -> None:
        for office in self.offices:
            day = office.read(lambda day, _plan: day)
            numbers = [ticket.number for ticket in day.waiting.of("card")]
            assert numbers == sorted(numbers, key=lambda number: int(number[2:]))
            # A day that was left this moment is shown until the next look closes it: it has times of before the step.
            if self.restarted or self.hubs > 1 or day.business_day != office.business_day():
                continue
            for ticket in day.tickets.values():
                if ticket.state in OPEN_STATES and (key := (day.business_day, ticket.number)) in self.issued:
                    age, really = office.clock() - ticket.issued_at, self.world.now - self.issued[key]
                    assert abs(age - really) <= timedelta(seconds=200), f"{ticket.number}: {age} for {really}"

    def play(self, seed: int) -> None:
        """Let `STEPS` things happen that this seed draws. What is rare on one day is common on another.

        An error names the seed and what had happened.
        """
        random, happened = Random(seed), list[str]()
        weights = [random.random() for _ in HAPPENS]
        try:
            for _ in range(STEPS):
                (name,) = random.choices(tuple(HAPPENS), weights)
                values = {field: random.choice(some) for field, some in HAPPENS[name].items()}
                happened.append(f"{name}({', '.join(f'{field}={value}' for field, value in values.items())})")
                getattr(self, name)(**values)
                self.nobody_overtakes_and_ages_are_true()
            entries = self.journals[0].read(after=0)
            assert [entry.seq for entry in entries] == list(range(1, len(entries) + 1))
        except BaseException as error:
            error.add_note("\n".join([f"seed {seed}, {self.hubs} hubs:", *happened]))
            raise
        finally:
            for journal in self.journals:
                journal.close()


def search(goes_on: Callable[[], bool], drawn: Random) -> str:
    """Play days of seeds that are drawn for as long as `goes_on` says; return how many they were."""
    seen: Counter[str] = Counter()
    with TemporaryDirectory() as folder:
        engine = open_engine(f"sqlite:///{folder}/clocks.sqlite3")
        upgrade(engine)
        while goes_on():
            RandomClocks(drawn.choice((1, 2)), partial(SqlJournal, engine), seen).play(drawn.getrandbits(32))
        engine.dispose()
    return f"clocks: {seen['offices']} random days, {seen['ticket.issued']} numbers, no promise broken"


if __name__ == "__main__":
    until = time.monotonic() + float(sys.argv[1]) * 60
    sys.stdout.write(search(lambda: time.monotonic() < until, SystemRandom()) + "\n")
