"""A whole day of printing without wires or waiting: agent, hub and printer in one thread on one made-up clock."""

from __future__ import annotations

import base64
import contextlib
import io
import os
import random
from collections import Counter
from pathlib import Path
from typing import Any

from PIL import Image

from antrean.printing.agent.agent import Agent
from antrean.printing.agent.hub_client import HubAway
from antrean.printing.agent.timings import AgentTimings
from antrean.printing.slip.content import SlipContent, to_json
from antrean.printing.transport.address import parse_address
from antrean.printing.transport.allowed import Allowed
from antrean.printing.transport.link import LinkError
from tests.fakes.engine import COVER_OPEN, NEAR_END, OFFLINE, OK, PAPER_OUT, Engine

# A name of its own for every process: a printer has one owner on a machine.
ADDRESS = f"tcp://printer-{os.getpid()}:9100?profile="
LAYOUT = {"blocks": ["mark", "number", "logo", "footer"]}
GIVEN_UP_S = 120.0


class Killed(BaseException):
    """The agent's process died here."""


class Clock:
    """Seconds that pass only when somebody waits; also the event that the agent waits on."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now

    def wait(self, seconds: float) -> bool:
        self.now += seconds
        return False

    def is_set(self) -> bool:
        return False


class World:
    """The printer, the hub's slips, and the faults that befall them; everything drawn from one seed."""

    def __init__(self, seed: int, trouble: float, profile_id: str = "epson-tm-t82iii", pictures: bool = True) -> None:
        self.random = random.Random(seed)
        self.trouble = trouble
        self.clock = Clock()
        self.profile_id = profile_id
        self.engine = Engine(knows_process_id=profile_id.startswith("epson"))
        self.late = b""  # what the printer says when nobody is connected; the next one hears it
        self.layout = {**LAYOUT, "logo": _logo() if pictures else ""}
        self.off_until = self.sick_until = 0.0
        self.cut_power_after: int | None = None
        self.slips: dict[str, dict[str, Any]] = {}
        self.asked: dict[str, float] = {}
        self.outcomes: dict[str, dict[str, Any]] = {}
        self.faults: Counter[str] = Counter()

    def strikes(self, fault: str, odds: float) -> bool:
        """Whether a fault happens now; its odds are times the world's trouble."""
        happens = self.random.random() < odds * self.trouble
        self.faults[fault] += happens
        return happens

    def pass_time(self) -> None:
        """What the world does on its own: people change paper, close covers, switch printers on."""
        if self.engine.condition not in (OK, NEAR_END) and self.clock.now >= self.sick_until:
            self.late += self.engine.become(self.random.choice((OK, OK, NEAR_END)))
        for job, slip in list(self.slips.items()):
            if slip["state"] == "waiting" and self.clock.now - self.asked[job] > GIVEN_UP_S:
                self.settle(job, {"result": "failed", "evidence": "none", "reason": "slip_not_needed"})

    def befall(self) -> None:
        """A fault between slips, perhaps."""
        for condition in (PAPER_OUT, COVER_OPEN, OFFLINE):
            if self.engine.condition in (OK, NEAR_END) and self.strikes(condition, 0.004):
                self.engine.become(condition)
                self.sick_until = self.clock.now + self.random.choice((3, 20, 90, 200))
        if self.strikes("power off", 0.003):
            self.engine.clear()
            self.off_until = self.clock.now + self.random.choice((1, 30, 150))
        if self.strikes("paper out in a slip", 0.006):
            self.engine.paper_out_after = self.random.randrange(1, 400)
            self.sick_until = self.clock.now + self.random.choice((3, 20, 90, 200))
        if self.strikes("power cut in a slip", 0.006):
            self.cut_power_after = self.random.randrange(1, 450)

    def settle(self, job: str, result: dict[str, Any]) -> None:
        self.outcomes[job] = result
        del self.slips[job]


