"""The master of the hub is killed and nothing else is: the worker ends with it, and the port is free."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import psutil
import pytest
import requests

from antrean.queueing.plan.model import OfficePlan
from tests.fakes.hub_process import HubProcess, alive, listen


@pytest.mark.long
@pytest.mark.parametrize("mode", ["eventlet", "threading"])
def test_the_worker_ends_with_its_master_and_the_next_hub_finds_the_port_free(
    mode: str, tmp_path: Path, plan: OfficePlan
) -> None:
    hub = HubProcess(tmp_path, plan, mode)
    kiosk = {"Authorization": "Bearer " + hub.pair("kiosk", "Kiosk 1")}
    try:
        hub.start()
        master = psutil.Process(hub._process.pid)  # type: ignore[union-attr]
        workers = master.children(recursive=True)
        assert workers
        wish = {"service": "card", "request_id": "before-kill"}
        assert requests.post(hub.url + "/kiosk/tickets", json=wish, headers=kiosk, timeout=30).status_code == 201
        os.kill(master.pid, signal.SIGKILL)
        _, left = psutil.wait_procs(workers, timeout=60)
        assert not [process for process in left if alive(process)]
        listen(hub.config.port).close()
        hub.kill()
        hub.start()
        again = requests.post(hub.url + "/kiosk/tickets", json=wish, headers=kiosk, timeout=30)
        assert again.json()["ticket"]["number"] == "A-001"
    finally:
        hub.end()
