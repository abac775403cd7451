"""The print agent of the hub's own machine, in a thread, with the token that it finds in the hub's folder."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from antrean.hub.start.secret_files import TOKEN_FILE
from antrean.printing.agent.run import run_agent
from tests.fakes.allowed import allowed_below
from tests.printing.conftest import QUICK


@contextmanager
def own_agent(folder: Path, address: str) -> Iterator[None]:
    """Run the agent of the hub at this address, whose data folder this is."""
    stop = threading.Event()
    token = (folder / TOKEN_FILE).read_text()
    thread = threading.Thread(
        target=lambda: run_agent(
            address, token, "", data_folder=folder / "agent", stop=stop, timings=QUICK, allowed=allowed_below(folder)
        ),
        daemon=True,
    )
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(30)
    assert not thread.is_alive()
