"""Work out the figures of a business day from the lines of the journal as they stand in the database, and nothing else.

Nothing of the product is imported: what the fold, the rows and the reports believe must not decide what is right. How a
line changes a visit is written down here once more, and so is each figure. All times are microseconds since 1970.
"""

from __future__ import annotations

import json
import math
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from contextlib import closing
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

START = datetime(1970, 1, 1, tzinfo=timezone.utc)  # noqa: UP017 - what the product uses is not used here
MINUTE = 60 * 1_000_000
OPEN = ("waiting", "called", "serving", "held")


@dataclass
class Leg:
    """One stay in a queue, and what came of it."""

    service: str
    since: int
    called: int | None = None
    last_call: int | None = None
    calls: int = 0
    started: int | None = None
    ended: int | None = None
    held: int = 0
    counter: str = ""
    operator: str = ""
    end: str = ""
    persons: int | None = None
    missing: str = ""


@dataclass
class Visit:
    """One number of a day."""

    number: str
    seq: int
    issued: int
    service: str
    persons: int
    priority: bool
    told: tuple[int, int] | None
    state: str = "waiting"
    put_aside: int | None = None
    legs: list[Leg] = field(default_factory=list)

    @property
    def leg(self) -> Leg:
        """The newest leg."""
        return self.legs[-1]


@dataclass
class Sitting:
    """An operator at a counter."""

    counter: str
    operator: str
    opened: int
    closed: int | None = None
    pauses: list[list[Any]] = field(default_factory=list)  # reason, begun, ended


@dataclass
class Call:
    """A call by its line."""

    seq: int
    at: int
    number: str
    service: str
    counter: str
    rule: str
    again: bool
    undone: bool = False


