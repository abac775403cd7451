"""What a day came to, added up from the journal's table alone.

Nothing of the product is imported: the table is read by the database's own driver, and what a line means is written
down here once more, for offices in which each counter serves one service and nobody has priority. There whoever was
given a number earlier is called earlier by its counter, and those of an earlier day's vouchers go first, in the
vouchers' order.
"""

from __future__ import annotations

import json
import sqlite3
from collections import Counter, deque
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

HERE = ("waiting", "called", "serving", "held")
STATES = {
    "ticket.issued": "waiting",
    "ticket.called": "called",
    "ticket.recalled": "called",
    "ticket.started": "serving",
    "ticket.completed": "completed",
    "ticket.no_show": "no_show",
    "ticket.readmitted": "waiting",
    "ticket.cancelled": "cancelled",
    "ticket.expired": "expired",
}
ENDS = ("ticket.completed", "ticket.no_show", "ticket.cancelled", "ticket.expired")
LOOKED_AHEAD = 64  # calls
# Lines that move no number of this day, and of which nothing is added up.
ASIDE = (
    "call.", "clock.", "day.", "outage.told", "plan.", "printer.", "security.", "slip.", "ticket.coming",
)  # fmt: skip


@dataclass
class Number:
    """A number: `order` is what it is called by among those of its service."""

    number: str
    service: str
    persons: int
    issued: int
    order: tuple[int, int]
    state: str = "waiting"


@dataclass
class Outage:
    """An outage: from when until when, how many waited meanwhile, how many of these gave their number back."""

    need: str
    services: list[str]
    began: datetime
    ended: datetime | None = None
    waited: int = 0
    left: int = 0

    @property
    def minutes(self) -> int:
        assert self.ended is not None
        return round((self.ended - self.began).total_seconds() / 60)


@dataclass
class Voucher:
    """A number of `day` that was not served, and what it became: "" as long as nobody came back with it."""

    line: int
    number: str
    service: str
    persons: int
    day: str
    since: str
    until: str
    became: str = ""


@dataclass
class Day:
    """The numbers of a business day in the order of their issue, its outages, and the counters where somebody sits.

    `serves` is the service of each counter of the office. `counters` holds of each open one its number, "" for none,
    and the line since which that is so. `stopped` are the services that give no more numbers, each with the last one.
    """

    serves: Mapping[str, str]
    numbers: dict[str, Number] = field(default_factory=dict)
    counters: dict[str, tuple[str, int]] = field(default_factory=dict)
    outages: list[Outage] = field(default_factory=list)
    used: Counter[str] = field(default_factory=Counter)
    closed: dict[str, int] = field(default_factory=dict)
    stopped: dict[str, str] = field(default_factory=dict)

    def waiting(self, *services: str) -> list[Number]:
        """Return who waits for these services, in the order of calling."""
        found = [one for one in self.numbers.values() if one.state == "waiting" and one.service in services]
        return sorted(found, key=lambda one: one.order)

    def ahead(self) -> dict[str, int]:
        """Return how many are called before each number that waits, nobody new arriving.

        The counters take turns, the one that has been free longest first. After so many calls as are looked ahead to,
        the rest counts by its order. Where nobody calls a service, only its own numbers count.
        """
        held_up = {service for one in self.outages if one.ended is None for service in one.services}
        free = sorted(self.counters, key=lambda code: (bool(self.counters[code][0]), self.counters[code][1]))
        queues = {self.serves[code]: self.waiting(self.serves[code]) for code in free or self.serves}
        queues = {service: line for service, line in queues.items() if service not in held_up}
        turns = deque(service for service in queues)
        called: list[Number] = []
        while turns and len(called) < LOOKED_AHEAD:
            service = turns.popleft()
            if queues[service]:
                called.append(queues[service].pop(0))
                turns.append(service)
        called += sorted((one for line in queues.values() for one in line), key=lambda one: one.order)
        found = {one.number: place for place, one in enumerate(called)}
        for service in set(self.serves.values()) - set(queues):
            found |= {one.number: place for place, one in enumerate(self.waiting(service))}
        return found

    def count(self, state: str, service: str = "") -> int:
        return sum(one.state == state and service in ("", one.service) for one in self.numbers.values())

    def here(self, service: str) -> int:
        """Return how many persons of a service are here and not yet served to the end."""
        return sum(one.persons for one in self.numbers.values() if one.state in HERE and one.service == service)


