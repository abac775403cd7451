"""A process beside the hub is told what to do, is heard when it has ended, and never outlives its time or the hub."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Thread
from typing import Any

import psutil
import pytest

from antrean.hub.async_mode import ThreadingMode
from antrean.hub.processes.side_process import Ended, SideProcess
from tests.conftest import Stopwatch
from tests.fakes.hub_process import wait_until

Make = Callable[[str], SideProcess]
READ = "import json, sys\nasked = json.load(sys.stdin)\n"


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Make]:
    """Give what makes a process of a few lines of Python, which may take sixty seconds."""
    made: list[SideProcess] = []

    def one(lines: str) -> SideProcess:
        (tmp_path / "a_child.py").write_text(READ + lines, encoding="utf-8")
        made.append(SideProcess("a_child", tmp_path, ThreadingMode(), Stopwatch(), 60.0))
        return made[-1]

    yield one
    for process in made:
        process.stop()


def end_of(process: SideProcess) -> Ended:
    found: list[Ended] = []

    def ended() -> bool:
        outcome = process.look()
        found.extend([outcome] if outcome is not None else [])
        return bool(found)

    wait_until(ended, "the process to end")
    return found[0]


def test_it_is_told_what_to_do_and_what_it_says_is_heard_once(make: Make) -> None:
    process = make("json.dump({'twice': 2 * asked['number']}, sys.stdout)")
    assert (process.running, process.pid, process.look()) == (False, 0, None)
    assert process.begin({"number": 21}) is None
    assert process.running
    assert end_of(process) == Ended({"twice": 42})
    assert (process.running, process.look()) == (False, None)


def test_one_that_says_nothing_has_done_its_work(make: Make) -> None:
    process = make("")
    process.begin({})
    assert end_of(process) == Ended(None)


def test_one_that_says_more_than_a_pipe_holds_ends_all_the_same(make: Make) -> None:
    process = make("json.dump('x' * 1_000_000, sys.stdout)")
    process.begin({})
    assert len(end_of(process).said) == 1_000_000


@pytest.mark.parametrize(
    ("lines", "wrong"),
    [
        ("raise SystemExit(3)", "its process ended with 3"),
        ("print('{}')\nraise SystemExit(1)", "its process ended with 1"),
        ("print('no JSON')", "its process ended with 0"),
        ("import os\nos.kill(os.getpid(), 9)", "its process ended with -9"),
    ],
)
def test_one_that_fails_is_said_to(make: Make, lines: str, wrong: str) -> None:
    process = make(lines)
    process.begin({})
    assert end_of(process) == Ended(wrong=wrong)


def test_one_that_takes_too_long_is_ended(make: Make) -> None:
    process = make("import time\ntime.sleep(600)")
    process.begin({})
    pid = process.pid
    process._monotonic.seconds += 60.0  # type: ignore[attr-defined]
    assert process.look() is None
    process._monotonic.seconds += 1.0  # type: ignore[attr-defined]
    assert process.look() == Ended(wrong="it was not done after 1 minutes")
    assert not psutil.pid_exists(pid)


def test_one_that_is_stopped_is_not_heard(make: Make) -> None:
    process = make("import time\ntime.sleep(600)")
    process.begin({})
    pid = process.pid
    process.stop()
    assert not psutil.pid_exists(pid)
    assert process.look() is None


def test_none_is_begun_once_the_hub_stops(make: Make) -> None:
    process = make("import time\ntime.sleep(600)")
    process.stop()
    assert process.begin({}) == Ended(wrong="the hub is stopping")
    assert not process.running


class StopsMeanwhile(ThreadingMode):
    """The hub is stopped by another thread while a process is being started."""

    def __init__(self) -> None:
        super().__init__()
        self.stops: list[SideProcess] = []
        self.started: list[int] = []

    def run_blocking(self, function: Callable[..., Any], *arguments: Any) -> Any:
        result = super().run_blocking(function, *arguments)
        self.started.append(result.pid)
        self.stops[0].stop()
        return result


def test_one_that_was_being_started_when_the_hub_stopped_does_not_outlive_it(make: Make) -> None:
    mode = StopsMeanwhile()
    process = make("import time\ntime.sleep(600)")
    process._mode = mode
    mode.stops.append(process)
    assert process.begin({}) == Ended(wrong="the hub is stopping")
    assert not process.running
    assert not psutil.pid_exists(mode.started[0])


def test_where_none_can_be_started_it_is_said(make: Make, tmp_path: Path) -> None:
    process = SideProcess("a_child", tmp_path / "nowhere", ThreadingMode(), Stopwatch(), 60.0)
    assert process.begin({}) == Ended(wrong="no process could be started: No such file or directory")
    assert not process.running


STEPS_BACK = """
import time
from pathlib import Path
from antrean.storage.step_back import step_back
step_back(60)
Path('stands').touch()
while not Path('go').exists(): time.sleep(0.01)
json.dump('done', sys.stdout)
"""


def test_one_goes_on_when_the_thread_that_began_it_has_ended(make: Make, tmp_path: Path) -> None:
    process = make(STEPS_BACK)

    def begin() -> None:
        process.begin({})
        wait_until((tmp_path / "stands").exists, "it has stepped back")

    thread = Thread(target=begin)
    thread.start()
    thread.join()
    (tmp_path / "go").touch()
    assert end_of(process) == Ended("done")


def test_one_ends_soon_after_its_hub_was_killed(tmp_path: Path) -> None:
    (tmp_path / "a_child.py").write_text(READ + STEPS_BACK, encoding="utf-8")
    begins = "import subprocess, sys; subprocess.Popen([sys.executable, '-m', 'a_child'], stdin=subprocess.PIPE)" + (
        ".communicate(b'{}')"
    )
    hub = psutil.Popen([sys.executable, "-c", begins], cwd=tmp_path)
    wait_until((tmp_path / "stands").exists, "it has stepped back")
    (child,) = hub.children()
    hub.kill()
    hub.wait()
    wait_until(lambda: not child.is_running() or child.status() == psutil.STATUS_ZOMBIE, "its end")