class Lines:
    """A business day, line by line."""

    def __init__(self) -> None:
        self.visits: dict[str, Visit] = {}
        self.sittings: list[Sitting] = []
        self.calls: list[Call] = []
        self.chain = ""
        self._before: dict[tuple[str, str, str], Visit] = {}  # by counter, number and step
        self._expired: dict[str, Visit] = {}

    def take(self, seq: int, at: int, kind: str, data: Mapping[str, Any], chain: str) -> None:
        """Take the next line."""
        self.chain = chain
        step = getattr(self, "_" + kind.replace(".", "_"), None)
        if step is not None:
            step(seq, at, data)

    # -- numbers -----------------------------------------------------------------------------

    def _ticket_issued(self, seq: int, at: int, data: Mapping[str, Any]) -> None:
        low = data.get("wait_low")
        visit = Visit(
            data["ticket"], seq, at, data["service"], data.get("persons", 1), data.get("priority", False),
            None if low is None else (low, data.get("wait_high") or low),
        )  # fmt: skip
        visit.legs.append(Leg(visit.service, at))
        self.visits[visit.number] = visit

    def _ticket_called(self, seq: int, at: int, data: Mapping[str, Any]) -> None:
        visit = self._keep(data, "call")
        visit.state = "called"
        leg = visit.leg
        leg.called = leg.last_call = at
        leg.calls, leg.counter, leg.operator = 1, data["counter"], data.get("operator", "")
        self._call(seq, at, visit, data, again=False)

    def _ticket_recalled(self, seq: int, at: int, data: Mapping[str, Any]) -> None:
        visit = self.visits[data["ticket"]]
        visit.leg.calls += 1
        visit.leg.last_call = at
        self._call(seq, at, visit, data, again=True)

    def _call(self, seq: int, at: int, visit: Visit, data: Mapping[str, Any], again: bool) -> None:
        self.calls.append(Call(seq, at, visit.number, visit.service, data["counter"], data.get("rule", ""), again))

    def _ticket_started(self, seq: int, at: int, data: Mapping[str, Any]) -> None:
        visit = self._keep(data, "start")
        visit.state = "serving"
        visit.leg.started = at

    def _ticket_completed(self, seq: int, at: int, data: Mapping[str, Any]) -> None:
        visit = self._keep(data, "complete")
        self._leave(visit, "completed", at, data.get("outcome", "finished"))
        visit.leg.missing = data.get("missing", "")
        visit.persons = data.get("persons", 1)

    def _ticket_went_on(self, seq: int, at: int, data: Mapping[str, Any]) -> None:
        visit = self.visits[data["ticket"]]
        visit.leg.persons = visit.persons
        visit.service, visit.persons = data["service"], data.get("persons", 1)
        self._wait(visit, at)

    def _ticket_no_show(self, seq: int, at: int, data: Mapping[str, Any]) -> None:
        self._leave(self._keep(data, "no_show"), "no_show", at, "no_show")

    def _ticket_readmitted(self, seq: int, at: int, data: Mapping[str, Any]) -> None:
        self._wait(self.visits[data["ticket"]], at)

    _ticket_reopened = _ticket_readmitted

    def _ticket_came_back(self, seq: int, at: int, data: Mapping[str, Any]) -> None:
        visit = self.visits[data["ticket"]]
        if data.get("service"):
            lacked = [leg for leg in visit.legs if leg.service == data["service"] and leg.end == "papers_missing"]
            visit.leg.persons = visit.persons
            visit.service = data["service"]
            visit.persons = (lacked[-1].persons if lacked else None) or visit.persons
        self._wait(visit, at)

    def _ticket_held(self, seq: int, at: int, data: Mapping[str, Any]) -> None:
        visit = self._keep(data, "hold")
        visit.state, visit.put_aside = "held", at

    def _ticket_resumed(self, seq: int, at: int, data: Mapping[str, Any]) -> None:
        visit = self.visits[data["ticket"]]
        self._taken_up(visit, at)
        visit.state = "serving"

    def _ticket_returned(self, seq: int, at: int, data: Mapping[str, Any]) -> None:
        visit = self._keep(data, "return")
        self._leave(visit, "waiting", at, "returned")
        self._wait(visit, at)

    def _ticket_transferred(self, seq: int, at: int, data: Mapping[str, Any]) -> None:
        visit = self._keep(data, "transfer")
        self._leave(visit, "waiting", at, "transferred")
        visit.service = data["service"]
        self._wait(visit, at)

    def _ticket_cancelled(self, seq: int, at: int, data: Mapping[str, Any]) -> None:
        self._leave(self.visits[data["ticket"]], "cancelled", at, data.get("reason", "") or "cancelled")

    def _ticket_expired(self, seq: int, at: int, data: Mapping[str, Any]) -> None:
        visit = self.visits[data["ticket"]]
        self._expired[visit.number] = deepcopy(visit)
        self._leave(visit, "expired", at, data.get("reason", "day_closed") or "expired")

    def _day_reopened(self, seq: int, at: int, data: Mapping[str, Any]) -> None:
        expired, self._expired = self._expired, {}
        for number, before in expired.items():
            closed = self.visits[number].leg.ended
            self.visits[number] = before
            if before.state in ("called", "serving"):
                before.leg.ended, before.leg.end = closed, "returned"
                self._wait(before, at)

    def _ticket_persons_changed(self, seq: int, at: int, data: Mapping[str, Any]) -> None:
        self._keep(data, "persons").persons = data["persons"]

    def _ticket_priority_changed(self, seq: int, at: int, data: Mapping[str, Any]) -> None:
        self._keep(data, "priority").priority = data.get("priority", False)

    def _ticket_service_changed(self, seq: int, at: int, data: Mapping[str, Any]) -> None:
        visit = self._keep(data, "service")
        visit.service = visit.leg.service = data["service"]

    def _command_undone(self, seq: int, at: int, data: Mapping[str, Any]) -> None:
        visit, step = self.visits[data["ticket"]], data.get("undone", "")
        before = self._before[data["counter"], visit.number, step]
        match step:
            case "persons":
                visit.persons = before.persons
            case "priority":
                visit.priority = before.priority
            case "service":
                visit.service = visit.leg.service = before.service
            case _:
                if step == "call":
                    [call for call in self.calls if call.number == visit.number and not call.again][-1].undone = True
                again = deepcopy(before)
                if step != "complete":
                    again.persons = visit.persons
                if step in ("return", "transfer"):
                    again.priority = visit.priority
                self.visits[visit.number] = again

    def _keep(self, data: Mapping[str, Any], step: str) -> Visit:
        """Remember a visit as it is before a step that can be taken back; return it."""
        visit = self.visits[data["ticket"]]
        self._before[data.get("counter", ""), visit.number, step] = deepcopy(visit)
        return visit

    def _leave(self, visit: Visit, state: str, at: int, end: str) -> None:
        self._taken_up(visit, at)
        visit.state = state
        visit.leg.ended, visit.leg.end = at, end

    def _taken_up(self, visit: Visit, at: int) -> None:
        if visit.put_aside is not None:
            visit.leg.held += at - visit.put_aside
        visit.put_aside = None

    def _wait(self, visit: Visit, at: int) -> None:
        visit.state = "waiting"
        visit.legs.append(Leg(visit.service, at))

    # -- counters ----------------------------------------------------------------------------

    def _counter_opened(self, seq: int, at: int, data: Mapping[str, Any]) -> None:
        self._counter_closed(seq, at, data)
        self.sittings.append(Sitting(data["counter"], data["operator"], at))

    _counter_handed_over = _counter_opened

    def _counter_closed(self, seq: int, at: int, data: Mapping[str, Any]) -> None:
        self._counter_resumed(seq, at, data)
        for one in self._sitting(data):
            one.closed = at

    def _counter_paused(self, seq: int, at: int, data: Mapping[str, Any]) -> None:
        self._counter_resumed(seq, at, data)
        for one in self._sitting(data):
            one.pauses.append([data.get("reason", ""), at, None])

    def _counter_resumed(self, seq: int, at: int, data: Mapping[str, Any]) -> None:
        for one in self._sitting(data):
            for pause in one.pauses[-1:]:
                pause[2] = at if pause[2] is None else pause[2]

    def _sitting(self, data: Mapping[str, Any]) -> list[Sitting]:
        return [one for one in self.sittings if one.counter == data["counter"] and one.closed is None]


