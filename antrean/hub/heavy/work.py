"""HeavyWork: runs jobs in a child process, one at a time, and refuses when too many wait.

Nothing here shares a thread, a pool or memory with the writer. The child is started when there is something to do and
ended when nothing came for a while; it has limits of memory and time (antrean/hub/heavy/child.py), and one that keeps
silent is killed. The hub talks to it over a socket, so waiting for it blocks nothing else, with threads and with
green threads.
"""

from __future__ import annotations

import logging
import signal
import socket
import subprocess
import sys
from collections import Counter, OrderedDict
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from antrean.hub.async_mode import AsyncMode
from antrean.hub.heavy import messages
from antrean.hub.lane import Busy, Lane
from antrean.queueing.errors import InternalError, Invalid, QueueError, Unavailable

log = logging.getLogger(__name__)
PLACES = (24,)
EACH = 12  # the page of the virtual printer has so many pictures
PATIENCE = 20.0
JOB_SECONDS = 60.0  # on a machine that is busy with other things; its CPU seconds are fewer
IDLE_SECONDS = 6.0
END_SECONDS = 2.0
PACE_SECONDS = 0.02
MOST_KEPT = 1_500_000  # bytes of pictures that are asked for again
FATAL = ("value_invalid", "body_too_large")
OF_FILES = ("picture", "film", "logo")  # jobs whose input somebody handed in: it is at fault when they fail


