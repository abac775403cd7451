"""Several hubs on one database: each tells the others by Redis that the journal has grown.

Only the hint travels; every hub reads the journal itself and tells its own screens. A lost hint costs at most the
second until the next look at the journal.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from typing import Any

import redis

from queueing.entry import Entry
from web.hub import Hub

log = logging.getLogger(__name__)
RETRY_SECONDS = 2.0


class Nudges:
    """Publishes the seq after each commit of this hub and wakes the writer when another hub says one."""

    def __init__(self, url: str, here: Hub) -> None:
        self._redis = redis.Redis.from_url(url, socket_timeout=5, socket_connect_timeout=2)
        self._hub = here
        self._channel = f"antrean:{here.config.office}"
        self._heard_from_others = 0

    def start(self, run: Callable[..., Any]) -> None:
        """Begin to listen, as a background task of the hub."""
        self._run = run
        self._hub.office.listen(self._tell)
        run(self._listen)

    def _tell(self, entries: Sequence[Entry]) -> None:
        if entries and entries[-1].seq > self._heard_from_others:
            self._run(self._publish, entries[-1].seq)

    def _publish(self, seq: int) -> None:
        try:
            self._redis.publish(self._channel, str(seq))
        except redis.RedisError as error:
            log.warning("other hubs could not be told: %s", error)

    def _listen(self) -> None:
        while True:
            try:
                with self._redis.pubsub(ignore_subscribe_messages=True) as channel:
                    channel.subscribe(self._channel)
                    while True:
                        message = channel.get_message(timeout=4.0)
                        if message is not None:
                            self._heard_from_others = max(self._heard_from_others, int(message["data"]))
                            self._hub.writer.nudge()
            except (redis.RedisError, OSError, ValueError) as error:
                log.warning("no news from other hubs: %s", error)
                time.sleep(RETRY_SECONDS)
