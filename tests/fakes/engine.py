"""What a printer does with bytes, faults included: its answers, and what it really put on paper."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from antrean.printing.escpos.parser import Token, read_tokens

OK, NEAR_END, PAPER_OUT, COVER_OPEN, OFFLINE, CUTTER = "ok", "near_end", "paper_out", "cover_open", "offline", "cutter"
# Answers to DLE EOT 1-4 by condition; Epson's, as other emulators and clients agree.
REAL_TIME = {
    OK: (0x12, 0x12, 0x12, 0x12),
    NEAR_END: (0x12, 0x12, 0x12, 0x1E),
    PAPER_OUT: (0x1A, 0x32, 0x12, 0x7E),
    COVER_OPEN: (0x1A, 0x16, 0x12, 0x12),
    OFFLINE: (0x1A, 0x12, 0x12, 0x12),
    CUTTER: (0x1A, 0x52, 0x1A, 0x12),
}
AUTO = {
    OK: b"\x10\x00\x00\x00",
    NEAR_END: b"\x10\x00\x03\x00",
    PAPER_OUT: b"\x18\x00\x0f\x00",
    COVER_OPEN: b"\x38\x00\x00\x00",
    OFFLINE: b"\x18\x00\x00\x00",
    CUTTER: b"\x18\x08\x00\x00",
}
# Custom's FULL STATUS: paper, user, recoverable, unrecoverable.
CUSTOM = {
    OK: b"\x00\x00\x00\x00",
    NEAR_END: b"\x04\x00\x00\x00",
    PAPER_OUT: b"\x01\x00\x00\x00",
    COVER_OPEN: b"\x00\x02\x00\x00",
    OFFLINE: b"\x00\x00\x40\x00",
    CUTTER: b"\x00\x00\x00\x01",
}
REQUEST = re.compile(rb"\x10\x04(.)", re.DOTALL)
CUTS = ("GS V", "ESC i", "ESC m")
QUIET = ("NUL", "ESC @", "ESC $", "ESC t", "FS .", "GS a", "GS r", "GS ( H", "GS I", "DLE EOT")


@dataclass
class Engine:
    """The printer without its wire: bytes in, answers out, paper kept as the bytes of each slip.

    `paper_out_after`: so many bytes of the next slip are printed, then the paper is out. `mute`: it
    never answers. `held` data prints when the condition is good again, as in a real printer.
    """

    condition: str = OK
    mute: bool = False
    knows_process_id: bool = True
    model: str = "TM-T82III"
    paper_out_after: int | None = None
    slips: list[bytes] = field(default_factory=list)
    paper: bytearray = field(default_factory=bytearray)
    buffer: bytes = b""
    _begun: bytes = b""
    auto_status: bool = False
    cutter: bool = True

    def receive(self, data: bytes) -> bytes:
        """Take bytes; the answers that come of them.

        Real-time requests are answered at once wherever they stand: held data and pictures do not stop them.
        """
        kept, asked, self._begun = _pick_real_time(self._begun + data)
        said = b"".join(self._status(number) for number in asked)
        self.buffer += kept
        said += self._answers()
        return b"" if self.mute else said

    def repair(self) -> bytes:
        """Paper changed, cover closed: what was held prints now, and late answers come."""
        return self.become(OK)

    def become(self, condition: str) -> bytes:
        """Change the condition; the answers that come of it."""
        self.condition = condition
        told = AUTO[condition] if self.auto_status else b""
        said = told + self._answers()
        return b"" if self.mute else said

    def clear(self) -> None:
        """Power off and on: what was held and half printed is gone, as is a half-torn slip's rest."""
        self.buffer = self._begun = b""
        self.paper.clear()
        self.auto_status = False

    @property
    def numbers(self) -> list[str]:
        """The text in each piece of paper's largest type: the ticket numbers on paper, in order."""
        open_slip = [bytes(self.paper)] if self.paper and not self.cutter else []
        return [number for slip in self.slips + open_slip for number in largest_lines(slip)]

    def _answers(self) -> bytes:
        said = bytearray()
        if self.condition not in (OK, NEAR_END):
            return b""
        tokens, rest = read_tokens(self.buffer)
        for place, token in enumerate(tokens):
            if self.condition not in (OK, NEAR_END):
                self.buffer = b"".join(t.raw for t in tokens[place:]) + rest
                return bytes(said) + self._answers()
            said += self._obey(token)
        self.buffer = rest
        return bytes(said)

    def _status(self, number: int) -> bytes:
        if number == 20:
            return b"\x10\x0f" + CUSTOM[self.condition]
        return bytes([REAL_TIME[self.condition][number - 1]]) if 1 <= number <= 4 else b""

    def _obey(self, token: Token) -> bytes:
        match token.kind:
            case "GS a":
                self.auto_status = token.args[0] != 0
                return AUTO[self.condition] if self.auto_status else b""
            case "GS r":
                return b"\x03" if self.condition == NEAR_END else b"\x00"
            case "GS I":
                return b"\x5f" + self.model.encode() + b"\x00"
            case "GS ( H":
                return b"\x37\x22" + token.args[-4:] + b"\x00" if self.knows_process_id else b""
        if token.kind == "ESC @" and self.paper and not self.cutter:
            self.slips.append(bytes(self.paper))
            self.paper.clear()
        if token.kind in QUIET:
            return b""
        self.paper += token.raw
        if self.paper_out_after is not None and len(self.paper) > self.paper_out_after:
            self.paper_out_after = None
            self.condition = PAPER_OUT
            return AUTO[PAPER_OUT] if self.auto_status else b""
        if token.kind in CUTS:
            self.slips.append(bytes(self.paper))
            self.paper.clear()
        return b""


def _pick_real_time(data: bytes) -> tuple[bytes, list[int], bytes]:
    """The data without its DLE EOT requests, their numbers, and a request that has only begun."""
    asked = [found[1][0] for found in REQUEST.finditer(data)]
    kept = REQUEST.sub(b"", data)
    begun = next((end for end in (b"\x10\x04", b"\x10") if kept.endswith(end)), b"")
    return kept.removesuffix(begun), asked, begun


def largest_lines(slip: bytes) -> list[str]:
    """All texts printed in the largest type of a piece of paper; a half slip may hang on to a whole one."""
    size, sized = 0, []
    for token in read_tokens(slip)[0]:
        if token.kind == "GS !":
            size = token.args[0]
        elif token.kind == "text":
            sized.append((size, token.raw.decode("ascii", "replace")))
    largest = max((size for size, _ in sized), default=0)
    return [text for size, text in sized if size == largest]
