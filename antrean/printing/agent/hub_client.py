"""The print agent's connection to the hub: receives views by socket or HTTP, and posts results."""

from __future__ import annotations

import hashlib
import logging
import random
import threading
from collections.abc import Callable
from typing import Any

import requests
import socketio

from antrean.printing.transport.link import Monotonic
from antrean.release import BUILT_ON

log = logging.getLogger(__name__)

NAMESPACE = "/print_agent"
SILENCE_S = 35.0
REQUEST_S = 5.0
LONGEST_PAUSE_S = 10.0


class HubAway(Exception):
    """The hub did not respond, or refused this agent; whether it took the request is unknown."""


class HubClient:
    """Keeps the newest view and wakes the thread that waits for one; its socket runs in a thread of its own.

    `token_again` gives the token as it is now, asked before each connection: a hub whose sample office has ended gives
    its own machine's agent a new one. It returns "" for none.
    """

    def __init__(
        self,
        url: str,
        token: str,
        monotonic: Monotonic,
        stop: threading.Event,
        token_again: Callable[[], str] = lambda: "",
    ) -> None:
        self._url, self._token = url.rstrip("/"), token
        self._monotonic, self._stop = monotonic, stop
        self._token_again = token_again
        self._changed = threading.Condition()
        self._view: dict[str, Any] = {}
        self._newest = 0
        self.connections = 0  # how often a connection to the hub was tried
        self._heard = monotonic()
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.headers["Authorization"] = f"Bearer {token}"
        self._thread = threading.Thread(target=self._listen, name="hub-socket", daemon=True)

    @property
    def identity(self) -> str:
        """The agent's identity, derived from its token without revealing it."""
        return hashlib.sha256(f"agent {self._token}".encode()).hexdigest()[:16]

    def start(self) -> None:
        """Start the socket's thread; returns at once."""
        self._thread.start()

    def view(self) -> dict[str, Any]:
        """Return the newest view; empty before the first."""
        with self._changed:
            return self._view

    def who(self) -> dict[str, str]:
        """Return the agent's name and identity, for another agent that finds the printer locked."""
        return {"name": str((self.view().get("printer") or {}).get("name") or ""), "agent": self.identity}

    def wait(self, seconds: float) -> None:
        """Return when a newer view has come, the agent must stop, or `seconds` have passed."""
        with self._changed:
            if not self._stop.is_set():
                self._changed.wait(seconds)

    def wake(self) -> None:
        """Wake the thread that is in `wait`."""
        with self._changed:
            self._changed.notify_all()

    def post(self, path: str, body: dict[str, Any]) -> tuple[int, str]:
        """POST a body; return status and error code. Refuses with HubAway when the hub is away, fails or refuses us."""
        try:
            response = self._session.post(f"{self._url}{NAMESPACE}/{path}", json=body, timeout=REQUEST_S)
        except requests.RequestException as error:
            raise HubAway(str(error)) from error
        if response.status_code >= 500 or response.status_code in (401, 403, 429):
            raise HubAway(f"the hub answered {response.status_code}")
        return response.status_code, _code(response)

    def fetch(self) -> None:
        """Fetch the view over HTTP; nothing changes when the hub is away."""
        try:
            with requests.Session() as session:  # one for each thread
                session.trust_env = False
                headers = {"Authorization": f"Bearer {self._token}", "Accept": "application/json"}
                response = session.get(f"{self._url}{NAMESPACE}/view", headers=headers, timeout=REQUEST_S)
            if response.status_code == 200:
                self._take(response.json())
            else:
                log.warning("the hub refuses the view: %s", response.status_code)
        except (requests.RequestException, ValueError) as error:
            log.info("the hub is away: %s", error)

    def close(self) -> None:
        """End the socket's thread; `stop` must be set before."""
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
            self._take_token()
            client = socketio.Client(reconnection=False, logger=False, engineio_logger=False)
            client.on("view", self._take, namespace=NAMESPACE)
            client.on("tick", self._heard_tick, namespace=NAMESPACE)
            try:
                with self._changed:
                    self._newest = 0  # a hub restored from a backup starts at a lower seq
                self.connections += 1  # counted before the first view, which may bring a slip
                client.connect(
                    self._url,
                    namespaces=[NAMESPACE],
                    transports=["websocket"],
                    auth={"token": self._token, "build": BUILT_ON.isoformat()},
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

    def _take_token(self) -> None:
        token = self._token_again()
        if token and token != self._token:
            log.info("this agent has a new token")
            self._token = token
            self._session.headers["Authorization"] = f"Bearer {token}"

    def _stay(self, client: socketio.Client) -> None:
        while not self._stop.wait(0.1):
            with self._changed:
                silent = self._monotonic() - self._heard
            if not client.connected or silent > SILENCE_S:
                return


def _code(response: requests.Response) -> str:
    try:
        return str(response.json()["error"]["code"])
    except (ValueError, KeyError, TypeError):
        return ""
