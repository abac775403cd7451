"""Sends one composed slip to one printer, and finds out how far it got."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass

from antrean.printing.escpos.parser import fragments_of
from antrean.printing.protocol.responses import Block, PaperStatus
from antrean.printing.protocol.status import OUT_OF_TURN, PrinterStatus, StatusReader
from antrean.printing.protocol.strangers import is_stranger, words_of
from antrean.printing.slip.writer import CUTS
from antrean.printing.transport.link import Link, LinkError, Monotonic
from printer_profiles import Profile

POLL_S = 2.0
SETTLE_S = 0.3


@dataclass(frozen=True, slots=True)
class DeliveryResult:
    """How the delivery of one slip ended.

    `result`: printed, uncertain (some bytes were sent, and nothing confirms the rest) or waiting (nothing was sent).
    `evidence`: the strongest of the queue's EVIDENCE. `reason`: a stable code when it is not printed.
    """

    result: str
    evidence: str
    reason: str = ""


def job_token(job: str) -> bytes:
    """Return four characters that the printer echoes when this job is printed; they differ from job to job."""
    digest = hashlib.sha256(job.encode()).digest()
    return bytes(33 + byte % 94 for byte in digest[:4])


class Delivery:
    """One slip on one open link: `check` first, then `send`. The link is ended by `send` or `give_up`."""

    def __init__(self, link: Link, profile: Profile, monotonic: Monotonic) -> None:
        self.link, self.profile, self._monotonic = link, profile, monotonic
        self.status = StatusReader(link, profile, monotonic)
        self.state = PrinterStatus("unknown")

    def check(self, *, nudge: bool = True) -> PrinterStatus:
        """Return the printer's state before anything of the slip is sent; a lost link is the state offline.

        A device that is no printer is recognised by its responses. `nudge`: also send line ends to a silent device,
        since a server waits for the end of a line before it responds; this takes one more reply timeout.
        """
        responses = self.status.responses
        try:
            self.status.greet()
            self.state = self.status.state()
            if self.state.silent and nudge:
                self.status.nudge()
        except LinkError as error:
            responses.receive_rest()
            self.state = PrinterStatus("offline", error.code, heard=False)
        if is_stranger(bytes(responses.raw)):
            self.state = PrinterStatus("no_printer", words_of(bytes(responses.raw)))
        return self.state

    def give_up(self) -> None:
        """Close without having sent anything of the slip."""
        self.link.abort()

    def send(
        self,
        data: bytes,
        token: bytes,
        *,
        hold_s: float,
        on_state: Callable[[PrinterStatus], None],
        after_doubt: bool,
    ) -> DeliveryResult:
        """Send the slip and return how far it got.

        `token`: four characters of this job. `hold_s`: how long a printer that ran out of paper in the
        middle may take to go on. `after_doubt`: the slip before was left uncertain, so half of it may
        hang in the printer, and its late answer may still come and must not be taken for this one's.
        """
        raw = self.status.responses.raw
        before = len(raw)
        outcome = self._sent(data, token, hold_s, on_state, after_doubt)
        if outcome.result != "waiting" and is_stranger(bytes(raw[before:])):
            self.state = PrinterStatus("no_printer", words_of(bytes(raw[before:])))
            on_state(self.state)
            return DeliveryResult("uncertain", "sent", "no_printer")
        return outcome

    def _sent(
        self, data: bytes, token: bytes, hold_s: float, on_state: Callable[[PrinterStatus], None], after_doubt: bool
    ) -> DeliveryResult:
        completion = self.profile.status.completion
        if completion != "none" and (self.state.state == "mute" or not self.link.two_way):
            completion = "drain"  # it will not respond now either
        started = left = False
        try:
            if after_doubt and not self._quiet(completion):
                return DeliveryResult("waiting", "composed", "printer_not_ready")
            for fragment in fragments_of(self._parting() + data if after_doubt else data):
                started = True
                self.link.send(fragment)
                left = self.link.two_way  # CUPS only collects until the end
                if self.profile.image.fragment_pause_ms:
                    self.status.responses.forget(self.profile.image.fragment_pause_ms / 1000)
            if completion in ("process_id", "gs_r"):
                return self._confirmed(completion, token, hold_s, on_state)
            if completion == "drain" and self._stopped(hold_s, on_state):
                self.link.finish(self.profile.transport.close_timeout_s)
                return DeliveryResult("uncertain", "sent", "held_in_printer")
            limit = self.profile.status.completion_timeout_s if completion == "drain" else None
            drained = self.link.finish(limit or self.profile.transport.close_timeout_s)
        except LinkError as error:
            self.link.abort()
            if started and (left or not error.nothing_sent):
                return DeliveryResult("uncertain", "sent", error.code)
            return DeliveryResult("waiting", "composed", error.code)
        if completion == "drain" and not drained:
            return DeliveryResult("uncertain", "sent", "no_confirmation")
        return DeliveryResult("printed", "drained" if drained else "sent")

    def _quiet(self, completion: str) -> bool:
        """Whether no late response to the slip before can be taken for a response to this one."""
        responses = self.status.responses
        self.link.send(self._end_of_picture())
        if completion == "gs_r":
            # These responses carry no name but come in order: after ours, none of the slip before can come.
            responses.drop(PaperStatus)
            self.link.send(b"\x1dr\x01")
            if not responses.wait_for(PaperStatus, self.profile.status.completion_timeout_s):
                return False
        responses.forget(SETTLE_S if self.link.two_way else 0.0)
        return True

    def _end_of_picture(self) -> bytes:
        """Return white dots for the rest of a picture that broke off, which would swallow the next slip's beginning.

        Printers ignore the byte 0 where no picture is open.
        """
        media, image = self.profile.media, self.profile.image
        return bytes((media.printable_dots + 7) // 8 * image.fragment_rows)

    def _parting(self) -> bytes:
        """Return bytes that cut the rest of an unfinished slip off the next one, so that nobody gets two numbers."""
        cut = self.profile.cut
        return b"\x1b@" + (b"\n" * cut.feed_lines_before) + (CUTS[cut.command] if cut.mode != "none" else b"")

    def _confirmed(
        self, completion: str, token: bytes, hold_s: float, on_state: Callable[[PrinterStatus], None]
    ) -> DeliveryResult:
        self.status.responses.forget()
        self.link.send(b"\x1d(H\x06\x0000" + token if completion == "process_id" else b"\x1dr\x01")
        patience = self.profile.status.completion_timeout_s
        deadline, hold_until = self._monotonic() + patience, self._monotonic() + hold_s
        held = False
        while not self._echo(completion, token, min(POLL_S, patience)):
            self.state = self.status.state_meanwhile() or self.state
            if not self.state.ready:
                if not held:
                    on_state(self.state)
                held = True
                # The printer goes on by itself once the paper is changed: it gets `hold_s` seconds for that.
                deadline = max(deadline, min(self._monotonic() + patience, hold_until))
            if self._monotonic() >= deadline:
                # The printer may print what it holds once the paper is changed: the slip must not be sent again.
                self.link.finish(self.profile.transport.close_timeout_s)
                return DeliveryResult("uncertain", "sent", "held_in_printer" if held else "no_confirmation")
        self.link.finish(self.profile.transport.close_timeout_s)
        return DeliveryResult("printed", "printed" if completion == "process_id" else "echoed")

    def _stopped(self, hold_s: float, on_state: Callable[[PrinterStatus], None]) -> bool:
        """Whether a printer that can't confirm is known to have stopped in the slip and not to have gone on in time."""
        if self.state.state == "mute" or self.profile.status.method not in OUT_OF_TURN or not self.link.two_way:
            return False
        # Asked at once, it would report its state from before the first line was printed.
        self.status.responses.forget(self.profile.status.reply_timeout_s)
        until, reported = self._monotonic() + hold_s, False
        while True:
            self.state = self.status.state_meanwhile() or self.state
            if self.state.ready:
                return False
            if not reported:
                on_state(self.state)
                reported = True
            if self._monotonic() >= until:
                return True
            self.status.responses.forget(min(POLL_S, self.profile.status.completion_timeout_s))

    def _echo(self, completion: str, token: bytes, timeout_s: float) -> bool:
        responses = self.status.responses
        if completion == "process_id":
            return bool(
                responses.wait_for(Block, timeout_s, lambda block: block.header == 0x37 and block.body[1:] == token)
            )
        return bool(responses.wait_for(PaperStatus, timeout_s))
