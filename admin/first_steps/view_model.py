"""The first steps of an office, each computed from what is so now or was done before. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Literal

from antrean.queueing.calls.call import Call
from antrean.queueing.calls.sounds import HEARD
from antrean.queueing.day import ServiceDay
from antrean.queueing.hours.calendar import is_open
from antrean.queueing.plan.model import OfficePlan, Service
from antrean.queueing.slips.printers import STOPPED
from antrean.queueing.slips.slip import Slip
from antrean.queueing.tickets.ticket import Ticket
from antrean.storage.journal.earlier_work import VIRTUAL, EarlierWork

AGENT, KIOSK, DISPLAY = "print_agent", "kiosk", "display"
AWAY = "agent_away"
TICKETS_LOOKED_AT = 300
FIRST_NUMBER = "first_number"
WORKS = ("printer", "kiosk", "display", FIRST_NUMBER)  # steps by which an office works

# `done`; `open`: nothing was done yet, or not enough; `wrong`: somebody has to look at what was done.
State = Literal["done", "open", "wrong"]


@dataclass(frozen=True, slots=True)
class Found:
    """A paired device as the steps see it; `address` is where an agent's printer hangs, as the office has set it."""

    id: str
    name: str
    kind: str
    connected: bool
    address: str = ""


@dataclass(frozen=True, slots=True)
class Seen:
    """What is known beside day and plan.

    `people` may sign in; `second_place` is where backups lie besides this machine, "" for nowhere, and
    `second_is_there` whether it is; `sounds` are what displays said of their last call; `earlier` is what was done on
    earlier business days.
    """

    devices: Sequence[Found]
    people: Sequence[str]
    second_place: str
    second_is_there: bool
    sounds: Collection[str]
    earlier: EarlierWork


@dataclass(frozen=True, slots=True)
class Step:
    """One step: its code, how it stands, the devices that it is about, by name, and whether these are here now."""

    code: str
    state: State
    names: tuple[str, ...] = ()
    here: bool = False


@dataclass(frozen=True, slots=True)
class PrinterStep:
    """The printer of the step: `printer` is its id, "" where no agent is paired; `set_up`: it hangs at an address.

    `state` is as its agent reported it last; `slip` the newest slip that settled, or that waits.
    """

    printer: str = ""
    name: str = ""
    set_up: bool = False
    state: str = ""
    slip: Slip | None = None


@dataclass(frozen=True, slots=True)
class FirstNumber:
    """How far the number of today came that came farthest; without a `number` none was taken.

    `closed`: no number is given now, by the opening hours.
    """

    number: str = ""
    issued_at: datetime | None = None
    slip: Slip | None = None
    call: Call | None = None
    shown: bool = False
    sound: str = ""
    closed: bool = False

    @property
    def heard(self) -> bool:
        """Whether its call was heard."""
        return self.sound in HEARD


@dataclass(frozen=True, slots=True)
class FirstSteps:
    """All steps in their order, and what their sentences are about."""

    steps: tuple[Step, ...]
    printer: PrinterStep
    number: FirstNumber
    silent: tuple[Service, ...]  # services of which visitors read nothing but the name

    @property
    def done(self) -> int:
        """How many steps are done."""
        return sum(step.state == "done" for step in self.steps)

    @property
    def works(self) -> bool:
        """Whether a number has gone the whole way today: taken, printed, called and heard."""
        states = {step.code: step.state for step in self.steps}
        return all(states[code] == "done" for code in WORKS) and self.number.call is not None

    @property
    def next(self) -> str:
        """The code of the first step that is not done; "" when all are."""
        return next((step.code for step in self.steps if step.state != "done"), "")


def first_steps(day: ServiceDay, plan: OfficePlan, seen: Seen, at: datetime) -> FirstSteps:
    """Return how the steps of an office stand."""
    printer, number = _printer(day, seen), _number(day, plan, at)
    silent = tuple(service for service in plan.services if not described(service))
    steps = (
        Step("services", _state(bool(plan.services) and not silent)),
        Step("hours", _state(plan.hours.given)),
        _agent(day, seen),
        Step("printer", _printer_state(printer, seen)),
        _screen(seen, KIOSK, seen.earlier.called),
        _display(day, seen),
        Step("people", _state(len(seen.people) > 1)),
        Step("backup", "wrong" if seen.second_place and not seen.second_is_there else _state(bool(seen.second_place))),
        Step(FIRST_NUMBER, _number_state(number, seen)),
    )
    return FirstSteps(steps, printer, number, silent)


