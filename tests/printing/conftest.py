"""Fixtures of the printing tests: quick profiles, a fake printer, a fake hub, a running agent."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

import antrean.printing.transport.address
from antrean.printing.agent.run import run_agent
from antrean.printing.agent.timings import AgentTimings
from antrean.printing.slip.fonts import font
from printer_profiles import Profile, load_profile
from tests.conftest import CI
from tests.fakes.allowed import allowed_below
from tests.fakes.hub import TOKEN, FakeHub
from tests.fakes.printer import FakePrinter

QUICK = AgentTimings(
    idle_check_s=0.5, not_ready_check_s=0.1, silent_check_s=0.5, again_s=0.1, hold_s=8.0, foreign_grace_s=0.5
)


def quick(profile: Profile, patience: float = 1.0) -> Profile:
    """The same profile with short waits, so that a test of silence takes no half minute.

    `patience` lengthens those for an answer: where a whole office shares the machine, an answer may come late.
    """
    transport = replace(
        profile.transport,
        connect_timeout_s=1.0 * patience,
        write_timeout_s=0.6 * patience,
        close_timeout_s=0.5 * patience,
        min_reopen_ms=0,
    )
    status = replace(profile.status, reply_timeout_s=0.25 * patience, completion_timeout_s=0.6 * patience)
    return replace(profile, transport=transport, status=status)


def letters_of(*scripts: str) -> None:
    """Skip the test when this machine can't draw these scripts; under CI fail it."""
    missing = [script for script in scripts if font(script, 20) is None]
    assert not (missing and CI), f"no font for {missing}: package fonts-noto-core"
    if missing:
        pytest.skip(f"no font for {', '.join(missing)} on this machine (package fonts-noto-core)")


@pytest.fixture
def quick_profiles(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(antrean.printing.transport.address, "load_profile", lambda name: quick(load_profile(name)))


@pytest.fixture
def printer() -> Iterator[FakePrinter]:
    with FakePrinter() as fake:
        yield fake


@pytest.fixture
def hub() -> Iterator[FakeHub]:
    with FakeHub() as fake:
        yield fake


class RunningAgents:
    """Agents in threads, as processes would run them; stopped at the end of the test."""

    def __init__(self, hub: FakeHub, folder: Path) -> None:
        self.hub, self.folder = hub, folder
        self._running: list[tuple[threading.Event, threading.Thread]] = []
        self.errors: list[BaseException] = []

    def start(
        self, printer: str, folder: Path | None = None, monotonic: Callable[[], float] = time.monotonic
    ) -> Callable[[], None]:
        """Start an agent; calling what is returned stops it."""
        stop = threading.Event()

        def work() -> None:
            try:
                run_agent(
                    self.hub.url, TOKEN, printer, data_folder=folder or self.folder, stop=stop, monotonic=monotonic,
                    timings=QUICK, allowed=allowed_below(self.folder.parent),
                )  # fmt: skip
            except BaseException as error:
                self.errors.append(error)

        thread = threading.Thread(target=work, daemon=True)
        thread.start()
        self._running.append((stop, thread))

        def end() -> None:
            stop.set()
            thread.join(60)
            assert not thread.is_alive()

        return end

    def join(self) -> None:
        self.hub.stop()  # first, or each agent waits 3 s for the hub's part of a socket's goodbye
        for stop, thread in self._running:
            stop.set()
            thread.join(60)
            assert not thread.is_alive()


@pytest.fixture
def agents(hub: FakeHub, tmp_path: Path, quick_profiles: None) -> Iterator[RunningAgents]:
    running = RunningAgents(hub, tmp_path / "data")
    yield running
    running.join()
