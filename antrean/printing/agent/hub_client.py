"""The agent's side of the hub: the newest view by socket or HTTP, and results that get through."""

from __future__ import annotations

import hashlib
import logging
import random
import threading
from typing import Any

import requests
import socketio

from antrean.printing.transport.link import Monotonic

log = logging.getLogger(__name__)

NAMESPACE = "/print_agent"
SILENCE_S = 35.0
REQUEST_S = 5.0
LONGEST_PAUSE_S = 10.0


class HubAway(Exception):
    """The hub did not answer, or not to us; nothing is known about what it took."""


class HubClient:
    """Keeps the newest view and wakes who waits for one; runs its socket in a thread of its own."""

    def __init__(self, url: str, token: str, monotonic: Monotonic, stop: threading.Event) -> None:
        self._url, self._token = url.rstrip("/"), token
        self._monotonic, self._stop = monotonic, stop
        self._changed = threading.Condition()
        self._view: dict[str, Any] = {}
        self._newest = 0
        self.connections = 0  # how often the hub was looked for
        self._heard = monotonic()
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.headers["Authorization"] = f"Bearer {token}"
        self._thread = threading.Thread(target=self._listen, name="hub-socket", daemon=True)

    @property
    def identity(self) -> str:
        """Which agent this is; gives nothing of its token away."""
        return hashlib.sha256(f"agent {self._token}".encode()).hexdigest()[:16]

    def start(self) -> None:
        """Begin to listen; returns at once."""
        self._thread.start()

    def view(self) -> dict[str, Any]:
        """The newest view; empty before the first."""
        with self._changed:
            return self._view

    def who(self) -> dict[str, str]:
        """Which agent this is, for another one that finds its printer taken."""
        return {"name": str((self.view().get("printer") or {}).get("name") or ""), "agent": self.identity}

    def wait(self, seconds: float) -> None:
        """Return when a newer view has come, the agent is to stop, or so many seconds have passed."""
        with self._changed:
            if not self._stop.is_set():
                self._changed.wait(seconds)

    def wake(self) -> None:
        """Let whoever waits go on."""
        with self._changed:
            self._changed.notify_all()

    def post(self, path: str, body: dict[str, Any]) -> tuple[int, str]:
        """Status and error code of a POST. Refuses with HubAway when the hub is away, fails or does not know us."""
        try:
            answer = self._session.post(f"{self._url}{NAMESPACE}/{path}", json=body, timeout=REQUEST_S)
        except requests.RequestException as error:
            raise HubAway(str(error)) from error
        if answer.status_code >= 500 or answer.status_code in (401, 403, 429):
            raise HubAway(f"the hub answered {answer.status_code}")
        return answer.status_code, _code(answer)

    def fetch(self) -> None:
        """Take the view over HTTP; a hub that is away changes nothing."""
        try:
            with requests.Session() as session:  # one for each thread
                session.trust_env = False
                headers = {"Authorization": f"Bearer {self._token}", "Accept": "application/json"}
                answer = session.get(f"{self._url}{NAMESPACE}/view", headers=headers, timeout=REQUEST_S)
            if answer.status_code == 200:
                self._take(answer.json())
            else:
                log.warning("the hub refuses the view: %s", answer.status_code)
        except (requests.RequestException, ValueError) as error:
            log.info("the hub is away: %s", error)

    def close(self) -> None:
        """Stop listening; `stop` must be set before."""
        self.wake()
        self._thread.join(10)
        self._session.close()

    def _take(self, view: dict[str, Any]) -> None:
        with self._changed:
            self._heard = self._monotonic()
            if view.get("seq", 0) >= self._newest:
                self._newest = view.get("seq", 0)
                self._view = view
                self._changed.notify_all()

    def _heard_tick(self, tick: Any = None) -> None:
        del tick
        with self._changed:
            self._heard = self._monotonic()

    def _listen(self) -> None:
        pause = 0.2
        while not self._stop.is_set():
            client = socketio.Client(reconnection=False, logger=False, engineio_logger=False)
            client.on("view", self._take, namespace=NAMESPACE)
            client.on("tick", self._heard_tick, namespace=NAMESPACE)
            try:
                with self._changed:
                    self._newest = 0  # a hub restored from a backup starts lower; its first view counts
                self.connections += 1  # before the first view, with which a slip may come
                client.connect(
                    self._url,
                    namespaces=[NAMESPACE],
                    transports=["websocket"],
                    auth={"token": self._token},
                    headers={"Authorization": f"Bearer {self._token}"},
                    wait_timeout=5,
                )
                pause = 0.2
                self._heard_tick()
                self._stay(client)
            except (socketio.exceptions.SocketIOError, OSError, ValueError) as error:
                log.info("no socket to the hub: %s", error)
            finally:
                client.disconnect()
                client.shutdown()
            self.fetch()
            # Jitter: all devices of an office lose the hub at the same moment.
            self._stop.wait(pause * (0.5 + random.random()))
            pause = min(LONGEST_PAUSE_S, pause * 2)

    def _stay(self, client: socketio.Client) -> None:
        while not self._stop.wait(0.1):
            with self._changed:
                silent = self._monotonic() - self._heard
            if not client.connected or silent > SILENCE_S:
                return


def _code(answer: requests.Response) -> str:
    try:
        return str(answer.json()["error"]["code"])
    except (ValueError, KeyError, TypeError):
        return ""