def described(service: Service) -> bool:
    """Whether visitors read more of a service than its name."""
    return bool(
        service.requirements
        or service.legal_days is not None
        or any(words.strip() for texts in _texts(service) for words in texts.values())
    )


def _texts(service: Service) -> Iterable[Mapping[str, str]]:
    return service.explanations, service.costs, service.legal_times


def _state(done: bool) -> State:
    return "done" if done else "open"


def _of(seen: Seen, kind: str) -> list[Found]:
    return [device for device in seen.devices if device.kind == kind]


def _agent(day: ServiceDay, seen: Seen) -> Step:
    agents = _of(seen, AGENT)
    here = tuple(one.name for one in agents if _runs(day, one))
    if here:
        return Step("agent", "done", here, True)
    return Step("agent", "wrong" if agents else "open", tuple(one.name for one in agents))


def _runs(day: ServiceDay, agent: Found) -> bool:
    known = day.printers.get(agent.id)
    return agent.connected and known is not None and known.state != AWAY


def _screen(seen: Seen, kind: str, before: bool) -> Step:
    """Return the step of a kind of screen; `before`: it was of use on an earlier day, and may be switched off now."""
    screens = _of(seen, kind)
    here = tuple(one.name for one in screens if one.connected)
    if here:
        return Step(kind, "done", here, True)
    names = tuple(one.name for one in screens)
    return Step(kind, "done" if names and before else "wrong" if names else "open", names)


def _display(day: ServiceDay, seen: Seen) -> Step:
    step = _screen(seen, DISPLAY, seen.earlier.heard)
    heard = seen.earlier.heard or any(sound in HEARD for sound in (*seen.sounds, *day.sounded.values()))
    if step.state != "done" or heard:
        return step
    return Step(DISPLAY, "wrong" if {"blocked", "failed"} & set(seen.sounds) else "open", step.names, step.here)


def _printer(day: ServiceDay, seen: Seen) -> PrinterStep:
    """Return the printer that came farthest; the first agent's where none is set up."""
    found = [_printer_of(day, one) for one in _of(seen, AGENT)]
    return max(found, key=lambda one: (one.set_up, _on_paper(one.slip)), default=PrinterStep())


def _printer_of(day: ServiceDay, agent: Found) -> PrinterStep:
    known = day.printers.get(agent.id)
    address = (known.address if known is not None else "") or agent.address
    tests = [slip for slip in day.test_slips if slip.printer == agent.id]
    tickets = islice(reversed(day.tickets.values()), TICKETS_LOOKED_AT)
    slips = [*tests, *(slip for ticket in tickets for slip in ticket.slips if slip.printer == agent.id)]
    newest = max(slips, key=lambda slip: (_on_paper(slip), slip.asked_at, slip.copy), default=None)
    return PrinterStep(
        agent.id,
        agent.name,
        bool(address) and not address.startswith(VIRTUAL),
        known.state if known is not None else "",
        newest if newest is None or newest.evidence != VIRTUAL else None,
    )


def _on_paper(slip: Slip | None) -> bool:
    return slip is not None and slip.state == "printed" and slip.evidence != VIRTUAL


def _printer_state(printer: PrinterStep, seen: Seen) -> State:
    if not printer.set_up:
        return "open"
    if printer.state in STOPPED:
        return "wrong"
    if _on_paper(printer.slip) or seen.earlier.printed:
        return "done"
    return "wrong" if printer.slip is not None and printer.slip.missing else "open"


def _number(day: ServiceDay, plan: OfficePlan, at: datetime) -> FirstNumber:
    tickets = islice(reversed(day.tickets.values()), TICKETS_LOOKED_AT)
    calls = {call.number: call for call in day.calls[-TICKETS_LOOKED_AT:] if not call.undone}
    found = [_way_of(day, ticket, calls.get(ticket.number)) for ticket in tickets]
    best = max(found, key=lambda one: (one.call is not None, _on_paper(one.slip), one.heard), default=None)
    return best if best is not None else FirstNumber(closed=not is_open(plan, at))


def _way_of(day: ServiceDay, ticket: Ticket, call: Call | None) -> FirstNumber:
    slip = next((one for one in ticket.slips if _on_paper(one)), ticket.slip)
    if call is None:
        return FirstNumber(ticket.number, ticket.issued_at, slip)
    heard = call.seq in day.announced, day.sounded.get(call.seq, "")
    return FirstNumber(ticket.number, ticket.issued_at, slip, call, *heard)


def _number_state(number: FirstNumber, seen: Seen) -> State:
    if (seen.earlier.printed and seen.earlier.called) or (number.call is not None and _on_paper(number.slip)):
        return "done"
    return "wrong" if number.slip is not None and number.slip.missing else "open"
