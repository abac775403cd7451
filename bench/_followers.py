"""Many followers in one process: join, hear calls of A-001, answer pings; say when the last one heard each call.

`python -m bench._followers PORT TOKEN COUNT SOURCE`: prints "joined BYTES" (of the last view), then for each call
"SEQ MONOTONIC_SECONDS" once all of them have heard it. Without a token it follows the bare server. Ends with its input.
"""

from __future__ import annotations

import json
import os
import re
import resource
import select
import socket
import sys
import time
from collections import Counter

from bench.raw_follower import TEXT, Follower, connect, follow, masked, split

CALLED = re.compile(rb'"A-001":(\["called",[^\]]*\])')
SEQ = 5  # where a row of the shared view says the seq of its ticket's last call
ANSWER_EVERY = 50
PONG = masked(TEXT, b"3")


def main(port: int, token: str, count: int, source: str) -> None:
    """Join with so many followers and print what they hear until the input ends."""
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    # Phones have processors of their own. A process that wakes takes the core from one that has worked longer, and the
    # hub works before it writes: it was switched off 340 times in a write to 1,000, the bare server 19 times. A batch
    # process waits for its turn.
    os.sched_setscheduler(0, os.SCHED_BATCH, os.sched_param(0))
    crowd = Crowd(count)
    for place in range(count):
        if token:
            one = follow(("127.0.0.1", port), token, source=source)
        else:
            one = Follower(connect(("127.0.0.1", port), "/", source=source))
        crowd.add(one)
        if place % ANSWER_EVERY == 0:
            crowd.listen(0.0)  # those who joined first must answer pings while the last still join
    print("joined", flush=True)
    while crowd.listen(None):
        pass


def called(view: bytes) -> bytes:
    """Return the seq of A-001's call in a view as digits, empty when there is none."""
    row = CALLED.search(view)
    return str(json.loads(row[1])[SEQ]).encode() if row else b""


class Crowd:
    """Followers on one epoll. The time at which the last of them heard a call is printed."""

    def __init__(self, count: int) -> None:
        self._count = count
        self._lines: dict[int, socket.socket] = {}
        self._rests: dict[int, bytearray] = {}
        self._last: dict[int, bytes] = {}
        self._heard: Counter[bytes] = Counter()
        self._usual = self._usual_call = b""  # what the one before heard: mostly the next hears the same bytes
        self._poll = select.epoll()
        self._poll.register(sys.stdin.fileno(), select.EPOLLIN)

    def add(self, one: Follower) -> None:
        """Add a follower that has joined."""
        one.line.setblocking(False)
        descriptor = one.line.fileno()
        self._lines[descriptor], self._rests[descriptor], self._last[descriptor] = one.line, one.rest, b""
        self._poll.register(descriptor, select.EPOLLIN)

    def listen(self, seconds: float | None) -> bool:
        """Read what has come. Returns False when the input has ended."""
        for descriptor, _event in self._poll.poll(seconds):
            line = self._lines.get(descriptor)
            if line is None:
                return False
            data = line.recv(1 << 14)
            if not data:
                raise ConnectionError("the hub closed a follower's connection")
            if data == self._usual and not self._rests[descriptor]:
                calls = [self._usual_call]
            else:
                calls = self._calls(descriptor, data)
            for call in calls:
                if call != self._last[descriptor]:
                    self._last[descriptor] = call
                    self._heard[call] += 1
                    if self._heard[call] == self._count:
                        print(call.decode(), time.monotonic(), len(data), flush=True)
                        self._heard.clear()
        return True

    def _calls(self, descriptor: int, data: bytes) -> list[bytes]:
        rest = self._rests[descriptor]
        whole = not rest
        rest += data
        frames, length = split(rest)
        del rest[:length]
        calls = [call for _opcode, payload in frames if (call := called(payload))]
        if any(payload == b"2" for _opcode, payload in frames):
            self._lines[descriptor].send(PONG)
        elif whole and not rest and len(calls) == 1:
            self._usual, self._usual_call = data, calls[0]
        return calls


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2], int(sys.argv[3]), sys.argv[4])
