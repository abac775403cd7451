"""A small real hub for the print agent's tests: Flask-SocketIO over a real port, the protocol's rules."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable
from typing import Any

import flask
from flask_socketio import ConnectionRefusedError as Refused
from flask_socketio import SocketIO
from werkzeug.serving import BaseWSGIServer, make_server

from tests.fakes.hub_process import free_port, listen

TOKEN = "agent-token"
NAMESPACE = "/print_agent"


class FakeHub:
    """`with FakeHub() as hub`: slips are added, results noted; it can be killed and come back."""

    def __init__(self) -> None:
        self.slips: dict[str, dict[str, Any]] = {}
        self.results: list[dict[str, Any]] = []
        self.states: list[str] = []
        self.printer: dict[str, Any] = {"name": "Printer 1", "profile": "", "address": ""}
        self.layout: dict[str, Any] = {}
        self.held = False  # refuses claims, though the view does not say so yet
        self.reports: list[dict[str, Any]] = []
        self.questions: list[dict[str, Any]] = []
        self.answers: list[dict[str, Any]] = []
        self.restored = 0  # the seq of a line that says the journal was brought back
        self.printed: list[list[str]] = []  # what the agent remembers, each time that it says so
        self.head: dict[str, Any] | None = None  # the newest line of the journal, as the view says it
        self.heads: list[dict[str, Any]] = []  # what agents remember
        self.seq = 0
        self.failing, self.failures = False, 0
        self.silent = False  # the socket lives and says nothing, as after a lost message queue
        self.not_needed: set[str] = set()  # jobs of visitors who no longer wait
        self.turned_away = 0
        self.refused: list[str] = []
        self.loses_answers_to: list[str] = []
        self.on_result: Callable[[dict[str, Any]], None] = lambda body: None
        self.on_report: Callable[[dict[str, Any]], None] = lambda body: None
        self.changed = threading.Condition(threading.RLock())
        self.port = free_port()
        self._wires: list[socket.socket] = []
        self._server: BaseWSGIServer | None = None
        self._socketio: SocketIO | None = None
        self.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> FakeHub:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        """Serve on the same port as before, if there was one."""
        app = flask.Flask("fake_hub")
        self._socketio = SocketIO(app, async_mode="threading", cors_allowed_origins="*")
        self._socketio.on_event("connect", self._connect, namespace=NAMESPACE)
        app.add_url_rule(f"{NAMESPACE}/view", view_func=lambda: self.view())
        app.add_url_rule(f"{NAMESPACE}/results", view_func=self._result, methods=["POST"])
        app.add_url_rule(f"{NAMESPACE}/printer", view_func=self._printer, methods=["POST"])
        app.add_url_rule(f"{NAMESPACE}/head", view_func=self._head, methods=["POST"])
        app.add_url_rule(f"{NAMESPACE}/answers", view_func=self._answer, methods=["POST"])
        app.add_url_rule(f"{NAMESPACE}/printed", view_func=self._printed, methods=["POST"])
        app.before_request(self._guard)
        served = app.wsgi_app

        def wired(environ: dict[str, Any], start_response: Any) -> Any:
            self._wires.append(environ["werkzeug.socket"])
            return served(environ, start_response)

        app.wsgi_app = wired  # type: ignore[method-assign]
        with listen(self.port) as listening:  # make_server takes a copy
            self._server = make_server("127.0.0.1", self.port, app, threaded=True, fd=listening.fileno())
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def stop(self) -> None:
        """Stop answering and drop every socket, as a killed hub does."""
        server, self._server = self._server, None
        if server and self._socketio:
            server.shutdown()
            server.server_close()
            wires, self._wires = self._wires, []
            for wire in wires:
                with contextlib.suppress(OSError):
                    wire.shutdown(socket.SHUT_RDWR)

    def add(self, job: str, content: dict[str, Any]) -> None:
        """A new slip; the agent is told."""
        with self.changed:
            self.slips[job] = {"job": job, "state": "waiting", "claim": "", "content": content}
            self._tell()

    def view(self) -> dict[str, Any]:
        with self.changed:
            open_slips = [dict(slip) for slip in self.slips.values() if slip["state"] in ("waiting", "sending")]
            told: dict[str, Any] = {
                "printer": dict(self.printer),
                "layout": self.layout,
                "questions": self.questions,
                "restored": self.restored,
                "head": self.head,
            }
            return {"seq": self.seq, "at": "", **told, "slips": open_slips}

    def outcome(self, job: str) -> tuple[str, str, str]:
        """State, evidence and reason of a slip."""
        slip = self.slips[job]
        return slip["state"], slip.get("evidence", ""), slip.get("reason", "")

    def until(self, holds: Callable[[], bool], timeout_s: float = 120.0) -> bool:
        """Wait until something holds; every change of this hub is a chance to look again."""
        with self.changed:
            return self.changed.wait_for(holds, timeout_s)

    def settled(self, *jobs: str) -> bool:
        """Wait until all these slips are settled."""
        return self.until(lambda: all(self.slips[job]["state"] not in ("waiting", "sending") for job in jobs))

    def tell(self) -> None:
        """Send the view to the agent."""
        with self.changed:
            self._tell()

    def _tell(self) -> None:
        self.seq += 1
        self.changed.notify_all()
        if self._server and self._socketio and not self.silent:
            self._socketio.emit("view", self.view(), namespace=NAMESPACE)

    def _printed(self) -> tuple[str, int]:
        with self.changed:
            self.printed.append(flask.request.get_json()["jobs"])
            self.changed.notify_all()
        return "", 204

    def _connect(self, auth: dict[str, str] | None) -> None:
        if (auth or {}).get("token") != TOKEN:
            raise Refused("unknown token")
        flask.current_app.logger.disabled = True
        from flask_socketio import emit

        if not self.silent:
            emit("view", self.view())

    def _guard(self) -> Any:
        if flask.request.headers.get("Authorization") != f"Bearer {TOKEN}":
            with self.changed:
                self.turned_away += 1
                self.changed.notify_all()
            return {"error": {"code": "not_allowed", "message": ""}}, 403
        if self.failing:
            with self.changed:
                self.failures += 1
                self.changed.notify_all()
            return {"error": {"code": "broken", "message": ""}}, 500
        return None

    def _refuse(self, status: int, code: str) -> Any:
        self.refused.append(code)
        self.changed.notify_all()
        return {"error": {"code": code, "message": code}}, status

    def _result(self) -> Any:
        body = flask.request.get_json()
        with self.changed:
            slip = self.slips.get(body["job"])
            if slip is None:
                return self._refuse(404, "slip_unknown")
            if slip.get("last") == body:
                return "", 204
            if slip["state"] not in ("waiting", "sending"):
                return self._refuse(409, "slip_settled")
            mine = slip["claim"] in ("", body["claim"])
            if body["result"] == "sending":
                if self.held:
                    return self._refuse(409, "printer_held")
                if not mine:
                    return self._refuse(409, "slip_already_taken")
                if body["job"] in self.not_needed:
                    slip["state"] = "failed"
                    self._tell()
                    return self._refuse(409, "slip_not_needed")
            if not mine and body["result"] != "uncertain":
                return self._refuse(409, "slip_already_taken")
            slip.update(state=body["result"], last=body, evidence=body["evidence"], reason=body["reason"])
            slip["claim"] = "" if body["result"] == "waiting" else body["claim"]
            self.results.append(body)
            self.on_result(body)
            self._tell()
            if body["result"] in self.loses_answers_to:
                self.loses_answers_to.remove(body["result"])
                return {"error": {"code": "broken", "message": ""}}, 500
        return "", 204

    def _printer(self) -> Any:
        with self.changed:
            self.reports.append(flask.request.get_json())
            self.states.append(self.reports[-1]["state"])
            self.on_report(self.reports[-1])
            self.changed.notify_all()
        return "", 204

    def _head(self) -> Any:
        with self.changed:
            self.heads.append(flask.request.get_json())
            self.changed.notify_all()
        return "", 204

    def _answer(self) -> Any:
        with self.changed:
            self.answers.append(flask.request.get_json())
            self.changed.notify_all()
        return "", 204
