"""Green threads beside native ones: the writer's thread is its own, and no log line can stop it."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 60.0


def said(program: str) -> str:
    """Return what a program said that runs under eventlet as the hub does; fails when it does not end."""
    begin = """
        import os, sys
        os.environ["EVENTLET_THREADPOOL_SIZE"] = "2"
        sys.setswitchinterval(0.00005)
        import eventlet
        eventlet.monkey_patch()
        import logging, time
        from eventlet import patcher
        from antrean.server.eventlet_mode import EventletMode, log_from_native_threads
        mode = EventletMode()
    """
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", textwrap.dedent(begin) + textwrap.dedent(program)],
        cwd=ROOT, capture_output=True, text=True, check=False, timeout=PATIENCE,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_pictures_and_passwords_can_not_take_up_the_writers_thread() -> None:
    program = """
        writer = mode.own_thread("writer")
        release = patcher.original("threading").Event()
        others = [eventlet.spawn(mode.run_blocking, release.wait) for _ in range(8)]
        eventlet.sleep(0)
        found = [writer.run(lambda n=n: n * n) for n in range(4)]
        release.set()
        for other in others:
            other.wait()
        names = writer.run(lambda: patcher.original("threading").current_thread().name)
        print(found, names)
        writer.stop()
    """
    assert said(program) == "[0, 1, 4, 9] writer"


def test_what_fails_in_the_writers_thread_fails_for_who_asked_and_the_loop_goes_on_meanwhile() -> None:
    program = """
        writer = mode.own_thread("writer")
        order = []
        slow = eventlet.spawn(writer.run, lambda: patcher.original("time").sleep(0.3) or "late")
        def tick():
            while not slow.dead:
                order.append("tick")
                eventlet.sleep(0.01)
        ticking = eventlet.spawn(tick)
        try:
            writer.run(lambda: 1 / 0)
        except ZeroDivisionError as error:
            order.append("failed")
        ticking.wait()
        print(slow.wait(), order.count("tick") > 3, order.count("failed"), writer.run(len, "abc"))
        writer.stop()
    """
    assert said(program) == "late True 1 3"


def test_a_thread_and_the_loop_log_at_the_same_moment() -> None:
    program = """
        logging.basicConfig(stream=open(os.devnull, "w"), level=logging.INFO)
        log_from_native_threads()
        log = logging.getLogger("hub")
        def native():
            for number in range(8000):
                log.info("line %d", number)
                logging.getLogger(f"made.{number}")
            return "done"
        writing = eventlet.spawn(mode.own_thread("writer").run, native)
        lines = 0
        while not writing.dead:
            for _ in range(20):
                log.info("a line of the loop")
                lines += 1
            eventlet.sleep(0)
        print(writing.wait(), lines > 0)
    """
    assert said(program) == "done True"


def test_the_writers_thread_and_the_loop_ask_for_the_time_at_the_same_moment() -> None:
    program = """
        from datetime import UTC, datetime
        from antrean.queueing.clock.guard import ClockGuard
        guard = ClockGuard(lambda: datetime.now(UTC))
        guard.start(None, UTC)
        def native():
            for _ in range(20000):
                guard.now()
            return "done"
        asking = eventlet.spawn(mode.own_thread("writer").run, native)
        looks = 0
        while not asking.dead:
            for _ in range(20):
                guard.business_day()
                looks += 1
            eventlet.sleep(0)
        print(asking.wait(), looks > 0)
    """
    assert said(program) == "done True"


def test_a_promise_that_nobody_keeps_is_given_up() -> None:
    program = """
        promise = mode.promise()
        try:
            promise.get(0.05)
        except TimeoutError:
            promise.set(None)
            print("given up", promise.get(0.05))
    """
    assert said(program) == "given up None"


def test_a_thread_that_ends_writes_nothing_into_what_was_opened_after_its_pipe_was_closed() -> None:
    program = """
        import posix, threading
        from antrean.server import eventlet_mode
        reached, go = [], patcher.original("threading").Event()
        class Late:
            def __getattr__(self, name):
                reached.append(name)
                go.wait(30)
                return getattr(posix, name)
        writer = mode.own_thread("writer")
        writer.run(len, "abc")
        eventlet_mode.posix = Late()
        writer.stop()
        while not reached:
            eventlet.sleep(0)
        posix.write(writer._tell, b"!")  # as the last piece of work does
        while writer._done:
            eventlet.sleep(0)
        theirs, _ = os.pipe()
        go.set()
        ended = [one for one in patcher.original("threading").enumerate() if one.name == "writer"]
        for one in ended:
            one.join(30)
        os.set_blocking(theirs, False)
        try:
            print("written", posix.read(theirs, 10))
        except BlockingIOError:
            print("nothing")
    """
    assert said(program) == "nothing"


def test_where_no_connection_can_be_taken_everybody_else_is_served() -> None:
    program = """
        import errno
        from antrean.server.eventlet_worker import HubWorker
        served = []
        class Listener:
            tries = 0
            def getsockname(self):
                return ("127.0.0.1", 1)
            def accept(self):
                self.tries += 1
                if served or self.tries > 1000:
                    raise eventlet.StopServe
                raise OSError(errno.ENOMEM, "no memory")
            def close(self):
                pass
        worker = HubWorker.__new__(HubWorker)
        worker.worker_connections, worker.log = 8, logging.getLogger()
        listener = Listener()
        accepting = eventlet.spawn(worker._accept, listener)
        eventlet.spawn(served.append, "a kiosk")
        accepting.wait()
        print(*served, listener.tries < 10)
    """
    assert said(program) == "a kiosk True"
