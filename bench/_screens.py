"""Screens of the office in a process of their own: each joins, is told every view, and displays acknowledge calls.

`with Screens(port, joins):` runs this module. Each screen is a raw WebSocket in its namespace, as its page holds one.
A display tells the hub of every new call over a kept connection, as `display.js` does: that it is drawn, then what
was heard.
"""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from bench._fanout_parts import Line
from bench.hub_process import ROOT
from bench.raw_follower import Follower, connect

SPEAKING_SECONDS = (
    0.05  # from the word that the call is drawn to the one that it was heard; real ones speak for seconds
)


@dataclass(frozen=True, slots=True)
class Join:
    """One screen: its namespace, its token or else its session's header lines, and whether it acknowledges calls."""

    namespace: str
    token: str = ""
    headers: str = ""
    acknowledges: bool = False


class Screens:
    """`with Screens(port, joins):` these screens watch the hub; all of them have joined when the block begins."""

    def __init__(self, port: int, joins: Sequence[Join]) -> None:
        self._task = {"port": port, "joins": [asdict(join) for join in joins]}
        self._process: subprocess.Popen[str] | None = None

    def __enter__(self) -> Screens:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "bench._screens"], cwd=ROOT, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(self._task))
        self._process.stdin.close()
        if self._process.stdout.readline() != "joined\n":
            self.__exit__()
            raise RuntimeError("the screens could not join")
        return self

    def __exit__(self, *_: object) -> None:
        assert self._process is not None
        assert self._process.stdout is not None
        self._process.kill()
        self._process.wait()
        self._process.stdout.close()


def main() -> None:
    """Join with every screen of the task, print that, and watch until killed."""
    task = json.loads(sys.stdin.read())
    joins = [Join(**join) for join in task["joins"]]
    joined = threading.Barrier(len(joins) + 1, timeout=60)
    for join in joins:
        threading.Thread(target=_watch, args=(task["port"], join, joined), daemon=True).start()
    joined.wait()
    print("joined", flush=True)
    threading.Event().wait()


def _watch(port: int, join: Join, joined: threading.Barrier) -> None:
    screen = Follower(connect(("127.0.0.1", port), "/socket.io/?EIO=4&transport=websocket", headers=join.headers))
    screen.send(f"40/{join.namespace}," + (json.dumps({"token": join.token}) if join.token else ""))
    views = screen.events("view")
    told = _newest(next(views))
    joined.wait()
    line = Line(port)
    for view in views:
        call = _newest(view)
        if join.acknowledges and call > told:
            told = call
            headers = f"Authorization: Bearer {join.token}\r\n"
            line.post("/display/announcements", headers, {"seq": call, "shown": True})
            time.sleep(SPEAKING_SECONDS)
            line.post("/display/announcements", headers, {"seq": call, "sound": "spoken"})


def _newest(view: dict[str, Any]) -> int:
    calls = view.get("calls") or [{"seq": 0}]
    return int(calls[-1]["seq"])


if __name__ == "__main__":
    main()