class HeavyWork:
    """A place for heavy work. `root` is the folder of the program; `background` starts a task.

    Pictures and passwords have separate children: the process that decodes uploads never gets a password.
    """

    def __init__(
        self,
        mode: AsyncMode,
        monotonic: Callable[[], float],
        sleep: Callable[[float], None],
        background: Callable[..., object],
        root: Path,
        lane: Lane | None = None,
        idle_seconds: float = IDLE_SECONDS,
        job_seconds: float = JOB_SECONDS,
    ) -> None:
        self.lane = lane or Lane(mode, monotonic, PLACES, EACH, PATIENCE)
        self.counts: Counter[tuple[str, str]] = Counter()  # job and how it went
        self._monotonic = monotonic
        self._sleep = sleep
        self._background = background
        self._root = root
        self._idle_seconds = idle_seconds
        self._job_seconds = job_seconds
        self._child: _Child | None = None
        self._used = 0.0
        self._told: set[str] = set()
        self._kept: OrderedDict[str, bytes] = OrderedDict()

    def do(self, asker: str, job: str, last: bool = False, **fields: Any) -> tuple[dict[str, Any], list[bytes]]:
        """Have a job of antrean/hub/heavy/child.py done and return what it gave; `last` ends the child afterwards.

        Refuses (Busy) when too many wait, (Invalid) a file that the child can't use or that makes it fail, and
        (`too_slow`) what else was not done in its time.
        """
        return self.lane.run(lambda: self._ask(job, last, fields), asker=asker)

    def right_password(self, hashed: str, given: str) -> bool:
        """Return whether a password is right, for work that runs in the lane. Refuses (Busy) if no child says."""
        try:
            return self._ask("password", False, {"hashed": hashed, "given": given})[0].get("right") is True
        except QueueError:
            raise Busy from None

    def picture(self, asker: str, key: str, job: str, **fields: Any) -> bytes:
        """Return one picture that is always the same for a key: made once, kept while there is room."""
        found = self._kept.get(key)
        if found is None:
            found = self.lane.run_once(key, lambda: self._ask(job, False, fields)[1][0], asker=asker)
            self._kept[key] = found
            while len(self._kept) > 1 and sum(map(len, self._kept.values())) > MOST_KEPT:
                self._kept.popitem(last=False)
        else:
            # A picture is not urgent, and clients that ask without a pause must leave the loop to others.
            self._sleep(PACE_SECONDS)
        return found

    def stop(self) -> None:
        """End the child."""
        child, self._child = self._child, None
        if child is not None:
            child.end()

    def _ask(self, job: str, last: bool, fields: dict[str, Any]) -> tuple[dict[str, Any], list[bytes]]:
        header, pieces = self._said(job, fields)
        self._used = self._monotonic()
        if last or "failed" in header:
            self._end()
        if "failed" in header:
            self._failed(job, str(header["failed"])[:200])
            file = job in OF_FILES and header["failed"] == "MemoryError"
            raise Invalid("value_invalid", field="file") if file else InternalError()
        if "refused" in header:
            self.counts[job, "refused"] += 1
            code = header["refused"]
            raise Invalid(code, field="file") if code in FATAL else InternalError()
        self.counts[job, "done"] += 1
        done = header.get("done")
        return done if isinstance(done, dict) else {}, pieces

    def _said(self, job: str, fields: dict[str, Any]) -> tuple[dict[str, Any], list[bytes]]:
        """Return what a child says of the job; one that had died before it came to this job is replaced.

        One that used up its time is not: the next one would, too.
        """
        slow = False
        for child in (self._child, None):
            fresh = child is None
            try:
                return (child or self._started()).ask(
                    {"job": job, "fields": fields}, self._job_seconds, self._monotonic
                )
            except (OSError, messages.Broken) as error:
                slow = self._end() == -signal.SIGXCPU or isinstance(error, TimeoutError)
                if fresh or slow:
                    self._failed(job, "too slow" if slow else type(error).__name__)
                    break
            except BaseException:  # the request was ended: the next one must not read this one's result
                self._end()
                raise
        if job in OF_FILES:  # what it was given is at fault, not who comes next
            raise Invalid("value_invalid", field="file")
        raise Unavailable("too_slow") if slow else InternalError()

    def _started(self) -> _Child:
        try:
            child = self._child = _Child.start(self._root)
        except OSError as error:  # no process, memory or file is left; what was handed in may be sound
            self._failed("start", type(error).__name__)
            raise Busy from None
        self._used = self._monotonic()
        self._background(self._look_after, child)
        return child

    def _look_after(self, child: _Child) -> None:
        """End the child after a while without jobs."""
        while self._child is child:
            self._sleep(min(1.0, self._idle_seconds))
            if self._child is child and self.lane.idle and self._monotonic() - self._used > self._idle_seconds:
                with suppress(QueueError):  # the lane is not idle after all
                    self.lane.run(self._end)

    def _end(self) -> int | None:
        """End the child; returns how it ended, as a process does: negative by a signal."""
        child, self._child = self._child, None
        if child is None:
            return None
        child.end()
        return child.process.returncode

    def _failed(self, job: str, how: str) -> None:
        self.counts[job, "failed"] += 1
        if (what := f"{job}: {how}") not in self._told and len(self._told) < 100:
            self._told.add(what)
            log.warning("heavy work: %s (said once; /metrics counts)", what)


@dataclass(slots=True)
class _Child:
    process: subprocess.Popen[bytes]
    line: socket.socket

    @classmethod
    def start(cls, root: Path) -> _Child:
        ours, theirs = socket.socketpair()
        with theirs:
            try:
                process = subprocess.Popen(
                    [sys.executable, "-m", "antrean.hub.heavy.child"],
                    cwd=root,
                    stdin=theirs.fileno(),
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                )
            except OSError:
                ours.close()
                raise
        return cls(process, ours)

    def ask(
        self, header: dict[str, Any], seconds: float, monotonic: Callable[[], float]
    ) -> tuple[dict[str, Any], list[bytes]]:
        until = monotonic() + seconds

        def receive(most: int) -> bytes:
            self.line.settimeout(max(0.001, until - monotonic()))
            return self.line.recv(most)

        self.line.settimeout(seconds)
        self.line.sendall(messages.packed(header, []))
        return messages.read(receive)

    def end(self) -> None:
        """Kill the process and wait for its end: it holds nothing that has to be closed."""
        self.line.close()
        self.process.kill()
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(END_SECONDS)
