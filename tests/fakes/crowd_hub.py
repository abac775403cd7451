"""The real hub as a process under gunicorn and eventlet, with a side door through which a test emits to its rooms.

`build()` is what gunicorn loads; `CrowdHub` starts it. The side door stands before the application: GET /_test/emit and
what else `SideDoor` has a method for.
"""

from __future__ import annotations

import gc
import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode

from antrean.access.devices import pair_device
from antrean.config import Config
from antrean.hub.start.secret_files import secret_key
from antrean.queueing.commands import IssueTicket
from antrean.queueing.office import Office
from antrean.queueing.plan.model import OfficePlan
from antrean.queueing.tickets.links import TicketLinks
from antrean.queueing.tickets.ticket import Ticket
from app import open_office
from tests.fakes.hub_process import free_port
from tests.fakes.newest_schema import lay_schema

ROOT = Path(__file__).parents[2]
START_SECONDS = 60


def build() -> Any:
    """Return the hub's application behind the side door."""
    from antrean.server import wsgi

    if os.environ.get("CROWD_CHANGED"):
        from socketio.packet import Packet

        encode = Packet.encode
        Packet.encode = lambda packet: [encode(packet)]  # as for a message with bytes, which the library sends as well
    app: Any = wsgi.build()
    app.wsgi_app = SideDoor(app)
    return app


class SideDoor:
    """Answers /_test/… and passes everything else on."""

    def __init__(self, app: Any) -> None:
        self._hub = app.extensions["antrean"]
        self._app = app.wsgi_app
        self._noted: list[str] = []

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        if not environ["PATH_INFO"].startswith("/_test/"):
            answer = self._app(environ, start_response)
            self._noted.append(f"answered {environ['PATH_INFO']}")
            return answer
        asked = {key: values[0] for key, values in parse_qs(environ["QUERY_STRING"]).items()}
        answer = getattr(self, environ["PATH_INFO"].removeprefix("/_test/"))(asked)
        body = json.dumps(answer).encode()
        start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
        return [body]

    def emit(self, asked: dict[str, str]) -> int:
        """Emit numbered messages to rooms of followers and return how many.

        The loop turns after each, unless `close_together`. `pause` (seconds) stops the whole hub after each, so that a
        client can read while the hub does nothing. With `stock_first` the first goes the library's own way.
        """
        from eventlet import patcher, sleep

        stop = patcher.original("time").sleep
        event = asked.get("event", "view")
        rooms = [self._room(name) for name in asked.get("rooms", "followers").split(",")]
        first, count = int(asked.get("first", 1)), int(asked["count"])
        for number in range(first, first + count):
            data = {"number": number, "filling": "x" * int(asked.get("size", 0))}
            if number == first and "stock_first" in asked:
                self._hub.fan_out._socketio.emit(event, data, namespace="/mobile_ticket", to=rooms)
            else:
                self._hub.fan_out.emit(event, data, "/mobile_ticket", rooms)
            stop(float(asked.get("pause", 0)))
            if "close_together" not in asked:
                sleep(0)
        return count

    def send_away(self, asked: dict[str, str]) -> None:
        """End every follower's connection, in the midst of a message that is written to them turn after turn."""
        from eventlet import sleep

        fan_out = self._hub.fan_out
        rooms = [self._room("followers")]
        crowd = fan_out._crowd("/mobile_ticket", rooms)
        for socket in list(fan_out._socketio.server.eio.sockets.values()):
            socket.close(wait=False)
        for number in range(5):
            fan_out._write(fan_out._encoded("view", {"number": number}, "/mobile_ticket", rooms), crowd)
            sleep(0)

    def _room(self, name: str) -> str:
        return str(self._hub.rooms.key(name))

    def counts(self, asked: dict[str, str]) -> dict[str, int]:
        return {**self._hub.fan_out.counts, "straight_way": int(self._hub.fan_out.straight)}

    def queues(self, asked: dict[str, str]) -> list[int]:
        """Return how many packets wait in each client's queue."""
        server = self._hub.fan_out._socketio.server
        return [socket.queue.qsize() for socket in server.eio.sockets.values()]

    def listeners(self, asked: dict[str, str]) -> int:
        return int(self._hub.publisher.listeners("mobile_ticket"))

    def join_seconds(self, asked: dict[str, str]) -> None:
        self._hub.connection_limit.join_seconds = float(asked["seconds"])

    def turn_takes(self, asked: dict[str, str]) -> None:
        """Let strangers wait so many seconds longer for their turn."""
        turns = self._hub.connection_limit.turns
        waits = type(turns).wait
        sleep, seconds = self._hub.fan_out._socketio.sleep, float(asked["seconds"])
        turns.wait = lambda address: (sleep(seconds), waits(turns, address))

    def lose_turn(self, asked: dict[str, str]) -> None:
        """Let whoever waits for a turn next wait in vain."""
        turns = self._hub.connection_limit.turns

        def wait(address: str) -> None:
            del turns.wait
            raise TimeoutError

        turns.wait = wait

    def ping_seconds(self, asked: dict[str, str]) -> None:
        """Ping those who join from now on so often, and wait so long for the answer."""
        engine = self._hub.fan_out._socketio.server.eio
        engine.ping_interval = float(asked["seconds"])
        engine.ping_timeout = float(asked.get("patience", engine.ping_timeout))

    def limits(self, asked: dict[str, str]) -> None:
        """Give clients so many seconds for their first word, a header, a body."""
        worker: Any = (
            sys.modules.get("antrean.server.eventlet_worker") or sys.modules["antrean.server.threading_worker"]
        )
        worker.FIRST_SECONDS = float(asked["first"])
        worker.HEADER_SECONDS = float(asked["header"])
        worker.BODY_SECONDS = float(asked["body"])

    def connections(self, asked: dict[str, str]) -> int:
        """Let so many connections be open; return how many it were."""
        found = self._hub.connection_limit.connections
        before, found.most = found.most, int(asked["most"])
        return int(before)

    def collect(self, asked: dict[str, str]) -> int:
        """Return how many objects only the collector could free."""
        return gc.collect()

    def blocks(self, asked: dict[str, str]) -> int:
        """Return how many pieces of memory Python holds."""
        gc.collect()
        return sys.getallocatedblocks()

    def green_threads(self, asked: dict[str, str]) -> int:
        """Return how many green threads there are."""
        import greenlet

        gc.unfreeze()
        return sum(isinstance(one, greenlet.greenlet) and not one.dead for one in gc.get_objects())

    def most(self, asked: dict[str, str]) -> int:
        return int(self._hub.connection_limit.most)

    def sessions(self, asked: dict[str, str]) -> int:
        return len(self._hub.connection_limit)

    def refusals(self, asked: dict[str, str]) -> dict[str, int]:
        """Return how often strangers were refused, and why."""
        return dict(self._hub.connection_limit.counts)

    def patience(self, asked: dict[str, str]) -> None:
        self._hub.fan_out._patience = float(asked["seconds"])

    def cap(self, asked: dict[str, str]) -> None:
        """Let so many phones follow, and so many strangers' sockets be open."""
        self._hub.config = replace(self._hub.config, max_followers=int(asked["followers"]))
        if "places" in asked:
            self._hub.connection_limit.most = int(asked["places"])

    def pair(self, asked: dict[str, str]) -> str:
        """Pair a device and return its token."""
        settings, clock = self._hub.settings, self._hub.office.clock
        paired = partial(pair_device, settings, asked["kind"], "Lobby", clock, numbered=True)
        _, token = self._hub.mode.run_blocking(paired)
        self._hub.mode.run_blocking(self._hub.identities.load)
        return str(token)

    def issue(self, asked: dict[str, str]) -> str:
        """Give a number and return its link."""
        return str(self._hub.links.of(_issue(self._hub.office)))

    def watch(self, asked: dict[str, str]) -> None:
        """Note from now on what is answered and what is drawn."""
        for screen in self._hub.publisher._screens.values():

            def noted(room: str, render: Any = screen.render, name: str = screen.name) -> Any:
                self._noted.append(f"drawn {name}")
                return render(room)

            screen.render = noted
        self._noted.clear()

    def watch_leaving(self, asked: dict[str, str]) -> None:
        """Note from now on which strangers have a turn, which phones have left, and how many ended before each."""
        turns, publisher = self._hub.connection_limit.turns, self._hub.publisher
        wait, leave = turns.wait, publisher.leave

        def turn(address: str) -> None:
            wait(address)
            self._noted.append("turn")

        def left(screen: str, room: str) -> None:
            leave(screen, room)
            self._noted += f"ended {self._hub.connection_limit.ended}", "left"

        turns.wait, publisher.leave = turn, left
        self._noted.clear()

    def noted(self, asked: dict[str, str]) -> list[str]:
        return list(self._noted)

    def memory(self, asked: dict[str, str]) -> int:
        """Return the resident size in KiB."""
        with open("/proc/self/status", encoding="ascii") as file:
            return next(int(line.split()[1]) for line in file if line.startswith("VmRSS"))


