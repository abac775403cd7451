"""Asks a printer for its status in the way that its profile names, and returns one of the queue's states."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from antrean.printing.protocol.responses import AutoStatus, Block, CustomFull, PaperStatus, RealTime, ResponseReader
from antrean.printing.protocol.strangers import NUDGE
from antrean.printing.transport.allowed import NotAllowed
from antrean.printing.transport.link import Link, Monotonic
from antrean.queueing.slips.printers import prints
from printer_profiles import Profile

DLE_EOT = b"\x10\x04"
OUT_OF_TURN = ("dle_eot", "custom_full", "lpgetstatus")
ASK_MODEL = b"\x1dIC"
ASB_OFF = b"\x1da\x00"
SETTLE_S = 0.02
NO_ANSWER = "no answer"


@dataclass(frozen=True, slots=True)
class PrinterStatus:
    """One of the STATES of the queue's printers, with a detail for technicians (bytes in hex, or an error).

    `heard`: the printer itself reported it, and left no request without a response.
    """

    state: str
    detail: str = ""
    heard: bool = field(default=True, compare=False)

    @property
    def ready(self) -> bool:
        """Whether a slip may be sent: the printer is in order, or is of a model that never responds."""
        return prints(self.state)

    @property
    def silent(self) -> bool:
        """Whether the device took the request and did not respond."""
        return self.detail == NO_ANSWER


class StatusReader:
    """Asks for the printer's state over one open link; `responses` reads what the printer sends."""

    def __init__(self, link: Link, profile: Profile, monotonic: Monotonic) -> None:
        self.link, self.profile = link, profile
        self.responses = ResponseReader(link, monotonic, custom=profile.status.method == "custom_full")

    def greet(self) -> None:
        """Switch automatic reports off after opening, and drop what was sent to the client before."""
        if self.link.two_way and self.profile.status.disable_asb_on_open and self.profile.status.method != "none":
            self.link.send(ASB_OFF)
        self.responses.forget(SETTLE_S)

    def state(self) -> PrinterStatus:
        """Return the printer's state now. Refuses with LinkError when the link is lost."""
        method = self.profile.status.method if self.link.two_way else "none"
        match method:
            case "dle_eot":
                found = self._real_time()
            case "gs_r":
                found = self._paper_status()
            case "asb":
                found = self._auto()
            case "custom_full":
                found = self._custom()
            case "lpgetstatus":
                found = self._port()
            case _:
                found = PrinterStatus("unknown")
        if found.state == "near_end" and not self.profile.status.near_end:
            found = replace(found, state="ready")
        return found

    def state_meanwhile(self) -> PrinterStatus | None:
        """Return the state while a slip is being printed; None where the request would wait behind the slip."""
        return self.state() if self.profile.status.method in OUT_OF_TURN else None

    def nudge(self) -> None:
        """Send line ends, so that a server which waits for them responds; a printer ignores them."""
        self.link.send(NUDGE)
        self.responses.forget(self.profile.status.reply_timeout_s)

    def model(self) -> str:
        """Return the model name that the printer reports (GS I 67), empty when it reports none."""
        self.link.send(ASK_MODEL)
        said = self.responses.wait_for(Block, self.profile.status.reply_timeout_s, lambda block: block.header == 0x5F)
        return said.body.decode("ascii", "replace") if said else ""

    def _ask(self, request: bytes, patience: float = 1.0) -> RealTime | None:
        self.link.send(request)
        return self.responses.wait_for(RealTime, self.profile.status.reply_timeout_s * patience)

    def _real_time(self) -> PrinterStatus:
        self.responses.drop(RealTime)
        printer = self._ask(DLE_EOT + b"\x01")
        if printer is None:
            return self._silence()
        cause, paper = self._ask(DLE_EOT + b"\x02"), self._ask(DLE_EOT + b"\x04")
        error = self._ask(DLE_EOT + b"\x03") if cause and cause.byte & 0x40 else None
        said = [answer.byte for answer in (printer, cause, paper, error) if answer]
        detail = " ".join(f"{byte:02x}" for byte in said)
        return PrinterStatus(
            _first_true(
                cover_open=bool(cause and cause.byte & 0x04),
                paper_out=bool(cause and cause.byte & 0x20) or bool(paper and paper.byte & 0x60),
                error=bool(cause and cause.byte & 0x40),
                offline=bool(printer.byte & 0x08),
                near_end=bool(paper and paper.byte & 0x0C),
            ),
            detail,
            heard=cause is not None and paper is not None,
        )

    def _paper_status(self) -> PrinterStatus:
        self.responses.drop(PaperStatus)
        self.link.send(b"\x1dr\x01")
        said = self.responses.wait_for(PaperStatus, self.profile.status.reply_timeout_s)
        if said is None:
            return self._silence()
        state = _first_true(paper_out=bool(said.byte & 0x0C), near_end=bool(said.byte & 0x03))
        return PrinterStatus(state, f"{said.byte:02x}")

    def _auto(self) -> PrinterStatus:
        self.responses.drop(AutoStatus)
        self.link.send(b"\x1da\xff")
        said = self.responses.wait_for(AutoStatus, self.profile.status.reply_timeout_s)
        self.link.send(ASB_OFF)
        return self._silence() if said is None else auto_state(said)

    def _custom(self) -> PrinterStatus:
        self.responses.drop(CustomFull)
        self.link.send(DLE_EOT + b"\x14")
        said = self.responses.wait_for(CustomFull, self.profile.status.reply_timeout_s)
        if said is None:
            return self._silence()
        paper, user, recoverable, unrecoverable = said.raw
        state = _first_true(
            cover_open=bool(user & 0x03),
            paper_out=bool(paper & 0x01),
            error=bool(recoverable | unrecoverable),
            near_end=bool(paper & 0x44),
        )
        return PrinterStatus(state, said.raw.hex(" "))

    def _port(self) -> PrinterStatus:
        said = self.link.port_status()
        if said is None:
            return self._silence()
        state = _first_true(paper_out=bool(said & 0x20), error=not said & 0x08, offline=not said & 0x10)
        return PrinterStatus(state, f"{said:02x}")

    def _silence(self) -> PrinterStatus:
        if self.profile.status.silence_means == "offline":
            return PrinterStatus("offline", NO_ANSWER, heard=False)
        return PrinterStatus("mute", NO_ANSWER, heard=False)


def auto_state(said: AutoStatus) -> PrinterStatus:
    """Return the state that four bytes of Automatic Status Back report."""
    first, fault, paper, _ = said.raw
    state = _first_true(
        cover_open=bool(first & 0x20),
        paper_out=bool(paper & 0x0C),
        error=bool(fault & 0x68),
        offline=bool(first & 0x08),
        near_end=bool(paper & 0x03),
    )
    return PrinterStatus(state, said.raw.hex(" "))


def _first_true(**conditions: bool) -> str:
    return next((state for state, holds in conditions.items() if holds), "ready")


def unreachable(error: Exception) -> PrinterStatus:
    """Return the state of a printer that could not be opened: offline, or not allowed by this machine."""
    refused = isinstance(error, NotAllowed)
    return PrinterStatus("not_allowed" if refused else "offline", str(error)[:200], heard=refused)
