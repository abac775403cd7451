"""Recognises devices that are no printers by the bytes they send: a web server, SSH, and so on."""

from __future__ import annotations

import re

from antrean.printing.protocol.responses import LONGEST_BLOCK, XON_XOFF

# Two harmless "absolute position" commands, far outside the paper. A server that waits for the end of a line responds
# to them; a printer ignores them and feeds no paper, as it would for a bare line end at each status check.
NUDGE = b"\x1b$\r\n\x1b$\r\n"
# Echoes and names; the last one may still be incomplete.
BLOCK = re.compile(rb"[7=_][\x20-\x7e]{0,%d}(?:\x00|\Z)" % LONGEST_BLOCK)
TEXT = re.compile(rb"[\t\r\n\x20-\x7e]{6,}")
LEAST_WRITTEN = 3
LEAST_STRANGE = 4
LONGEST_SAID = 60


def is_stranger(said: bytes) -> bool:
    """Whether these bytes, all that came since the link was opened, do not come from a printer.

    A printer sends single status bytes, reports of four bytes and blocks that end with a NUL. A device that sends
    LEAST_STRANGE other bytes in a row is no printer. Neither is one that sends text: some bytes of a word look like a
    status, never all of them. Fewer strange bytes are accepted, because a report may be torn.
    """
    data = BLOCK.sub(b"", said.translate(None, XON_XOFF))
    if any(sum(not _is_status(byte) for byte in text[0]) >= LEAST_WRITTEN for text in TEXT.finditer(data)):
        return True
    in_a_row = 0
    while data:
        taken = _fitting(data)
        in_a_row = 0 if taken else in_a_row + 1
        if in_a_row >= LEAST_STRANGE:
            return True
        data = data[taken or 1 :]
    return False


def words_of(said: bytes) -> str:
    """Return the readable beginning of what such a device sent."""
    return "".join(chr(byte) if 0x20 <= byte < 0x7F else " " for byte in said[: 2 * LONGEST_SAID]).strip()[
        :LONGEST_SAID
    ]


def _is_status(byte: int) -> bool:
    """Whether a byte can be the response to a real-time request."""
    return byte & 0x93 == 0x12


def _fitting(data: bytes) -> int:
    """Return the length of the whole response that the bytes begin with; 0 when there is none. Blocks are gone."""
    first = data[0]
    if data[:2] == b"\x10\x0f":
        return min(6, len(data))  # Custom's FULL STATUS
    if first & 0x93 == 0x10:
        return 4 if len(data) >= 4 and not any(byte & 0x90 for byte in data[1:4]) else 0
    return int(_is_status(first) or first < 0x10)
