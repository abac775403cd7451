"""The protocol between the hub and its child process: JSON and bytes, each preceded by its length."""

from __future__ import annotations

import json
import struct
from collections.abc import Callable
from typing import Any

_HEAD = struct.Struct(">I")
MOST_HEADER = 1_000_000
MOST_BYTES = 8_000_000


class Broken(Exception):
    """The other side has ended, or has sent an invalid message."""


def packed(header: dict[str, Any], pieces: list[bytes]) -> bytes:
    """Return one message."""
    text = json.dumps({**header, "lengths": [len(piece) for piece in pieces]}).encode()
    return b"".join((_HEAD.pack(len(text)), text, *pieces))


def read(receive: Callable[[int], bytes]) -> tuple[dict[str, Any], list[bytes]]:
    """Read one message; `receive` gives up to so many bytes. Refuses (Broken) what is cut off, odd or too large."""
    (length,) = _HEAD.unpack(_exactly(receive, _HEAD.size))
    if length > MOST_HEADER:
        raise Broken
    try:
        header = json.loads(_exactly(receive, length))
        lengths = header.pop("lengths")
        if not all(type(one) is int and one >= 0 for one in lengths) or sum(lengths) > MOST_BYTES:
            raise Broken
    except (ValueError, RecursionError, AttributeError, KeyError, TypeError):
        raise Broken from None
    return header, [_exactly(receive, one) for one in lengths]


def _exactly(receive: Callable[[int], bytes], count: int) -> bytes:
    found = bytearray()
    while len(found) < count:
        piece = receive(min(count - len(found), 65536))
        if not piece:
            raise Broken
        found += piece
    return bytes(found)
