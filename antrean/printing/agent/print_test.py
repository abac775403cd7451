"""print_test(): asks a printer for its model and state, prints the test slip, and reports the outcome."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

from antrean.printing.protocol.delivery import Delivery, DeliveryResult, job_token
from antrean.printing.protocol.status import PrinterStatus, unreachable
from antrean.printing.slip.self_test import TestPage, compose_test_page
from antrean.printing.transport import virtual
from antrean.printing.transport.address import Address
from antrean.printing.transport.allowed import Allowed
from antrean.printing.transport.link import LinkError
from antrean.printing.transport.open_link import open_link
from printer_profiles import Profile, profile_for_model

HOLD_S = 20.0
JOB = "test-slip"


@dataclass(frozen=True, slots=True)
class TestReport:
    """How the test slip was printed. `said`: every byte that the printer sent, in hex."""

    __test__ = False

    address: str
    profile_id: str
    verified: str
    model: str
    state: str
    detail: str
    result: str
    evidence: str
    reason: str
    said: str = ""

    @property
    def ok(self) -> bool:
        """Whether the slip was printed, as far as is known."""
        return self.result == "printed"

    def lines(self) -> list[str]:
        """Return the report as lines of text for a terminal."""
        return [
            f"printer   {self.address}",
            f"model     {self.model or 'gives no name'}",
            f"profile   {self.profile_id} (verified: {self.verified})",
            f"state     {self.state} {self.detail}".rstrip(),
            f"answered  {self.said or 'nothing'}",
            f"test slip {self.result}, evidence: {self.evidence} {self.reason}".rstrip(),
        ]


def print_test(address: Address, allowed: Allowed) -> TestReport:
    """Print the test slip on the printer at this address and return a report.

    Without `?profile=` the printer is asked for its model, and the matching profile is used. Refuses with
    ProfileError an unknown profile; a printer that is away, not ready or not allowed here is reported, not refused.
    """
    profile = address.profile()
    try:
        if address.kind == "virtual":
            allowed.check(address)
            page = TestPage(address.device_key, "", "ready", "")
            virtual.keep(Path(address.path), JOB, compose_test_page(page, profile), home=allowed.is_home(address))
            return _report(address, profile, "", PrinterStatus("ready"), DeliveryResult("printed", "virtual"))
        delivery = Delivery(open_link(address, profile, time.monotonic, allowed), profile, time.monotonic)
    except LinkError as error:
        return _report(address, profile, "", unreachable(error), DeliveryResult("waiting", "none", error.code))
    except OSError as error:
        state = PrinterStatus("error", str(error))
        return _report(address, profile, "", state, DeliveryResult("waiting", "none", "folder_not_writable"))
    return _with(address, profile, delivery)


def _with(address: Address, profile: Profile, delivery: Delivery) -> TestReport:
    state, model = delivery.check(), ""
    try:
        if state.ready and delivery.link.two_way and state.state not in ("mute", "unknown"):
            model = delivery.status.model()
    except LinkError as error:
        state = PrinterStatus("offline", error.code)
    if not state.ready:
        delivery.give_up()
        outcome = DeliveryResult("waiting", "none", "printer_not_ready")
        return _report(address, profile, model, state, outcome, delivery)
    if not address.profile_id:
        profile = profile_for_model(model) or profile
        delivery.profile = profile
    page = TestPage(address.device_key, model, state.state, state.detail)
    outcome = delivery.send(
        compose_test_page(page, profile),
        job_token(JOB),
        hold_s=HOLD_S,
        on_state=lambda _: None,
        after_doubt=False,
    )
    return _report(address, profile, model, state, outcome, delivery)


def _report(
    address: Address,
    profile: Profile,
    model: str,
    state: PrinterStatus,
    outcome: DeliveryResult,
    delivery: Delivery | None = None,
) -> TestReport:
    return TestReport(
        address=address.device_key,
        profile_id=profile.id,
        verified=profile.verified,
        model=model,
        state=state.state,
        detail=state.detail,
        result=outcome.result,
        evidence=outcome.evidence,
        reason=outcome.reason,
        said=bytes(delivery.status.responses.raw).hex(" ") if delivery else "",
    )
