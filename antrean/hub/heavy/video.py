"""Checks the structure of MP4 and WebM files without decoding them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

MOST_PARTS = 50_000
LARGEST_INDEX = 16_000_000  # bytes of a moov or Tracks part, which is read into memory
MP4_BRANDS = frozenset(
    (b"isom", b"iso2", b"iso3", b"iso4", b"iso5", b"iso6", b"iso7", b"iso8", b"iso9",
     b"mp41", b"mp42", b"avc1", b"M4V ", b"M4VH", b"M4VP", b"MSNV", b"dash", b"f4v ")
)  # fmt: skip
# EBML and Matroska element ids.
EBML, DOC_TYPE = 0x1A45DFA3, 0x4282
SEGMENT, TRACKS, CLUSTER = 0x18538067, 0x1654AE6B, 0x1F43B675
TRACK_ENTRY, TRACK_TYPE, VIDEO_TRACK = 0xAE, 0x83, 1
ANY_SIZE = -1


class NoVideo(ValueError):
    """The file is not a video of this kind, or is truncated."""


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a file: its kind, and where what it holds begins and ends."""

    kind: bytes | int
    start: int
    end: int


def kind_of(head: bytes) -> str:
    """Return mp4, webm, or "" by the first bytes of a file."""
    if head[4:8] == b"ftyp":
        return "mp4"
    return "webm" if head[:4] == EBML.to_bytes(4, "big") else ""


def check(file: BinaryIO, size: int, kind: str) -> None:
    """Refuse (NoVideo) what is not built as a video of this kind with a picture track; blocking."""
    if kind == "mp4":
        _check_mp4(file, size)
    else:
        _check_webm(file, size)


def _check_mp4(file: BinaryIO, size: int) -> None:
    parts = list(_boxes(file, 0, size))
    first = parts[0] if parts else None
    if first is None or first.kind != b"ftyp" or not 8 <= first.end - first.start <= 4096:
        raise NoVideo("no ftyp at the beginning")
    brands = _read(file, first)
    if not MP4_BRANDS & {brands[at : at + 4] for at in range(0, len(brands) - 3, 4) if at != 4}:
        raise NoVideo("no brand of MP4")
    moovs = [part for part in parts if part.kind == b"moov"]
    if len(moovs) != 1 or moovs[0].end - moovs[0].start > LARGEST_INDEX:
        raise NoVideo("not one moov of a fair size")
    if not any(part.kind == b"mdat" and part.end > part.start for part in parts):
        raise NoVideo("no mdat")
    inside = list(_boxes(file, moovs[0].start, moovs[0].end))
    if not any(part.kind == b"mvhd" for part in inside):
        raise NoVideo("no mvhd")
    if not any(part.kind == b"trak" and _is_picture_track(file, part) for part in inside):
        raise NoVideo("no picture track")


def _is_picture_track(file: BinaryIO, track: Part) -> bool:
    for media in _boxes(file, track.start, track.end):
        if media.kind != b"mdia":
            continue
        for part in _boxes(file, media.start, media.end):
            # version and flags, then a zero, then what the track is handled as
            if part.kind == b"hdlr" and part.end - part.start >= 12 and _read(file, part, 12)[8:12] == b"vide":
                return True
    return False


def _boxes(file: BinaryIO, start: int, end: int) -> Iterator[Part]:
    """Give the boxes between two places. Refuses one that reaches beyond, and what is left over."""
    at = start
    for _ in range(MOST_PARTS):
        if at == end:
            return
        file.seek(at)
        head = file.read(16)
        if end - at < 8 or len(head) < 8:
            raise NoVideo("cut off")
        length, kind, held = int.from_bytes(head[:4], "big"), head[4:8], at + 8
        if length == 1:
            if len(head) < 16:
                raise NoVideo("cut off")
            length, held = int.from_bytes(head[8:16], "big"), at + 16
        elif length == 0:
            length = end - at  # to the end of the file
        if length < held - at or at + length > end or not all(32 <= letter < 127 or letter == 0xA9 for letter in kind):
            raise NoVideo("a box with an impossible size or name")
        yield Part(kind, held, at + length)
        at += length
    raise NoVideo("too many boxes")


def _check_webm(file: BinaryIO, size: int) -> None:
    head = _element(file, 0, size)
    if head.kind != EBML or head.end - head.start > 4096:
        raise NoVideo("no EBML head")
    types = [_read(file, part, 16).rstrip(b"\0") for part in _elements(file, head) if part.kind == DOC_TYPE]
    if types != [b"webm"]:
        raise NoVideo("not of the type webm")
    segment = _element(file, head.end, size)
    if segment.kind != SEGMENT:
        raise NoVideo("no Segment")
    pictures = clusters = False
    for part in _elements(file, segment):
        if part.kind == TRACKS:
            if part.end - part.start > LARGEST_INDEX:
                raise NoVideo("Tracks too large")
            pictures = any(_is_video_entry(file, track) for track in _elements(file, part))
        elif part.kind == CLUSTER:
            clusters = True
            if pictures:
                break  # a live recording's clusters have no known size; what matters has been seen
    if not (pictures and clusters):
        raise NoVideo("no picture track or no pictures")


def _is_video_entry(file: BinaryIO, track: Part) -> bool:
    if track.kind != TRACK_ENTRY:
        return False
    return any(
        part.kind == TRACK_TYPE and int.from_bytes(_read(file, part, 8), "big") == VIDEO_TRACK
        for part in _elements(file, track)
    )


def _elements(file: BinaryIO, parent: Part) -> Iterator[Part]:
    """Give the elements inside another. Refuses one that reaches beyond it."""
    at = parent.start
    for _ in range(MOST_PARTS):
        if at == parent.end:
            return
        found = _element(file, at, parent.end)
        yield found
        at = found.end
    raise NoVideo("too many elements")


def _element(file: BinaryIO, at: int, end: int) -> Part:
    file.seek(at)
    head = file.read(12)
    kind, long = _number(head, 0, 4, marked=True)
    size, more = _number(head, long, 8, marked=False)
    start = at + long + more
    stop = end if size == ANY_SIZE and kind in (SEGMENT, CLUSTER) else start + size
    if size == ANY_SIZE and kind not in (SEGMENT, CLUSTER):
        raise NoVideo("an element without a size")
    if not start <= stop <= end:
        raise NoVideo("cut off")
    return Part(kind, start, stop)


def _number(head: bytes, at: int, most: int, marked: bool) -> tuple[int, int]:
    """Return a number of EBML's changing length, and that length; ids keep the bit that marks it."""
    if at >= len(head) or head[at] == 0:
        raise NoVideo("cut off")
    length = 9 - head[at].bit_length()
    if length > most or at + length > len(head):
        raise NoVideo("an impossible number")
    value = int.from_bytes(head[at : at + length], "big")
    if marked:
        return value, length
    bits = 7 * length
    value &= (1 << bits) - 1
    return (ANY_SIZE if value == (1 << bits) - 1 else value), length


def _read(file: BinaryIO, part: Part, most: int = 4096) -> bytes:
    file.seek(part.start)
    return file.read(min(most, part.end - part.start))
