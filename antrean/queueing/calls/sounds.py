"""What displays say was heard of a call, and which of two such words tells an operator more."""

from __future__ import annotations

# Nothing said yet; meant to be silent; answered before it could be spoken; too old to be spoken; no sound could be
# made; kept silent by the browser; only the chime; in words. Each tells more than those before it: one display that
# spoke outweighs others that did not, and one that should have spoken outweighs one that is meant to be silent.
SOUNDS = ("", "muted", "answered", "late", "failed", "blocked", "chime", "spoken")
HEARD = frozenset({"chime", "spoken"})


def tells_more(word: str, known: str) -> bool:
    """Whether a word on a call's sound is news beside what is known; a word of a newer version is none."""
    return _weight(word) > _weight(known)


def _weight(word: str) -> int:
    return SOUNDS.index(word) if word in SOUNDS else 0
