"""A raw CUPS queue as a Link: one way only, done when CUPS says the job has left the queue."""

from __future__ import annotations

import re
import subprocess
import time

from antrean.printing.transport.address import Address
from antrean.printing.transport.link import LinkError, Monotonic
from printer_profiles import Profile

COMMAND_TIMEOUT_S = 10.0
PATH = "/usr/bin:/bin:/usr/sbin:/sbin"
REQUEST = re.compile(r"request id is (\S+)")
NO_QUEUES = b"No destinations added"
TAKES_JOBS = re.compile(r"(\S+) (?:not )?accepting requests")


def queues() -> frozenset[str]:
    """Return the names of this machine's own print queues. Refuses with LinkError when CUPS does not say."""
    try:
        done = _command(["lpstat", "-a"])
    except LinkError as error:
        error.nothing_sent = True
        raise
    if done.returncode and NO_QUEUES not in done.stderr:
        raise LinkError("printer_unreachable", done.stderr.decode(errors="replace")[:200], nothing_sent=True)
    said = done.stdout.decode(errors="replace").splitlines()
    return frozenset(found[1] for line in said if (found := TAKES_JOBS.match(line)) is not None)


class CupsLink:
    """Collects the slip and submits it whole; CUPS never reports whether there was paper."""

    two_way = False

    def __init__(self, address: Address, profile: Profile, monotonic: Monotonic) -> None:
        self._queue, self._monotonic = address.queue, monotonic
        self._data = bytearray()
        if not self._accepting():
            raise LinkError("printer_unreachable", f"CUPS queue {self._queue} does not print", nothing_sent=True)

    def _accepting(self) -> bool:
        try:
            said = self._run(["lpstat", "-a", self._queue, "-p", self._queue])
        except LinkError as error:
            error.nothing_sent = True
            raise
        return " accepting requests" in said and " not accepting" not in said and "disabled" not in said

    def send(self, data: bytes) -> None:
        self._data += data

    def receive(self, timeout_s: float) -> bytes:
        return b""

    def port_status(self) -> int | None:
        return None

    def finish(self, patience_s: float) -> bool:
        request = self._submitted()
        until = self._monotonic() + patience_s
        while self._monotonic() < until:
            # When the server does not respond, lpstat prints a line about it: the job is not done then.
            waiting = self._run(["lpstat", "-W", "not-completed", "-o", self._queue]).splitlines()
            if all(line.startswith(f"{self._queue}-") and line.split()[0] != request for line in waiting):
                return True
            time.sleep(0.2)
        # Not cancelled, the slip would be printed minutes later, when its number may have been called.
        self._run(["cancel", request])
        raise LinkError("write_stalled", "CUPS did not get rid of the slip in time")

    def _submitted(self) -> str:
        """Submit the slip to CUPS and return its request id. Only a clear refusal means that CUPS does not have it."""
        done = _command(["lp", "-d", self._queue, "-o", "raw", "-"], bytes(self._data))
        said = done.stdout.decode(errors="replace") + done.stderr.decode(errors="replace")
        found = REQUEST.search(said)
        if done.returncode or found is None:
            raise LinkError("printer_unreachable", said[:200], nothing_sent=bool(done.returncode))
        return found[1]

    def abort(self) -> None:
        self._data.clear()

    def _run(self, command: list[str]) -> str:
        done = _command(command)
        return done.stdout.decode(errors="replace") + done.stderr.decode(errors="replace")


def _command(command: list[str], data: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    """Run a command of CUPS. Refuses with LinkError one that is missing or does not end in time."""
    try:
        return subprocess.run(
            command,
            input=data,
            capture_output=True,
            timeout=COMMAND_TIMEOUT_S,
            check=False,
            env={"LC_ALL": "C", "PATH": PATH},
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise LinkError("printer_unreachable", str(error)) from error