class Sums:
    """All days of an office, its stock and its vouchers."""

    def __init__(self, database: Path, office: str, serves: Mapping[str, str]) -> None:
        self._serves = serves
        self.days: dict[str, Day] = {}
        self.stock: Counter[str] = Counter()
        self.vouchers: dict[int, Voucher] = {}
        self.slips: Counter[tuple[str, str]] = Counter()
        query = "SELECT seq, at, business_day, kind, data FROM journal WHERE office = ? ORDER BY seq"
        with closing(sqlite3.connect(database)) as connection:
            rows = connection.execute(query, (office,)).fetchall()
        for place, (seq, at, day, kind, data) in enumerate(rows, 1):
            assert seq == place, f"line {place} has seq {seq}"
            self._add(int(seq), datetime.fromisoformat(at), str(day), str(kind), json.loads(data))

    def promised(self, service: str, today: str) -> tuple[int, int]:
        """Return for how many persons of a service what it uses is promised, and for how many of these to vouchers."""
        held = [one for one in self.vouchers.values() if not one.became and one.until >= today]
        kept = sum(one.persons for one in held if one.service == service)
        here = self.days[today].here(service) if today in self.days else 0
        return here + kept, kept

    def _add(self, seq: int, at: datetime, day: str, kind: str, data: dict[str, Any]) -> None:
        today = self.days.setdefault(day, Day(self._serves))
        if kind in STATES:
            self._moved(today, seq, kind, data)
        elif kind in ("counter.opened", "counter.closed"):
            today.counters.pop(data["counter"], None)
            if kind == "counter.opened":
                today.counters[data["counter"]] = "", seq
        elif kind.startswith("stock."):
            self._counted(today, kind, data)
        elif kind == "voucher.given":
            one = Voucher(
                seq, data["ticket"], data["service"], data.get("persons", 1), day, data["valid_from"],
                data["valid_until"],
            )  # fmt: skip
            self.vouchers[seq] = one
            assert today.numbers[one.number].issued == data["issued"], f"seq {seq} is of another number"
        elif kind == "voucher.redeemed":
            assert not self.vouchers[data["voucher"]].became, f"seq {seq} redeems a voucher once more"
            self.vouchers[data["voucher"]].became = data["number"]
        elif kind == "outage.begun":
            services = data["services"].split()
            today.outages.append(Outage(data["need"], services, at, waited=len(today.waiting(*services))))
        elif kind == "outage.ended":
            lasting = [one for one in today.outages if one.need == data["need"] and one.ended is None]
            assert len(lasting) == 1, f"seq {seq} ends {len(lasting)} outages"
            lasting[0].ended = at
        elif kind == "numbers.stopped":
            today.stopped[data["service"]] = data["after"]
        elif kind == "numbers.resumed":
            del today.stopped[data["service"]]
        elif kind == "day.closed":
            today.closed = {"expired": data.get("expired", 0), "vouchers": data.get("vouchers", 0)}
        elif kind == "slip.printed":
            self.slips[day, data["ticket"]] += 1
        else:
            assert kind.startswith(ASIDE), f"seq {seq}: {kind} is not added up here"

    def _moved(self, today: Day, seq: int, kind: str, data: dict[str, Any]) -> None:
        number = data["ticket"]
        if kind == "ticket.issued":
            assert number not in today.numbers, f"seq {seq} gives {number} once more"
            first = data.get("carried_over", 0)
            order = (0, first) if first else (1, seq)
            today.numbers[number] = Number(number, data["service"], data.get("persons", 1), seq, order)
        if kind == "ticket.called" and data.get("finished"):
            assert today.numbers[data["finished"]].state == "completed", f"seq {seq} finished nobody"
        one = today.numbers[number]
        one.state = STATES[kind]
        if kind == "ticket.called":
            today.counters[data["counter"]] = number, seq
        elif kind in ENDS:
            for code in [code for code, (at, _since) in today.counters.items() if at == number]:
                today.counters[code] = "", seq
        for outage in today.outages:
            if outage.ended is None and one.service in outage.services:
                outage.waited += kind == "ticket.issued"
                outage.left += kind == "ticket.cancelled"

    def _counted(self, today: Day, kind: str, data: dict[str, Any]) -> None:
        if kind == "stock.received":
            self.stock[data["item"]] += data["count"]
        elif kind == "stock.spoiled":
            self.stock[data["item"]] -= data["count"]
        elif kind == "stock.counted":
            self.stock[data["item"]] = data["counted"]
        elif kind == "stock.used":
            self.stock.subtract(data["items"])
            today.used.update(data["items"])
        else:
            raise AssertionError(f"{kind} is not added up here")
