"""The real hub as a process on a folder without an office; its code stands in its log, as on the console."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import requests

from antrean.config import Config
from tests.fakes.hub_process import HubProcess, free_port, wait_until

_CODE = re.compile(r"asks for this code: (\S+)")


class NewHubProcess(HubProcess):
    """One hub that begins without an office. It may be killed and started again at any step."""

    def __init__(self, folder: Path, mode: str = "eventlet", database_url: str = "") -> None:
        self.config = replace(
            Config(data=folder, host="127.0.0.1", async_mode=mode, database_url=database_url, least_free_mb=0),
            port=free_port(),
        )
        self.url = f"http://127.0.0.1:{self.config.port}"
        self._process = None
        self._codes = 0

    def begin(self) -> str:
        """Start the process; returns the code that it prints."""
        self.launch()
        wait_until(lambda: len(self._printed()) > self._codes and self._answers(), "the first start's code")
        return self.code()

    def code(self) -> str:
        """Return the newest code that was printed."""
        printed = self._printed()
        self._codes = len(printed)
        return printed[-1]

    def _printed(self) -> list[str]:
        return _CODE.findall((self.config.data / "hub.log").read_text())

    def _answers(self) -> bool:
        assert self._process is not None
        assert self._process.poll() is None, (self.config.data / "hub.log").read_text()
        try:
            return requests.get(self.url + "/healthz", timeout=10).status_code == 200
        except requests.RequestException:
            return False