def _issue(office: Office) -> Ticket:
    answer = office.execute(IssueTicket(service="card", language="id"))
    assert answer.ticket is not None
    return answer.ticket


class CrowdHub:
    """One office served by a real process. `token` is the link of its first ticket, A-001."""

    def __init__(self, folder: Path, plan: OfficePlan, **environ: str) -> None:
        config = Config(data=folder, office=plan.office)
        lay_schema(folder)
        office, settings = open_office(config)
        settings.create_office(plan)
        self.token = TicketLinks(secret_key(config), plan.office).of(_issue(office))
        self.address = ("127.0.0.1", free_port())
        self._log = (folder / "hub.log").open("w")
        command = [
            sys.executable,
            "-m",
            "gunicorn",
            "--config",
            "antrean/server/gunicorn.conf.py",
            "tests.fakes.crowd_hub:build()",
        ]
        self.process = subprocess.Popen(
            command,
            cwd=ROOT,
            stdout=self._log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            env={
                **os.environ,
                "ANTREAN_DATA": str(folder),
                "ANTREAN_OFFICE": plan.office,
                "ANTREAN_HOST": "127.0.0.1",
                "PORT": str(self.address[1]),
                "ANTREAN_PUBLIC_URL": "http://hub.test",
                "DATABASE_URL": "",
                **environ,
            },
        )
        self._wait()

    def ask(self, path: str, **query: object) -> Any:
        """GET a path of the hub."""
        url = f"http://{self.address[0]}:{self.address[1]}{path}?{urlencode(query)}"
        with urllib.request.urlopen(url, timeout=60) as answer:
            return json.loads(answer.read())

    def log(self) -> str:
        """Return what the hub has written to its log."""
        return Path(self._log.name).read_text()

    def stop(self) -> None:
        """End the hub and its worker."""
        self.process.terminate()
        try:
            self.process.wait(60)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
        self._log.close()

    def _wait(self) -> None:
        for _ in range(START_SECONDS * 10):
            try:
                self.ask("/healthz")
                return
            except OSError:
                assert self.process.poll() is None, self.log()
                time.sleep(0.1)
        raise AssertionError("the hub did not start: " + self.log())
