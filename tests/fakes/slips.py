"""Fields of `SettleSlip` as tests hand them on."""

from __future__ import annotations

from typing import TypedDict


class SlipKey(TypedDict, total=False):
    """Which slip it is, and whose word about it."""

    ticket: str
    copy: int
    claim: str
    printer: str


class SlipResult(TypedDict, total=False):
    """What is said of a slip beside its result."""

    evidence: str
    reason: str
    paper_mm: int
    fallback: bool
