"""Reads ESC/POS bytes into commands, for the preview, the tests and the printed length."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

ESC, FS, GS, DLE = 0x1B, 0x1C, 0x1D, 0x10

# Bytes after the two of the command itself.
FIXED: dict[int, dict[int, int]] = {
    ESC: {
        **dict.fromkeys(b"@2im<SL\x0c", 0),
        **dict.fromkeys(b"taEG-{!MdeJ3RA=VrTU ", 1),
        **dict.fromkeys(b"B$\\c", 2),
        ord("p"): 3,
    },
    GS: {**dict.fromkeys(b"!bBraIhwHf", 1), **dict.fromkeys(b"LWP$e", 2)},
    FS: {**dict.fromkeys(b".&", 0), **dict.fromkeys(b"!CW-", 1), **dict.fromkeys(b"pS", 2)},
    DLE: {0x04: 1, 0x05: 1},
}
LEAD = {ESC: "ESC", FS: "FS", GS: "GS", DLE: "DLE"}
SINGLE = {0x0A: "LF", 0x0D: "CR", 0x09: "HT", 0x0C: "FF", 0x18: "CAN"}
TEXT = re.compile(rb"[\x20-\x7e\x80-\xff]+")
NOTHING = re.compile(rb"\x00+")
# Real-time commands that a printer executes even inside picture data: DLE EOT, DLE ENQ, DLE DC4.
REAL_TIME = re.compile(rb"\x10([\x04\x05\x14])")
PICTURES = ("GS v 0", "GS ( L", "ESC *")


class Incomplete(Exception):
    """The bytes end inside a command."""


@dataclass(frozen=True, slots=True)
class Token:
    """One command with its raw bytes, or a stretch of text; `kind` is its name ("GS v 0", "text")."""

    kind: str
    raw: bytes

    @property
    def args(self) -> bytes:
        """The bytes after the command's name."""
        return self.raw[ARGS_AFTER.get(self.kind, 2) :]


ARGS_AFTER = {"text": 0, "unknown": 0, "GS v 0": 3, "DLE DC4": 2}


def read_tokens(data: bytes) -> tuple[list[Token], bytes]:
    """Return all whole commands in `data`, and the bytes of a command that is not complete yet."""
    tokens: list[Token] = []
    at = 0
    while at < len(data):
        try:
            kind, length = _command(data, at)
        except Incomplete:
            break
        tokens.append(Token(kind, data[at : at + length]))
        at += length
    return tokens, data[at:]


def tokens_of(data: bytes) -> Iterator[Token]:
    """Yield the commands of a finished slip; a command cut off at the end comes as "unknown"."""
    tokens, rest = read_tokens(data)
    yield from tokens
    if rest:
        yield Token("unknown", rest)


def text_of(data: bytes, encoding: str) -> str:
    """Return the text that a slip prints, line by line, without its pictures."""
    parts = (t.raw.decode(encoding, "replace") if t.kind == "text" else "\n" for t in tokens_of(data) if _shows(t))
    return "".join(parts)


def strip_realtime_commands(data: bytes) -> bytes:
    """Return the slip without real-time commands in its pictures.

    Printers execute DLE EOT and DLE DC4 anywhere, so the bytes of a picture can open a drawer or clear the buffer.
    One additional dot in such a byte is invisible and makes it harmless.
    """
    return b"".join(_stripped(token) for token in tokens_of(data))


def fragments_of(data: bytes) -> list[bytes]:
    """Return the slip in pieces that end after a picture each, for printers that need a pause there."""
    pieces = [b""]
    for token in tokens_of(data):
        pieces[-1] += token.raw
        if token.kind in PICTURES:
            pieces.append(b"")
    return [piece for piece in pieces if piece]


def _shows(token: Token) -> bool:
    return token.kind in ("text", "LF")


def _stripped(token: Token) -> bytes:
    if token.kind not in PICTURES:
        return token.raw
    return REAL_TIME.sub(lambda found: b"\x10" + bytes([found[1][0] | 0x02]), token.raw)


def _command(data: bytes, at: int) -> tuple[str, int]:
    first = data[at]
    text = TEXT.match(data, at)
    if text:
        return "text", text.end() - at
    if first == 0:
        nothing = NOTHING.match(data, at)
        return "NUL", nothing.end() - at if nothing else 1
    if first in SINGLE:
        return SINGLE[first], 1
    if first not in LEAD:
        return "unknown", 1
    second = _byte(data, at + 1)
    name = f"{LEAD[first]} {chr(second) if 0x20 < second < 0x7F else _word(first, second)}"
    extra = FIXED[first].get(second)
    if extra is None:
        extra, name = _variable(data, at, first, second, name)
    if at + 2 + extra > len(data):
        raise Incomplete
    return name, 2 + extra


def _word(first: int, second: int) -> str:
    return {0x04: "EOT", 0x05: "ENQ", 0x14: "DC4", 0x20: "SP"}.get(second, f"{second:02x}")


def _variable(data: bytes, at: int, first: int, second: int, name: str) -> tuple[int, str]:
    """Length after the first two bytes, and the full name, of commands whose length stands inside them."""
    lead, letter = first, chr(second)
    if lead == GS and letter == "v":
        head = [_byte(data, at + n) for n in range(3, 8)]
        return 6 + (head[1] + 256 * head[2]) * (head[3] + 256 * head[4]), "GS v 0"
    if lead in (GS, FS, ESC) and letter == "(":
        return 3 + _pair(data, at + 3), f"{name} {chr(_byte(data, at + 2))}"
    if lead == GS and letter == "V":
        return (2 if _byte(data, at + 2) >= 65 else 1), name
    if lead == GS and letter == "k":
        system = _byte(data, at + 2)
        if system >= 65:
            return 2 + _byte(data, at + 3), name
        return _until_nul(data, at + 3) + 1, name
    if lead == ESC and letter == "*":
        return 3 + _pair(data, at + 3) * (3 if _byte(data, at + 2) >= 32 else 1), name
    if lead == ESC and letter == "D":
        return _until_nul(data, at + 2), name
    if lead == DLE and second == 0x14:
        return (8 if _byte(data, at + 2) == 8 else 3), name
    return 0, "unknown"


def _byte(data: bytes, at: int) -> int:
    if at >= len(data):
        raise Incomplete
    return data[at]


def _pair(data: bytes, at: int) -> int:
    return _byte(data, at) + 256 * _byte(data, at + 1)


def _until_nul(data: bytes, at: int) -> int:
    end = data.find(b"\x00", at)
    if end < 0:
        raise Incomplete
    return end - at + 1