class WorldLink:
    """A link into the world's printer; losses are resets, silence is waiting on the made-up clock."""

    two_way = True

    def __init__(self, world: World) -> None:
        if world.clock.now < world.off_until:
            raise LinkError("printer_refused", nothing_sent=True)
        self._world, self._inbox = world, world.late
        world.late = b""

    def send(self, data: bytes) -> None:
        world = self._world
        if world.clock.now < world.off_until:
            raise LinkError("connection_lost", nothing_sent=True)
        for at in range(0, len(data), 64):
            _die_perhaps(world, "killed while sending", 0.001)
            chunk = data[at : at + 64]
            if world.cut_power_after is not None:
                world.cut_power_after -= len(chunk)
                if world.cut_power_after <= 0:
                    world.cut_power_after = None
                    world.engine.receive(chunk[: len(chunk) // 2])
                    world.engine.clear()
                    raise LinkError("connection_lost")
            said = world.engine.receive(chunk)
            if not world.strikes("answer lost", 0.002):
                self._inbox += said

    def receive(self, timeout_s: float) -> bytes:
        _die_perhaps(self._world, "killed while waiting", 0.001)
        world = self._world
        if not self._inbox and not world.late:
            world.clock.wait(timeout_s)
            world.pass_time()
        self._inbox += world.late
        world.late = b""
        said, self._inbox = self._inbox, b""
        return said

    def port_status(self) -> int | None:
        return None

    def finish(self, patience_s: float) -> bool:
        return True

    def abort(self) -> None:
        self._inbox = b""


class WorldHub:
    """The hub as the agent sees it; requests and answers get lost, and what was taken stays taken."""

    def __init__(self, world: World) -> None:
        self._world = world

    def who(self) -> dict[str, str]:
        return {}

    def view(self) -> dict[str, Any]:
        world = self._world
        world.pass_time()
        slips = [dict(slip) for slip in world.slips.values()]
        return {"seq": 1, "printer": {}, "layout": world.layout, "slips": slips}

    def wait(self, seconds: float) -> None:
        self._world.clock.wait(seconds)

    def post(self, path: str, body: dict[str, Any]) -> tuple[int, str]:
        world = self._world
        _die_perhaps(world, "killed before telling", 0.002)
        if world.strikes("request lost", 0.01):
            raise HubAway("request lost")
        answer = (204, "") if path == "printer" else self._take(body)
        _die_perhaps(world, "killed after telling", 0.002)
        if world.strikes("answer of the hub lost", 0.01):
            raise HubAway("answer lost")
        return answer

    def _take(self, body: dict[str, Any]) -> tuple[int, str]:
        job, result = body["job"], body["result"]
        settled = self._world.outcomes.get(job)
        if settled is not None:
            same = settled["result"] == result and settled.get("claim") == body["claim"]
            return (204, "") if same else (409, "slip_settled")
        slip = self._world.slips[job]
        mine = slip["claim"] in ("", body["claim"])
        if result == "sending":
            if not mine:
                return 409, "slip_already_taken"
            if slip["state"] == "waiting" and self._world.clock.now - self._world.asked[job] > GIVEN_UP_S:
                return 409, "slip_not_needed"
            slip.update(state="sending", claim=body["claim"])
        elif result == "waiting":
            slip.update(state="waiting", claim="")
        elif not mine and result != "uncertain":
            return 409, "slip_already_taken"
        else:
            self._world.settle(job, body)
        return 204, ""


def _die_perhaps(world: World, when: str, odds: float) -> None:
    if world.strikes(when, odds):
        raise Killed(when)


def _logo() -> str:
    png = io.BytesIO()
    Image.new("1", (64, 32)).save(png, "PNG")
    return base64.b64encode(png.getvalue()).decode()


def live_through(world: World, folder: Path, slips: int) -> None:
    """Issue so many slips, one every few seconds, and let the agent (reborn when killed) print them."""
    agent: Agent | None = None
    issued = 0
    address = parse_address(ADDRESS + world.profile_id)
    while issued < slips or world.slips:
        if issued < slips and len(world.slips) < 3:
            issued += 1
            job = f"2026-11-24/A-{issued:05d}/1"
            content = to_json(SlipContent(number=f"A-{issued:05d}", footer=("Simpan nomor ini.",)))
            world.slips[job] = {"job": job, "state": "waiting", "claim": "", "content": content}
            world.asked[job] = world.clock.now
            world.befall()
        if agent is None:
            agent = Agent(WorldHub(world), [address], None, folder, world.clock, world.clock, AgentTimings(), Allowed())  # type: ignore[arg-type]
            lifetime = agent.running()
            lifetime.__enter__()
        try:
            world.clock.wait(agent.turn() or 0.0)
        except Killed as death:
            with contextlib.suppress(Killed):  # what the kernel does for a dead process: the locks go
                lifetime.__exit__(Killed, death, None)
            agent = None
    if agent is not None:
        lifetime.__exit__(None, None, None)
