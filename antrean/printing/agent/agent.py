"""The print agent: takes slips from the hub one at a time, prints them, and reports how far each got."""

from __future__ import annotations

import contextlib
import logging
import secrets
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from antrean.printing.agent import diagnostics
from antrean.printing.agent.hub_client import HubAway, HubClient
from antrean.printing.agent.printer_lock import PrinterLock
from antrean.printing.agent.state import AgentState
from antrean.printing.agent.timings import AgentTimings
from antrean.printing.agent.worker import PrinterWorker, report_of
from antrean.printing.protocol.delivery import DeliveryResult
from antrean.printing.protocol.status import PrinterStatus
from antrean.printing.transport.address import UNUSABLE, Address
from antrean.printing.transport.allowed import Allowed
from antrean.printing.transport.link import Monotonic
from antrean.printing.transport.same_printer import distinct, names_of

log = logging.getLogger(__name__)

LONGEST_CLAIM_S = 60.0  # a response to a claim that took longer is not used: the hub may have given the slip up
SAID_AGAIN_S = 30.0
REMEMBERED = 500
ON_PAPER = ("printed", "uncertain")


class Agent:
    """Serves one list of printers (main, fallbacks); `run` returns when stopped or the hub names others.

    `named_by`: the printers that a view names, where the hub may name them.
    """

    def __init__(
        self,
        hub: HubClient,
        addresses: list[Address],
        named_by: Callable[[dict[str, Any]], list[Address]] | None,
        data_folder: Path,
        stop: threading.Event,
        monotonic: Monotonic,
        timings: AgentTimings,
        allowed: Allowed,
    ) -> None:
        self._allowed = allowed
        self._hub, self._named, self._named_by = hub, addresses, named_by
        self._addresses = distinct(addresses)
        self._data_folder, self._stop, self._monotonic, self._timings = data_folder, stop, monotonic, timings
        self.run_id = secrets.token_hex(8)
        self._settled: dict[str, None] = {}
        self._on_paper: set[str] = set()  # jobs that earlier runs remember to have printed
        self._foreign_since: dict[str, float] = {}
        self._answered: dict[str, None] = {}
        self._recalled = 0  # the restore for which the printed jobs were reported
        self._told: dict[str, str] = {}  # the last report on the printers
        self._told_at = float("-inf")
        self._head_told = -1  # the connection in which the newest line was reported
        self._compared: tuple[int, Any] = (-1, None)  # the last view's report that was compared
        self._workers = [
            PrinterWorker(address, self._heard, stop, monotonic, timings, allowed) for address in self._addresses
        ]

    def run(self) -> None:
        """Run the main loop: report results, print the oldest slip, check the printers."""
        with self.running():
            while not self._stop.is_set():
                pause = self.turn()
                if pause is None:
                    return
                self._hub.wait(pause)

    @contextlib.contextmanager
    def running(self) -> Iterator[None]:
        """Hold the locks of all printers inside the `with`. Refuses with PrinterOwned."""
        with contextlib.ExitStack() as held:
            locks = []
            for address in self._addresses:
                # An address that cannot be used must not lock another agent's printer.
                mine = replace(address, path=self._hub.identity) if address.kind == UNUSABLE else address
                locks.append(PrinterLock(self._data_folder, mine.device_key, names_of(mine), self._hub.who))
                held.callback(locks[-1].release)
            self._lock = locks[0]
            before = self._lock.read()
            self._dead_run, self._on_paper = before.run, set(before.printed)
            self._state = AgentState(self.run_id, before.results, clean=False, printed=before.printed, head=before.head)
            self._lock.write(self._state)
            if not before.clean:
                self._doubt()
            yield
            self._state.clean = not any(worker.doubtful for worker in self._workers)
            self._lock.write(self._state)

    def turn(self) -> float | None:
        """Do one step; return how many seconds the loop may wait, None when the hub names other printers."""
        try:
            self._tell()
            view = self._hub.view()
            if not view:
                return 1.0
            if self._named_by is not None and self._named_by(view) != self._named:
                return None
            self._compare(view)
            self._tell_head()
            self._answer(view)
            self._recall(view)
            self._orphans(view)
            waiting = [slip for slip in view.get("slips", ()) if self._to_print(slip)]
            held = bool((view.get("printer") or {}).get("held"))
            if waiting and not held and self._print(view, waiting[0]):
                return 0.0
            self._give_back(waiting)
            for worker in self._workers:
                if worker.until_look(wanted=False) == 0:
                    worker.look(self._profile_id(view))
            self._tell()
            pause = min(worker.until_look(wanted=bool(waiting) and not held) for worker in self._workers)
            return min(max(pause, 0.02), 1.0)
        except HubAway as error:
            log.info("the hub is away: %s", error)
            return 1.0

    # -- reports to the hub --------------------------------------------------------------------------

    def _tell(self) -> None:
        """Report what the hub does not know yet: results first, then the printers' states."""
        while self._state.results:
            result = self._state.results[0]
            self._post("results", result)
            if result["result"] != "waiting":
                self._remember(result["job"])
            self._state.results.pop(0)
            self._lock.write(self._state)
        while (said := report_of(self._workers)) != self._told and said["state"]:
            self._post("printer", said)
            self._told, self._told_at = said, self._monotonic()

    def _compare(self, view: dict[str, Any]) -> None:
        """Report the printers again when the hub has another state: a new day began, or it took this agent for gone.

        Both are normal; a report that is not this agent's is logged as a warning. Before the first check of the
        printers, after a start or another address, there is nothing to compare.
        """
        known = (view.get("printer") or {}).get("told")
        if not self._told:
            return
        if known is None or (view.get("seq", 0), known) == self._compared:
            return
        if known and known["state"] != "agent_away" and self._monotonic() - self._told_at < SAID_AGAIN_S:
            return  # two agents with one token must not overwrite each other's reports in a loop
        self._compared = view.get("seq", 0), known
        if known != self._told:
            level = logging.WARNING if known and known["state"] != "agent_away" else logging.INFO
            log.log(level, "the hub knows the printer as %s, not as %s", known, self._told)
            self._told = {}
            self._tell()

    def _tell_head(self) -> None:
        """Report, once a connection, the newest line of the journal that a slip came with."""
        if self._state.head and (connection := self._hub.connections) != self._head_told:
            self._post("head", self._state.head)
            self._head_told = connection

    def _answer(self, view: dict[str, Any]) -> None:
        """Answer each question of the set-up pages once."""
        for question in view.get("questions", ()):
            if question["id"] not in self._answered:
                self._answered[question["id"]] = None
                self._post("answers", {"question": question["id"], **diagnostics.answer(question, self._allowed)})

    def _recall(self, view: dict[str, Any]) -> None:
        """Report the printed jobs, once for each restore of the hub's journal from a backup."""
        restored = view.get("restored", 0)
        if restored and restored != self._recalled:
            self._post("printed", {"jobs": self._state.printed})
            self._recalled = restored

    def _post(self, path: str, body: dict[str, Any]) -> None:
        status, code = self._hub.post(path, body)
        if status >= 400:
            log.warning("the hub does not take %s: %s %s", body, status, code)

    def _heard(self, state: PrinterStatus) -> None:
        log.info("printer: %s %s", state.state, state.detail)
        if self._state.results:
            return
        # Staff must learn at once that the paper ran out in the middle of a slip. A hub that is away must not disturb
        # the slip: the state is reported later.
        with contextlib.suppress(HubAway):
            self._tell()

    def _owe(self, job: str, outcome: DeliveryResult, paper_mm: int = 0, fallback: bool = False) -> None:
        """Store a result on disk before it is reported, so that it survives the end of the hub and of this agent."""
        body = self._body(job, outcome.result, outcome.evidence, outcome.reason)
        if paper_mm:
            body["paper_mm"] = paper_mm
        if fallback:
            body["fallback"] = True
        if outcome.result in ON_PAPER:
            self._state.remember(job)
        self._state.results.append(body)
        self._lock.write(self._state)
        if outcome.result != "waiting":
            self._remember(job)
        self._tell()

    def _body(self, job: str, result: str, evidence: str, reason: str) -> dict[str, Any]:
        return {"job": job, "result": result, "evidence": evidence, "reason": reason, "claim": self.run_id}

    def _remember(self, job: str) -> None:
        self._settled[job] = None
        while len(self._settled) > REMEMBERED:
            del self._settled[next(iter(self._settled))]

    # -- slips ---------------------------------------------------------------------------------------

    def _orphans(self, view: dict[str, Any]) -> None:
        """Settle slips that a dead agent left in `sending` as uncertain, so that they are never sent again."""
        now = self._monotonic()
        open_jobs = {slip["job"] for slip in view.get("slips", ())}
        self._foreign_since = {job: at for job, at in self._foreign_since.items() if job in open_jobs}
        for slip in view.get("slips", ()):
            job, claim = slip["job"], slip.get("claim", "")
            if slip["state"] != "sending" or claim == self.run_id or job in self._settled:
                continue
            since = self._foreign_since.setdefault(job, now)
            # This agent's last run is certainly dead; an unknown agent may still be printing and gets time to finish.
            if claim == self._dead_run or now - since >= self._timings.foreign_grace_s:
                self._doubt()
                self._owe(job, DeliveryResult("uncertain", "none", "agent_restarted"))

    def _doubt(self) -> None:
        for worker in self._workers:
            worker.doubtful = True

    def _to_print(self, slip: dict[str, Any]) -> bool:
        return slip["job"] not in self._settled and (slip["state"] == "waiting" or self._mine(slip))

    def _mine(self, slip: dict[str, Any]) -> bool:
        return bool(slip["state"] == "sending" and slip.get("claim") == self.run_id)

    def _give_back(self, slips: list[dict[str, Any]]) -> None:
        """Give back claimed slips that cannot be printed now; nothing of them was sent."""
        for slip in slips:
            if self._mine(slip):
                self._owe(slip["job"], DeliveryResult("waiting", "none", "printer_not_ready"))

    def _print(self, view: dict[str, Any], slip: dict[str, Any]) -> bool:
        """Try the printers in their order; return whether the slip is settled."""
        job, layout = slip["job"], view.get("layout") or {}
        if job in self._on_paper:
            # The hub's journal has lost that this slip was printed; only this agent remembers it.
            if self._claim(job):
                self._owe(job, DeliveryResult("uncertain", "none", "on_paper"))
            return job in self._settled
        for worker in self._workers:
            if worker.until_look(wanted=True) > 0:
                continue
            done = worker.print_slip(slip, layout, self._profile_id(view), lambda: self._claim(job))
            if done is not None:
                self._state.head = dict(view.get("head") or self._state.head)
                self._owe(job, *done, fallback=worker is not self._workers[0])
                return done[0].result != "waiting"
            if job in self._settled:
                return True
        return False

    def _claim(self, job: str) -> bool:
        """Whether the hub gives this slip to this agent in time. Refuses with HubAway when it does not respond."""
        asked = self._monotonic()
        status, code = self._hub.post("results", self._body(job, "sending", "composed", ""))
        if status < 300:
            if self._monotonic() - asked < LONGEST_CLAIM_S:
                return True
            # This machine slept, or the agent was paused, during the request.
            self._owe(job, DeliveryResult("waiting", "composed", "claim_too_slow"))
            return False
        log.warning("slip %s is not ours: %s %s", job, status, code)
        if code != "printer_held":
            self._remember(job)
        return False

    @staticmethod
    def _profile_id(view: dict[str, Any]) -> str:
        return (view.get("printer") or {}).get("profile") or ""
