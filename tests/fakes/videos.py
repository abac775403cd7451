"""The smallest files that are built as an MP4 and a WebM video are; nothing in them can be played."""

from __future__ import annotations


def box(kind: bytes, *held: bytes) -> bytes:
    """Return one box of an MP4 file."""
    body = b"".join(held)
    return (8 + len(body)).to_bytes(4, "big") + kind + body


def mp4(handler: bytes = b"vide", brand: bytes = b"isom", pictures: bytes = b"\0" * 64) -> bytes:
    """Return an MP4 file with one track."""
    track = box(b"trak", box(b"mdia", box(b"hdlr", b"\0" * 8, handler, b"\0" * 13)))
    movie = box(b"moov", box(b"mvhd", b"\0" * 100), track)
    return box(b"ftyp", brand, b"\0\0\2\0", b"mp41" if brand == b"isom" else brand) + movie + box(b"mdat", pictures)


def element(kind: int, *held: bytes, size: int | None = None) -> bytes:
    """Return one element of a WebM file; `size` may lie."""
    body = b"".join(held)
    length = len(body) if size is None else size
    return kind.to_bytes((kind.bit_length() + 7) // 8, "big") + (1 << 56 | length).to_bytes(8, "big") + body


def webm(track_type: int = 1, doc_type: bytes = b"webm", endless: bool = False) -> bytes:
    """Return a WebM file with one track; `endless`: as a live recording, without the sizes it could not know."""
    tracks = element(0x1654AE6B, element(0xAE, element(0xD7, b"\1"), element(0x83, bytes([track_type]))))
    cluster = element(0x1F43B675, element(0xE7, b"\0"), size=(1 << 56) - 1 if endless else None)
    segment = element(0x18538067, tracks, cluster, size=(1 << 56) - 1 if endless else None)
    return element(0x1A45DFA3, element(0x4282, doc_type)) + segment
