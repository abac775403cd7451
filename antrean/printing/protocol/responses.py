"""Splits the bytes that a printer sends into responses: status, automatic status, echoes, names."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import TypeVar

from antrean.printing.transport.link import Link, LinkError, Monotonic

XON_XOFF = b"\x11\x13"
BLOCK_STARTS = (0x37, 0x3D, 0x5F)
LONGEST_BLOCK = 80
LONGEST_TALK_S = 2.0


@dataclass(frozen=True, slots=True)
class RealTime:
    """The one-byte response to DLE EOT n."""

    byte: int


@dataclass(frozen=True, slots=True)
class AutoStatus:
    """Four bytes of Automatic Status Back."""

    raw: bytes


@dataclass(frozen=True, slots=True)
class PaperStatus:
    """The one-byte response to GS r n, sent in the order of the print data."""

    byte: int


@dataclass(frozen=True, slots=True)
class Block:
    """A header byte and text up to a NUL: the process-ID echo (37), the model's name (5f)."""

    header: int
    body: bytes


@dataclass(frozen=True, slots=True)
class CustomFull:
    """Custom's FULL STATUS without its 10 0f: paper, user, recoverable, unrecoverable."""

    raw: bytes


Response = RealTime | AutoStatus | PaperStatus | Block | CustomFull
Found = TypeVar("Found", RealTime, AutoStatus, PaperStatus, Block, CustomFull)


def read_responses(data: bytes, *, custom: bool) -> tuple[list[Response], bytes]:
    """Return all whole responses in `data`, and the bytes left over. Bytes that fit no response are dropped."""
    responses: list[Response] = []
    if not custom:
        data = data.translate(None, XON_XOFF)  # flow control bytes may come anywhere and belong to no response
    while data:
        if custom and data[:2] in (b"\x10\x0f", b"\x10"):
            taken = _custom(data)
        else:
            taken = _block(data) if data[0] in BLOCK_STARTS else _status(data)
        if taken is None:
            break
        found, data = taken
        responses += found
    return responses, data


# What one reading step returns: the responses found and the bytes left, or None when more bytes must come first.
_Read = tuple[list[Response], bytes] | None


def _custom(data: bytes) -> _Read:
    return ([CustomFull(data[2:6])], data[6:]) if len(data) >= 6 else None


def _status(data: bytes) -> _Read:
    first = data[0]
    if first & 0x93 == 0x12:
        return [RealTime(first)], data[1:]
    if first & 0x93 == 0x10:
        following = data[1:4]
        fits = next((place for place, byte in enumerate(following) if byte & 0x90), len(following))
        if fits == 3:
            return [AutoStatus(data[:4])], data[4:]
        # A report that breaks off is dropped whole: its bytes would look like responses to GS r.
        return ([], data[1 + fits :]) if fits < len(following) else None
    return ([PaperStatus(first)] if first & 0x90 == 0 else []), data[1:]


def _block(data: bytes) -> _Read:
    """Read a block. Printers may put a status byte or a report into its middle: those are responses of their own."""
    for at in range(1, min(len(data), LONGEST_BLOCK + 1)):
        if data[at] == 0:
            return [Block(data[0], data[1:at])], data[at + 1 :]
        if data[at] < 0x20:
            taken = _status(data[at:]) if data[at] & 0x10 else ([], data[at + 1 :])
            if taken is None:
                return None
            inner, rest = taken
            return inner, data[:at] + rest if inner else rest
    return ([], data[LONGEST_BLOCK + 1 :]) if len(data) > LONGEST_BLOCK else None


class ResponseReader:
    """Collects the responses that come over a link and waits for the wanted one."""

    def __init__(self, link: Link, monotonic: Monotonic, *, custom: bool) -> None:
        self._link, self._monotonic, self._custom = link, monotonic, custom
        self._rest = b""
        self._heard: list[Response] = []
        self.raw = bytearray()  # every byte received, for the technician
        self.last_auto_status: AutoStatus | None = None

    def wait_for(
        self, kind: type[Found], timeout_s: float, fits: Callable[[Found], bool] = lambda _: True
    ) -> Found | None:
        """Return the first response of this kind that fits; None when it does not come within `timeout_s` seconds."""
        until = self._monotonic() + timeout_s
        while True:
            for response in self._heard:
                if isinstance(response, kind) and fits(response):
                    self._heard.remove(response)
                    return response
            left = until - self._monotonic()
            if left <= 0:
                return None
            self._take(self._link.receive(left))

    def forget(self, settle_s: float = 0.0) -> None:
        """Drop what has been received so far, and what comes until the link is quiet for `settle_s` seconds.

        A device that never falls silent is no printer: it is read for LONGEST_TALK_S at most.
        """
        until = self._monotonic() + settle_s + LONGEST_TALK_S
        while (said := self._link.receive(settle_s)) and self._monotonic() < until:
            self._take(said)
        self._heard, self._rest = [], b""

    def receive_rest(self) -> None:
        """Read what had arrived when the link was lost."""
        with suppress(LinkError):
            self._take(self._link.receive(0.0))

    def drop(self, kind: type[Response]) -> None:
        """Drop responses of one kind that nobody asked for; others stay."""
        self._take(self._link.receive(0.0))
        self._heard = [response for response in self._heard if not isinstance(response, kind)]

    def _take(self, said: bytes) -> None:
        self.raw += said
        responses, self._rest = read_responses(self._rest + said, custom=self._custom)
        for response in responses:
            if isinstance(response, AutoStatus):
                self.last_auto_status = response
        self._heard += responses
