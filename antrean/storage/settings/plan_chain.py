"""The chain of an office's plans: each revision carries a digest of itself and of the one before it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from hashlib import sha256
from typing import Any

from antrean.storage.journal.chain import GENESIS, SEPARATOR

__all__ = ["GENESIS", "STORED", "link", "newest_of"]

# What the digest is made of, in its order, after the value before and the office.
STORED = ("revision", "seq", "at", "actor", "body")


def link(previous: str, office: str, *columns: object) -> str:
    """Return a revision's chain value: hex SHA-256 of the value before it and of its columns (`STORED`)."""
    return sha256(SEPARATOR.join((previous, office, *map(str, columns))).encode()).hexdigest()


def newest_of(rows: Iterable[Mapping[str, Any]]) -> str:
    """Return the chain value of the newest of all revisions of one office, in their order.

    Refuses (ValueError) rows of which one is missing or not as it was written.
    """
    chain = GENESIS
    for expected, row in enumerate(rows, 1):
        chain = link(chain, row["office"], *(row[name] for name in STORED))
        if row["revision"] != expected or row["chain"] != chain:
            raise ValueError(f"revision {row['revision']}")
    return chain
