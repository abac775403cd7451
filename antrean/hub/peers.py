"""Notifies the other hubs of one database by Redis that the journal has grown, and who is at which hub.

A notification carries a seq only; every hub reads the journal itself and updates its own screens. A lost notification
costs at most the second until the next look at the journal, so nothing here waits long, and nothing piles up while
Redis is away.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Collection, Sequence
from threading import Event
from typing import Any

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from antrean.hub.fault_log import FaultLog
from antrean.hub.writer import Writer
from antrean.queueing.journal.entry import JournalEntry
from antrean.queueing.office import Office

CONNECT_SECONDS, ANSWER_SECONDS = 2.0, 5.0
RETRY_SECONDS = 2.0
LISTEN_SECONDS = 4.0  # then Redis is asked whether it is still there
SHARE_SECONDS = 10.0  # between two words on who is here
SILENT_SECONDS = 10.0  # a connection on which nothing came for so long, not even an answer to that, is given up
TELLING, LISTENING = "telling other hubs", "hearing of other hubs"


class PeerNotifier:
    """Publishes the seq after each commit of this hub, and wakes the writer when another hub publishes one.

    `name` is the office's. `here` returns the devices and the staff of this hub, `elsewhere` takes those of each hub,
    this one among them. `stopped` returns whether the hub has stopped.
    """

    def __init__(
        self,
        url: str,
        name: str,
        office: Office,
        writer: Writer,
        here: Callable[[], tuple[Collection[str], Collection[str]]],
        elsewhere: Callable[[Collection[str], Collection[str]], None],
        faults: FaultLog,
        stopped: Callable[[], bool],
    ) -> None:
        # One more attempt on a new connection, in case the one at hand is of before Redis was started again.
        self._redis = redis.Redis.from_url(
            url, socket_timeout=ANSWER_SECONDS, socket_connect_timeout=CONNECT_SECONDS, retry=Retry(NoBackoff(), 1)
        )
        self._office = office
        self._writer = writer
        self._faults = faults
        self._stopped = stopped
        self._channel = f"antrean:{name}"
        self._channel_of_those_here = f"antrean:{name}:here"
        self._here = here
        self._elsewhere = elsewhere
        self._heard_from_others = 0
        self._newest = 0
        self._something = Event()

    def start(self, run: Callable[..., Any]) -> None:
        """Start publishing and listening, as background tasks of the hub."""
        self._office.subscribe(self._tell)
        run(self._publish)
        run(self._listen)
        run(self._share)

    def _tell(self, entries: Sequence[JournalEntry]) -> None:
        if entries and entries[-1].seq > self._heard_from_others:
            self._newest = entries[-1].seq
            self._something.set()

    def _publish(self) -> None:
        """Publish the newest seq whenever there is one; those that came while Redis did not respond become one."""
        while not self._stopped():
            self._something.wait()
            self._something.clear()
            try:
                self._redis.publish(self._channel, str(self._newest))
                self._faults.passed(TELLING)
            except (redis.RedisError, OSError) as error:
                self._faults.note(TELLING, error)

    def _share(self) -> None:
        while not self._stopped():
            try:
                self._redis.publish(self._channel_of_those_here, json.dumps([sorted(them) for them in self._here()]))
                self._faults.passed(TELLING)
            except (redis.RedisError, OSError) as error:
                self._faults.note(TELLING, error)
            time.sleep(SHARE_SECONDS)

    def _listen(self) -> None:
        while not self._stopped():
            try:
                with self._redis.pubsub(ignore_subscribe_messages=True) as channel:
                    channel.subscribe(self._channel, self._channel_of_those_here)
                    self._hear(channel)
            except (redis.RedisError, OSError, ValueError) as error:
                self._faults.note(LISTENING, error)
                time.sleep(RETRY_SECONDS)

    def _hear(self, channel: redis.client.PubSub) -> None:
        heard_at = time.monotonic()
        while not self._stopped():
            message = channel.get_message(timeout=LISTEN_SECONDS)
            if message is None:
                if time.monotonic() - heard_at > SILENT_SECONDS:
                    raise redis.ConnectionError("the connection has fallen silent")
                channel.ping()
                continue
            heard_at = time.monotonic()
            self._faults.passed(LISTENING)
            if message["type"] == "message" and message["channel"] == self._channel_of_those_here.encode():
                devices, people = json.loads(message["data"])
                self._elsewhere(devices, people)
            elif message["type"] == "message":
                self._heard_from_others = max(self._heard_from_others, int(message["data"]))
                self._writer.nudge()
