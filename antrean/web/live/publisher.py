"""Publisher: takes events off the writer's path, renders each distinct view once, and sends it to its rooms.

A command gets its response before anything is rendered, and other work runs between two renderings. A view that can't
be rendered affects only its own rooms: the fault is counted, logged once, and rendering is tried again.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from threading import Event as Signal
from typing import Any

from flask import Flask

from antrean.access.identity import Identity
from antrean.hub.fault_log import FaultLog
from antrean.queueing.events import (
    CallAnnounced,
    ClockSet,
    Event,
    PlanChanged,
    PrinterReported,
    SecurityNoted,
    SlipClaimed,
    SlipFailed,
    SlipPrinted,
    SlipReleased,
    TicketCalled,
    TicketIssued,
    TicketRecalled,
)
from antrean.queueing.journal.entry import JournalEntry
from antrean.web.live.view import View
from antrean.web.live.view_on_request import AskedView

log = logging.getLogger(__name__)
AGAIN_SECONDS = 5.0  # until a failed rendering is tried again, when no event comes meanwhile
# Seconds between two rounds of rendering, so that events between them are rendered once. Urgent events wait only after
# urgent ones.
LEAST_PAUSE = 0.03
OF_PRINTERS: tuple[type[Event], ...] = (SlipClaimed, SlipReleased, SlipPrinted, SlipFailed, PrinterReported)
# These may be deferred, so that a rush at the kiosks is rendered once and not for each ticket.
DEFERRABLE = (TicketIssued, CallAnnounced, *OF_PRINTERS)


class Screen:
    """A kind of screen: folder, blueprint, URL prefix and namespace share its name.

    It is rendered at most once in `least_seconds` unless an event is urgent, and not at all for events in `unseen`.
    """

    name: str
    least_seconds: float
    unseen: tuple[type[Event], ...] = ()

    def rooms(self, identity: Identity | None, auth: dict[str, Any]) -> list[str]:
        """Return the rooms that a socket joins, the one to render first; refuses with a QueueError."""
        raise NotImplementedError

    def render(self, room: str) -> View:
        """Return the whole view of a room, without seq and time."""
        raise NotImplementedError

    def alike(self, room: str) -> Hashable:
        """Return what the view depends on besides the office: rooms with equal values are rendered once."""
        return room


@dataclass(slots=True)
class RoomState:
    """The state of one room: its number of listeners, and the views that were sent and rendered last."""

    members: int = 0
    view: View = field(default_factory=dict)  # sent last to everyone in the room
    seq: int = -1  # of that view
    newest: View = field(default_factory=dict)  # sent to a new listener; the room may not have it yet
    rendered_at_seq: int = -1  # the seq at which `newest` was rendered
    written: View | None = None  # the view whose JSON is `text`
    text: str = ""


class Publisher:
    """Sends `view` to the rooms of one office whose view has changed, and `tick` to all of them every ten seconds.

    `enter` is called before each round of rendering, and makes it be about that office.
    `faults` counts by screen the views that could not be rendered or sent.
    """

    def __init__(
        self,
        app: Flask,
        emit: Callable[[str, View, str, Sequence[str]], None],
        newest: Callable[[], int],
        stamp: Callable[[], Mapping[str, Any]],
        monotonic: Callable[[], float],
        sleep: Callable[[float], None],
        enter: Callable[[], None] = lambda: None,
    ) -> None:
        self._app = app
        self._enter = enter
        self._emit = emit
        self._newest = newest
        self._stamp = stamp
        self._monotonic = monotonic
        self._sleep = sleep
        self._screens: dict[str, Screen] = {}
        self._rooms: dict[str, dict[str, RoomState]] = {}
        self._asked: dict[tuple[str, str], AskedView] = {}
        self._sent_at: dict[str, float] = {}
        self._stale: set[str] = set()
        self._urgent = False
        self._business_day: date | None = None  # of the newest line that was heard
        self._called: list[str] = []
        self._round_ended = self._urgent_round_ended = -1e9
        self._something = Signal()
        self._stopped = False
        self.faults = FaultLog(log)

    def add(self, screen: Screen) -> None:
        """Add a screen; its namespace is its name."""
        self._screens[screen.name] = screen
        self._rooms[screen.name] = {}

    def screen(self, name: str) -> Screen:
        """Return the screen of this name."""
        return self._screens[name]

    # -- sockets come and go ---------------------------------------------------------------------

    def join(self, screen: str, room: str) -> View:
        """Count one more listener in a room and return the view to send to it."""
        found = self._rooms[screen].setdefault(room, RoomState())
        found.members += 1
        if found.rendered_at_seq >= 0 and self._screens[screen].least_seconds >= 1:
            # A returning crowd gets the view that was rendered last: later changes are sent to all within a second.
            return {"seq": found.rendered_at_seq, **self._stamp(), **found.newest}
        return self.current(screen, room)

    def join_text(self, screen: str, room: str) -> str | None:
        """Join a room, and return the view as JSON; each view is serialised once, however many join.

        None when it can't be rendered now; it is sent when it can.
        """
        try:
            view = self.join(screen, room)
        except Exception as error:
            self.faults.note(screen, error)
            self._stale.add(screen)
            self._something.set()
            return None
        found = self._rooms[screen][room]
        if found.written is not found.newest:
            found.text = json.dumps(found.newest, separators=(",", ":"))
            found.written = found.newest
        head = json.dumps({key: view[key] for key in view if key not in found.newest}, separators=(",", ":"))
        return f"{head[:-1]},{found.text[1:]}" if found.newest else head

    def leave(self, screen: str, room: str) -> None:
        """Count one listener less; an empty room is not rendered any more."""
        found = self._rooms[screen].get(room)
        if found is not None:
            found.members -= 1
            if found.members <= 0:
                del self._rooms[screen][room]

    def listeners(self, screen: str) -> int:
        """Return how many sockets listen to a screen's rooms."""
        return sum(room.members for room in self._rooms[screen].values())

    def present(self, screen: str, room: str) -> bool:
        """Whether any socket listens in a room."""
        return room in self._rooms[screen]

    def current(self, screen: str, room: str) -> dict[str, Any]:
        """Return the whole view of a room as of now."""
        seq = self._newest()
        found = self._rooms[screen].get(room)
        if found is None:
            view = self._screens[screen].render(room)
        else:
            if found.rendered_at_seq != seq:
                found.newest, found.rendered_at_seq = self._screens[screen].render(room), seq
            view = found.newest
        return {"seq": seq, **self._stamp(), **view}

    def asked(self, screen: str, room: str) -> dict[str, Any]:
        """Return the whole view of a room for HTTP requests, rendered once for all of them."""
        if (screen, room) not in self._asked:
            render = partial(self.current, screen, room)
            self._asked[screen, room] = AskedView(render, self._newest, self._stamp, self._monotonic, self._sleep)
        return self._asked[screen, room].get()

    # -- events of the office ---------------------------------------------------------------------

    def heard(self, entries: Sequence[JournalEntry]) -> None:
        """Note new journal lines; rendering happens in `run`, so the writer does not wait for it.

        Sign-ins change no screen, unless a business day begins with one.
        """
        if self._quiet(entries):
            return
        seen = [name for name in self._watched() if self._sees(name, entries)]
        if not seen:
            return
        self._stale.update(seen)
        for entry in entries:
            if not isinstance(entry.event, DEFERRABLE):
                self._urgent = True
            if isinstance(entry.event, (TicketCalled, TicketRecalled)):
                self._called.append(entry.event.ticket)
        if not entries or any(isinstance(entry.event, (ClockSet, PlanChanged)) for entry in entries):
            self._urgent = True
        self._something.set()

    def _quiet(self, entries: Sequence[JournalEntry]) -> bool:
        before = self._business_day
        if entries:
            self._business_day = entries[-1].business_day
        of_today = all(isinstance(entry.event, SecurityNoted) and entry.business_day == before for entry in entries)
        return bool(entries) and of_today

    def redraw(self, *screens: str) -> None:
        """Have these screens, or every one, rendered again when they are due; unchanged views are not sent."""
        self._stale.update(name for name in self._watched() if not screens or name in screens)
        self._something.set()

    def _sees(self, name: str, entries: Sequence[JournalEntry]) -> bool:
        unseen = self._screens[name].unseen
        return not entries or any(not isinstance(entry.event, unseen) for entry in entries)

    def _watched(self) -> list[str]:
        """Return the screens with listeners; later listeners get the newest view when they join."""
        return [name for name, rooms in self._rooms.items() if rooms]

    def run(self) -> None:
        """Render and send until stopped; the hub runs this once, as a background task."""
        environ = self._app.test_request_context(
            "/"
        ).request.environ  # made once: making it takes longer than rendering a small view
        while not self._stopped:
            self._something.wait()
            self._something.clear()
            while self._stale and not self._stopped:
                self._wait_until_due()
                self._sleep(0)
                urgent, self._urgent = self._urgent, False
                try:
                    with self._app.request_context(dict(environ)):
                        self._enter()
                        self._send_due(urgent)
                except Exception as error:
                    self.faults.note("publisher", error)
                    self._sleep(0.5)
                self._round_ended = self._monotonic()
                if urgent:
                    self._urgent_round_ended = self._round_ended

    def stop(self) -> None:
        """End `run`."""
        self._stopped = True
        self._something.set()

    def tick(self) -> None:
        """Send the newest seq of every room, through the same path as views."""
        for name, rooms in self._rooms.items():
            for key, room in list(rooms.items()):
                try:
                    seq = room.seq if room.seq >= 0 else self._newest()
                    self._emit("tick", {"seq": seq, **self._stamp()}, "/" + name, [key])
                except Exception as error:
                    self.faults.note(name, error)

    def _send_due(self, urgent: bool) -> None:
        called, self._called = self._called, []
        now = self._monotonic()
        # The screens of the office come before the crowd's.
        for name in sorted(self._stale, key=lambda name: self._screens[name].least_seconds):
            screen = self._screens[name]
            due = now - self._sent_at.get(name, -1e9) >= screen.least_seconds
            if due or (urgent and screen.least_seconds < 1):
                self._stale.discard(name)
                self._sent_at[name] = now
                self._send(screen)
            elif called and screen.least_seconds >= 1:
                self._send_at_once(screen, called)

    def _send(self, screen: Screen) -> None:
        groups, whole = self._alike(screen)
        for rooms in groups:
            try:
                self._send_alike(screen, rooms)
            except Exception as error:
                self.faults.note(screen.name, error)
                whole = False
            self._sleep(0)
        if whole:
            self.faults.passed(screen.name)
        else:
            self._stale.add(screen.name)
            self._sent_at[screen.name] = self._monotonic() + AGAIN_SECONDS - screen.least_seconds

    def _send_alike(self, screen: Screen, rooms: dict[str, RoomState]) -> None:
        seq = self._newest()
        view = screen.render(next(iter(rooms)))
        told: list[str] = []
        news: dict[int, bool] = {}  # rooms with the same last object need one comparison
        for key, room in rooms.items():
            room.newest, room.rendered_at_seq = view, seq
            before = id(room.view)
            if before not in news:
                news[before] = view != room.view
            if news[before]:
                told.append(key)
        for key in told:
            rooms[key].view, rooms[key].seq = view, seq
        if not told:
            return
        try:
            self._emit("view", {"seq": seq, **self._stamp(), **view}, "/" + screen.name, told)
        except BaseException:
            for key in told:  # it is unknown who has received it: it is sent to all again
                rooms[key].view, rooms[key].seq = {}, -1
            raise

    def _alike(self, screen: Screen) -> tuple[list[dict[str, RoomState]], bool]:
        """Return a screen's rooms grouped by equal views, and whether every room could be grouped."""
        found: dict[Hashable, dict[str, RoomState]] = {}
        whole = True
        for key, room in list(self._rooms[screen.name].items()):
            try:
                alike = screen.alike(key)
            except Exception as error:
                self.faults.note(screen.name, error)
                whole = False
                continue
            found.setdefault(alike, {})[key] = room
        return list(found.values()), whole

    def _send_at_once(self, screen: Screen, tickets: Sequence[str]) -> None:
        """Send the view to the followers of called tickets before the others."""
        rooms = self._rooms[screen.name]
        for key in rooms:
            try:
                view = self.current(screen.name, key)
                self._emit("view", view, "/" + screen.name, ["ticket:" + ticket for ticket in tickets])
            except Exception as error:
                self.faults.note(screen.name, error)
            break

    def _wait_until_due(self) -> None:
        while not self._stopped:
            if self._urgent:
                due = self._urgent_round_ended + LEAST_PAUSE
            else:
                stale = list(self._stale)
                due = min(self._sent_at.get(name, -1e9) + self._screens[name].least_seconds for name in stale)
                due = max(due, self._round_ended + LEAST_PAUSE)
            left = due - self._monotonic()
            if left <= 0:
                return
            self._something.wait(left)
            self._something.clear()
