"""Tells what is no printer by what it says: a web server, SSH, anything that does not speak ESC/POS."""

from __future__ import annotations

from printing.answers import BLOCK_STARTS, LONGEST_BLOCK, XON_XOFF

# Two harmless "absolute position" commands, far outside the paper. A server that waits for the end of a line answers
# them; a printer takes no notice, and takes no paper: a bare line end would feed a line with every look.
NUDGE = b"\x1b$\r\n\x1b$\r\n"
LEAST_STRANGE = 4
LONGEST_SAID = 60


def is_stranger(said: bytes) -> bool:
    """Whether these bytes, all that came since the link was opened, are no printer's.

    A printer says single status bytes, reports of four and blocks that end with a NUL. What says LEAST_STRANGE bytes of
    no such kind in a row is something else. Fewer are not held against it: a report may be torn.
    """
    in_a_row = 0
    data = said.translate(None, XON_XOFF)
    while data:
        taken = _fitting(data)
        in_a_row = 0 if taken else in_a_row + 1
        if in_a_row >= LEAST_STRANGE:
            return True
        data = data[taken or 1 :]
    return False


def words_of(said: bytes) -> str:
    """The beginning of what a stranger said, as far as it can be read."""
    return "".join(chr(byte) if 0x20 <= byte < 0x7F else " " for byte in said[: 2 * LONGEST_SAID]).strip()[
        :LONGEST_SAID
    ]


def _fitting(data: bytes) -> int:
    """How many bytes at the beginning are one whole answer of a printer; 0 when none is there."""
    first = data[0]
    if first in BLOCK_STARTS:
        end = data.find(b"\x00", 1, LONGEST_BLOCK + 1)
        body = data[1 : end if end > 0 else LONGEST_BLOCK + 1]
        whole = end > 0 or len(data) <= LONGEST_BLOCK  # the end may not have come yet
        return len(body) + 1 + (end > 0) if whole and all(0x20 <= byte < 0x7F for byte in body) else 0
    if data[:2] == b"\x10\x0f":
        return min(6, len(data))  # Custom's FULL STATUS
    if first & 0x93 == 0x10:
        return 4 if len(data) >= 4 and not any(byte & 0x90 for byte in data[1:4]) else 0
    return int(first & 0x93 == 0x12 or first < 0x10)
