"""A Redis of our own that can be killed and started again."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
import redis

from tests.conftest import CI
from tests.fakes.hub_process import free_port, wait_until


class RedisServer:
    """On a port of its own, which it keeps from one start to the next."""

    def __init__(self, folder: Path) -> None:
        if shutil.which("redis-server") is None:
            assert not CI, "redis-server is missing"
            pytest.skip("redis-server is missing")
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self.client = redis.Redis.from_url(self.url)
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        options = ["--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--dir", str(self._folder)]
        self._process = subprocess.Popen(["redis-server", *options], stdout=subprocess.DEVNULL)
        wait_until(self._answers, "Redis")

    def kill(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait(30)
            self._process = None
        self.client.connection_pool.disconnect()

    def close(self) -> None:
        """Leave nothing running."""
        self.kill()
        self.client.close()

    def listeners(self) -> int:
        """Return how many hubs listen for hints."""
        return int(self.client.pubsub_numsub("antrean:test")[0][1])

    def _answers(self) -> bool:
        try:
            return bool(self.client.ping())
        except redis.ConnectionError:
            return False