def read_day(path: Path, office: str, day: str) -> Lines:
    """Return a business day of an office from the journal table of an SQLite file, by the driver alone."""
    found = Lines()
    with closing(sqlite3.connect(path)) as connection:
        asked = "SELECT seq, at, kind, data, chain FROM journal WHERE office = ? AND business_day = ? ORDER BY seq"
        for seq, at, kind, data, chain in connection.execute(asked, (office, day)):
            found.take(seq, micros(datetime.fromisoformat(at)), kind, json.loads(data), chain)
    return found


def micros(at: datetime) -> int:
    """Return a moment in microseconds."""
    return (at - START) // timedelta(microseconds=1)


# -- figures -----------------------------------------------------------------------------------


def times(found: Iterable[int]) -> dict[str, int]:
    """Return how long something took: of how many, in all, and what 50, 90, 95 and 100 of 100 stayed within."""
    ordered = sorted(found)
    if not ordered:
        return dict.fromkeys(("n", "total", "p50", "p90", "p95", "longest"), 0)
    at = {f"p{percent}": ordered[math.ceil(percent * len(ordered) / 100) - 1] for percent in (50, 90, 95)}
    return {"n": len(ordered), "total": sum(ordered), **at, "longest": ordered[-1]}


def visit_figures(visits: Iterable[Visit], promised: Mapping[str, int], service: str = "") -> dict[str, Any]:
    """Return the figures of a day's visits, or of one service; `promised` are minutes by service."""
    counts: Counter[str] = Counter()
    legs: list[Leg] = []
    persons = holds = missing = kept = offered = 0
    for visit in visits:
        here = [leg for leg in visit.legs if not service or leg.service == service]
        if not here:
            continue
        legs += here
        last = here[-1]
        counts[_outcome(visit, last)] += 1
        persons += visit.persons if last.persons is None else last.persons
        offered += not _changed_mind(visit)
        begun = [leg for leg in here if leg.started is not None]
        since = here[0].since if service else visit.issued
        if begun and begun[0].started is not None:
            kept += begun[0].started - since <= promised[begun[0].service] * MINUTE
    for leg in legs:
        holds += leg.held
        missing += bool(leg.missing)
    return {
        "tickets": sum(counts.values()),
        "persons": persons,
        **{name: counts[name] for name in ("served", "no_show", "left", "unfinished", "sent_on")},
        "kept": kept,
        "offered": offered,
        "waits": times(leg.called - leg.since for leg in legs if leg.called is not None),
        "walks": times(leg.started - leg.last_call for leg in legs if leg.started is not None and leg.last_call),
        "services": times(
            leg.ended - leg.started - leg.held for leg in legs if leg.started is not None and leg.ended is not None
        ),
        "holds": holds,
        "missing": missing,
    }


