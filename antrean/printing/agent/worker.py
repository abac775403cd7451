"""PrinterWorker: checks one printer's state and prints one slip at a time on it."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from antrean.printing.agent.timings import AgentTimings
from antrean.printing.escpos.preview import printed_mm
from antrean.printing.protocol.delivery import Delivery, DeliveryResult, job_token
from antrean.printing.protocol.status import PrinterStatus, unreachable
from antrean.printing.slip.compose import compose
from antrean.printing.slip.content import content_from_json, layout_from_json
from antrean.printing.slip.self_test import TestPage, compose_test_page
from antrean.printing.transport import virtual
from antrean.printing.transport.address import LONGEST, Address
from antrean.printing.transport.allowed import Allowed, NotAllowed
from antrean.printing.transport.link import LinkError, Monotonic
from antrean.printing.transport.open_link import open_link
from printer_profiles import Profile, ProfileError

log = logging.getLogger(__name__)


HEARD = ("ready", "near_end", "paper_out", "cover_open", "error")
TELLS_NOTHING = ("mute", "unknown")


class PrinterWorker:
    """One printer at one address. `tell` is called with each change of its state; `print_slip` prints one slip.

    `doubtful`: the slip before may be half printed, so the next one begins with a cut.
    """

    def __init__(
        self,
        address: Address,
        tell: Callable[[PrinterStatus], None],
        stop: threading.Event,
        monotonic: Monotonic,
        timings: AgentTimings,
        allowed: Allowed,
    ) -> None:
        self.address = address
        self._allowed = allowed
        self.state = PrinterStatus("")
        self._tell, self._stop, self._monotonic, self._timings = tell, stop, monotonic, timings
        self._checked = self._closed = float("-inf")
        self.doubtful = False
        self._answers = False
        self._missed = False  # the last check was not fully responded to, and its result is not believed yet
        self._silent = False  # nothing at all was received at the last check

    def until_look(self, *, wanted: bool) -> float:
        """Return the seconds until the printer is to be checked again; 0 for a `wanted` slip when it was in order."""
        if self._missed:
            pause = self._timings.again_s
        elif not self.state.ready:
            pause = self._timings.not_ready_check_s
        elif wanted:
            return 0.0
        else:
            pause = self._timings.silent_check_s if self.state.state in TELLS_NOTHING else self._timings.idle_check_s
        return max(0.0, pause - (self._monotonic() - self._checked))

    def look(self, profile_id: str) -> None:
        """Check the printer's state, without a slip."""
        if self.address.kind == "virtual":
            self._now(self._folder_state())
            return
        try:
            delivery = self._open(self.address.profile(profile_id))
        except (LinkError, ProfileError) as error:
            self._now(unreachable(error))
            return
        self._end(delivery)
        self._now(delivery.state)

    def print_slip(
        self,
        slip: dict[str, Any],
        layout: dict[str, Any],
        profile_id: str,
        claim: Callable[[], bool],
    ) -> tuple[DeliveryResult, int] | None:
        """Check, compose, claim and send; return the result and about how many millimetres of paper it used.

        Returns None when nothing was claimed or sent: the printer is not ready, or the slip is another agent's.
        What `claim` raises is passed on, and then nothing was sent.
        """
        try:
            profile = self.address.profile(profile_id)
            if slip.get("test"):
                data = self._test_page(profile)
            else:
                own = slip.get("layout") or layout
                data = compose(content_from_json(slip["content"]), layout_from_json(own), profile)
        except Exception:
            # A slip that cannot be composed must not hold up the slips behind it.
            log.exception("slip %s cannot be composed", slip["job"])
            return (DeliveryResult("failed", "none", "compose_failed"), 0) if claim() else None
        if self.address.kind == "virtual":
            outcome = self._keep(slip["job"], data, claim)
        else:
            outcome = self._deliver(slip["job"], data, profile, claim)
        if outcome is None:
            return None
        return outcome, printed_mm(data, profile) if outcome.result == "printed" else 0

    def _test_page(self, profile: Profile) -> bytes:
        state = self.state.state or "unknown"
        return compose_test_page(TestPage(self.address.device_key, "", state, self.state.detail), profile)

    def _keep(self, job: str, data: bytes, claim: Callable[[], bool]) -> DeliveryResult | None:
        state = self._folder_state()
        self._now(state)
        if not state.ready or not claim():
            return None
        try:
            virtual.keep(Path(self.address.path), job, data, home=self._allowed.is_home(self.address))
        except (OSError, ValueError) as error:
            log.error("slip %s cannot be kept: %s", job, error)
            return DeliveryResult("failed", "composed", "folder_not_writable")
        return DeliveryResult("printed", "virtual")

    def _folder_state(self) -> PrinterStatus:
        """Return the state of a virtual printer: ready where this machine lets it store slips."""
        try:
            self._allowed.check(self.address)
            virtual.check(Path(self.address.path), home=self._allowed.is_home(self.address))
        except virtual.FolderNotOurs:
            return unreachable(NotAllowed("folder_not_ours", self.address.path))
        except LinkError as error:
            return unreachable(error)
        except OSError as error:
            log.warning("the folder of the virtual printer: %s", error)  # the results of its slips report it
        return PrinterStatus("ready", "virtual")

    def _deliver(self, job: str, data: bytes, profile: Profile, claim: Callable[[], bool]) -> DeliveryResult | None:
        try:
            delivery = self._open(profile)
        except LinkError as error:
            self._now(unreachable(error))
            return None
        try:
            self._now(delivery.state)
            asked = self._monotonic()
            if not delivery.state.ready or not claim():
                return None
            if self._monotonic() - asked > self._timings.stale_status_s and not delivery.check(nudge=False).ready:
                return DeliveryResult("waiting", "composed", "printer_not_ready")
            outcome = delivery.send(
                data, job_token(job), hold_s=self._timings.hold_s, on_state=self._now, after_doubt=self.doubtful
            )
        finally:
            self._end(delivery)
        if outcome.result != "waiting":
            self.doubtful = outcome.result == "uncertain"
        if outcome.result != "printed":
            self._checked = float("-inf")  # something is wrong: check again before the next slip
        return outcome

    def _open(self, profile: Profile) -> Delivery:
        """Return an open link whose printer has been checked. Refuses with LinkError."""
        # Printers need a pause between two connections.
        pause = profile.transport.min_reopen_ms / 1000 - (self._monotonic() - self._closed)
        if pause > 0:
            self._stop.wait(pause)
        silent, self._silent = self._silent, False
        link = open_link(self.address, profile, self._monotonic, self._allowed)
        delivery = Delivery(link, profile, self._monotonic)
        state = delivery.check(nudge=not silent)
        self._silent = state.silent
        self._answers = self._answers or state.state in HEARD
        if state.state == "mute" and self._answers:
            # A model that never responds may be in order; one that has responded before and is silent now is not.
            delivery.state = PrinterStatus("offline", "fell silent", heard=False)
        return delivery

    def _end(self, delivery: Delivery) -> None:
        delivery.give_up()
        self._closed = self._monotonic()

    def _now(self, state: PrinterStatus) -> None:
        self._checked = self._monotonic()
        known = self.state
        if not state.heard and known.state and (state.state == known.state or not self._missed):
            # One late response or one refused connection is no fault yet: most printers take one client at a time and
            # need a moment after each. The known state stands until the printer has been asked again.
            self._missed = state.state != known.state
            return
        self._missed = False
        if state == known or state.state == known.state == "offline":
            return  # a printer that is off fails with another detail each time
        self.state = state
        self._tell(state)


def report_of(workers: Sequence[PrinterWorker]) -> dict[str, str]:
    """Return the report on an agent's printers for the hub: states and addresses of the main and the second printer."""
    main, second = workers[0], workers[1] if len(workers) > 1 else None
    return {
        "state": main.state.state,
        "detail": main.state.detail,
        "address": main.address.text[:LONGEST],
        "fallback": second.state.state if second else "",
        "fallback_address": second.address.text[:LONGEST] if second else "",
    }
