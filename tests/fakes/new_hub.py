"""A hub in a folder without an office, over Flask's test client, and what is told to it step by step."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient
from werkzeug.serving import make_server

from antrean.config import Config
from antrean.web.first_start.switch import FirstStart
from tests.conftest import PassingClock, SetClock, Stopwatch
from tests.fakes.made_once import create_app

PASSWORD = "tiga kata biru"
ELSEWHERE = {"REMOTE_ADDR": "192.168.1.20"}  # a browser on the office's network
PAGE = {"Accept": "text/html"}
# A clinic in Makassar, as a program tells it.
CLINIC: Mapping[str, Mapping[str, Any]] = {
    "language": {"language": "id", "also_en": True},
    "office_name": {"office_name": "Klinik Bahagia"},
    "time_zone": {"time_zone": "Asia/Makassar"},
    "kind": {"kind": "clinic"},
    "services": {
        "on_pendaftaran": True, "on_poli-umum": True, "on_obat": True, "name_poli-umum_id": "Dokter Umum",
        "added_1": "Rontgen",
    },
    "counters": {"counters": 2},
    "counter_names": {"counter_1": "Loket Depan", "counter_2": "Loket Dalam"},
    "hours": {"hours": "fixed", "workdays_open": True, "workdays_from": "08:00", "workdays_until": "14:00"},
    "administrator": {"administrator": "Sitti", "password": PASSWORD, "again": PASSWORD},
}  # fmt: skip


class NewHub:
    """One hub that begins without an office. It looks for one only when a test says so, or in its own thread."""

    def __init__(
        self, folder: Path, clock: SetClock | PassingClock, database_url: str = "", public_url: str = "http://hub.test"
    ) -> None:
        self.clock = clock
        self.seconds = Stopwatch()
        self.config = Config(data=folder, database_url=database_url, async_mode="threading", public_url=public_url)
        self.app = create_app(self.config, clock, self.seconds if isinstance(clock, SetClock) else time.monotonic)
        self.first: FirstStart = self.app.extensions["antrean"]

    def browser(self, **environ: str) -> FlaskClient:
        """Return a browser, on the hub's own machine unless the environ says otherwise."""
        client = self.app.test_client()
        client.environ_base.update(environ)
        return client

    def let_in(self, **environ: str) -> FlaskClient:
        """Return a browser that gave the code."""
        client = self.browser(**environ)
        answer = client.post("/first_start/", json={"code": self.first.code.code})
        assert answer.status_code == 200, answer.json
        return client

    def tell(self, client: FlaskClient, until: str = "", steps: Mapping[str, Mapping[str, Any]] = CLINIC) -> str:
        """Answer one step after another, to before `until`; returns where the last one leads."""
        leads = ""
        for step, fields in steps.items():
            if step == until:
                break
            answer = client.post(f"/first_start/{step}", json=dict(fields))
            assert answer.status_code == 200, (step, answer.json)
            leads = answer.get_json()["next"]
        return leads

    @contextmanager
    def served(self) -> Iterator[str]:
        """Serve on a free port of this machine; gives the address."""
        server = make_server("127.0.0.1", 0, self.app, threaded=True)
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()

    def stop(self) -> None:
        self.first.stop()