def _outcome(visit: Visit, last: Leg) -> str:
    if last is not visit.leg:
        return "served" if last.persons is not None else "sent_on"
    if visit.state in OPEN:
        return "open"
    if visit.state == "completed":
        return "served"
    if last.started is not None:
        return "unfinished"
    return "no_show" if last.called is not None else "left"


def _changed_mind(visit: Visit) -> bool:
    given_back = visit.state == "cancelled" and visit.leg.end == "visitor_left" and visit.leg.ended is not None
    return given_back and (visit.leg.ended or 0) - visit.issued <= 2 * MINUTE


def counter_figures(day: Lines, until: int, of: Callable[[Any], str]) -> dict[str, dict[str, Any]]:
    """Return how the time of each counter, or of each operator, was spent; `of` gives which."""
    found: dict[str, dict[str, Any]] = defaultdict(
        lambda: {"open": 0, "paused": Counter(), "called": 0, "serving": 0, "legs": 0, "started": 0}
    )
    for sitting in day.sittings:
        row = found[of(sitting)]
        row["open"] += (until if sitting.closed is None else sitting.closed) - sitting.opened
        for reason, begun, ended in sitting.pauses:
            row["paused"][reason] += (until if ended is None else ended) - begun
    for visit in day.visits.values():
        for leg in visit.legs:
            if leg.called is None:
                continue
            row = found[of(leg)]
            ended = until if leg.ended is None else leg.ended
            row["legs"] += 1
            row["called"] += (ended if leg.started is None else leg.started) - leg.called
            if leg.started is not None:
                row["started"] += 1
                row["serving"] += ended - leg.started - leg.held
    return {name: {**row, "paused": dict(row["paused"])} for name, row in found.items() if name}


def half_hours(day: Lines, local_midnight: int, next_midnight: int) -> dict[int, tuple[int, int, int, int, int]]:
    """Return by the begin of each half hour: arrivals, called first, gone uncalled, ended, and waiting at its end."""
    counts: dict[str, Counter[int]] = defaultdict(Counter)
    last = (next_midnight - local_midnight - 1) // (30 * MINUTE)

    def count(what: str, at: int) -> None:
        counts[what][max(0, min(last, (at - local_midnight) // (30 * MINUTE)))] += 1

    for visit in day.visits.values():
        count("arrivals", visit.issued)
        called = [leg.called for leg in visit.legs if leg.called is not None]
        if called:
            count("called", min(called))
        if visit.state not in OPEN and visit.leg.ended is not None:
            count("ended", visit.leg.ended)
            if not called:
                count("gone", visit.leg.ended)
    places = [place for of_one in counts.values() for place in of_one]
    found = {}
    waiting = 0
    for place in range(min(places, default=0), max(places, default=-1) + 1):
        arrivals, called_here, gone, ended = (counts[what][place] for what in ("arrivals", "called", "gone", "ended"))
        waiting += arrivals - called_here - gone
        found[local_midnight + place * 30 * MINUTE] = (arrivals, called_here, gone, ended, waiting)
    return found


def told_figures(day: Lines) -> tuple[int, int, int]:
    """Return of how many visits the real first wait was inside what was told, of how many, and the mean width."""
    widths, inside = [], 0
    for visit in day.visits.values():
        first = visit.legs[0]
        if visit.told is not None and first.called is not None:
            low, high = visit.told
            widths.append((high - low) * MINUTE)
            inside += low * MINUTE <= first.called - first.since <= high * MINUTE
    return inside, len(widths), sum(widths) // len(widths) if widths else 0


def valid_calls(day: Lines) -> list[Call]:
    """Return the calls, without those again and those that were taken back."""
    return [call for call in day.calls if not call.again and not call.undone]
