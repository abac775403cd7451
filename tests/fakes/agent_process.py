"""Print agents as real processes that can be killed: a warm parent forks one on every line it reads.

Arguments: hub URL, token, printer address, data folder. For each line on standard input it forks an
agent and answers with its process id; the one before must have been killed.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path

from antrean.printing.agent.run import run_agent
from antrean.printing.slip.compose import compose
from antrean.printing.slip.content import SlipContent, SlipLayout
from antrean.printing.transport.address import parse_address
from tests.printing.conftest import QUICK, quick


class AgentProcesses:
    """Starts agents one after another in processes of their own; `start` gives the process id."""

    def __init__(self, hub_url: str, token: str, printer: str, folder: Path) -> None:
        self._parent = subprocess.Popen(
            [sys.executable, "-m", "tests.fakes.agent_process", hub_url, token, printer, str(folder)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1,
        )  # fmt: skip

    def start(self) -> int:
        assert self._parent.stdin is not None
        assert self._parent.stdout is not None
        self._parent.stdin.write("start\n")
        return int(self._parent.stdout.readline())

    def close(self) -> None:
        assert self._parent.stdin is not None
        self._parent.stdin.close()
        self._parent.wait(60)
        assert self._parent.stdout is not None
        self._parent.stdout.close()


def main() -> None:
    hub_url, token, printer, folder = sys.argv[1:]
    profile = parse_address(printer).profile()
    compose(SlipContent(number="A-1", qr="x"), SlipLayout(), profile)  # the library's slow import, once
    from antrean.printing.transport import address

    vars(address)["load_profile"] = lambda name: quick(profile)
    child = 0
    for _ in sys.stdin:
        if child:
            os.waitpid(child, 0)  # killed just now; its locks go with it
        child = os.fork()
        if not child:
            run_agent(hub_url, token, printer, data_folder=Path(folder), stop=threading.Event(), timings=QUICK)
            os._exit(0)
        sys.stdout.write(f"{child}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
