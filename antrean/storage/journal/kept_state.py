"""Days stored in a file beside the database, so that a start reads only the newest lines of the journal.

A stored day is discarded when it does not fit: another office or day, a journal whose line at its seq has another chain
value, a plan or code other than it was folded with, a file that is not as it was written. The day is then folded from
its first line, as it always can be. Nothing but data is read from the file.
"""

from __future__ import annotations

import hashlib
import json
import logging
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

import antrean.queueing
from antrean.queueing.day import ServiceDay
from antrean.queueing.keeping.kept_day import KeptDay, keep, restore
from antrean.queueing.plan.model import OfficePlan
from antrean.queueing.results import KeptResults
from antrean.storage.journal.sql_journal import SqlJournal
from antrean.storage.private_files import new_private_file, private_folder_in

log = logging.getLogger(__name__)
FOLDER = "kept"
_json = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False).encode


@dataclass(frozen=True, slots=True)
class Kept:
    """What stands in the file: which day at which line of the journal, by which code and plan, and what it was then.

    `closed` says that the day was over. `memories` are what past days taught about waits, by day: the last line that
    was taken into account, its chain value, and what was learnt.
    """

    office: str
    business_day: str
    seq: int
    chain: str
    build: str
    plan: str
    closed: bool
    memories: Mapping[str, tuple[int, str, Mapping[str, Any]]]


def kept_file(data: Path, office: str) -> Path:
    """Return the file in a data folder that keeps an office's day."""
    return data / FOLDER / f"{quote(office, safe='')}.kept"


def kept_head(file: Path) -> Kept | None:
    """Return what a file says it keeps, None when this code could not use it; the journal is not asked."""
    try:
        found = Kept(**_parts(file.read_bytes())[0])
    except (OSError, TypeError, ValueError, KeyError):
        return None
    return found if found.build == build_id() else None


class KeptFile:
    """The kept day of one office. Used by the thread that reads the journal; a file that can't be used is said once."""

    def __init__(self, data: Path, journal: SqlJournal, office: str) -> None:
        self.path = kept_file(data, office)
        self._journal = journal
        self._office = office
        self._told = False

    def day(self, business_day: date, plan: OfficePlan) -> ServiceDay | None:
        """Return the day as it was at some line of the journal, None when nothing kept fits.

        Whether the lines before that one are still as they were written is not looked at; a start does.
        """
        found = self._read()
        if found is None or found[0].business_day != business_day.isoformat() or found[0].plan != plan_id(plan):
            return None
        parts = found[1]
        try:
            state = json.loads(zlib.decompress(parts[0]))
            requests = json.loads(zlib.decompress(parts[1]))
            return restore(KeptDay(state, KeptResults.of(requests, parts[2:])), plan)
        except (KeyError, TypeError, ValueError, IndexError, StopIteration, AttributeError, zlib.error) as error:
            self._thrown_away(error)
            return None

    def memory(self, business_day: date) -> Mapping[str, Any] | None:
        """Return what the estimator knew about waits at the end of a past day, None when that was not kept.

        It is plain sums, which other releases read as well, so an update forgets nothing. None is returned when one of
        an earlier release lacks the half hours: the past days, folded anew, have them.
        """
        found = self._read(of_any_build=True)
        seq, chain, memory = (found[0].memories if found else {}).get(business_day.isoformat(), (0, "", None))
        if memory is None or "half_hours" not in memory:
            return None
        return memory if self._journal.chain_of(seq) == chain else None

    def write(
        self, day: ServiceDay, plan: OfficePlan, memories: Mapping[str, tuple[int, str, Mapping[str, Any]]]
    ) -> None:
        """Keep the day as it is, in the place of what was kept before. Raises JournalError and OSError."""
        chain = self._journal.chain_of(day.seq) or ""
        made = keep(day)
        parts = [zlib.compress(_json(part).encode(), 1) for part in (made.state, list(made.results.places))]
        kept = Kept(
            self._office, day.business_day.isoformat(), day.seq, chain, build_id(), plan_id(plan), day.closed, memories
        )
        private_folder_in(self.path.parent)
        with new_private_file(self.path, replace=True) as file:
            for piece in _file(asdict(kept), [*parts, *made.results.blocks]):
                file.write(piece)

    def _read(self, of_any_build: bool = False) -> tuple[Kept, list[bytes]] | None:
        try:
            content = self.path.read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            self._thrown_away(error)
            return None
        try:
            fields, parts = _parts(content)
            kept = Kept(**fields)
        except (TypeError, ValueError, KeyError) as error:
            self._thrown_away(error)
            return None
        build = kept.build if of_any_build else build_id()
        fits = (kept.office, kept.build) == (self._office, build) and self._journal.chain_of(kept.seq) == kept.chain
        return (kept, parts) if fits else None

    def _thrown_away(self, error: Exception) -> None:
        if not self._told:
            log.warning("a kept day can't be used (%s: %s); it is folded anew", type(error).__name__, str(error)[:200])
        self._told = True


def plan_id(plan: OfficePlan) -> str:
    """Return a digest of the plan: what was folded under another one is not believed."""
    return hashlib.sha256(json.dumps(asdict(plan), sort_keys=True, default=str).encode()).hexdigest()


@cache
def build_id() -> str:
    """Return a digest of the code that folds and keeps days."""
    digest = hashlib.sha256()
    queueing = Path(antrean.queueing.__file__).parent
    for file in (Path(__file__), *sorted(queueing.rglob("*.py"))):
        digest.update(file.name.encode() + file.read_bytes())
    return digest.hexdigest()


def _file(head: Mapping[str, Any], parts: Sequence[bytes]) -> list[bytes]:
    """Return the file's pieces: a digest of all that follows, what it is with the parts' sizes, and the parts."""
    line = _json({"head": head, "sizes": list(map(len, parts))}).encode() + b"\n"
    digest = hashlib.sha256(line)
    for part in parts:
        digest.update(part)
    return [digest.hexdigest().encode() + b"\n", line, *parts]


def _parts(content: bytes) -> tuple[dict[str, Any], list[bytes]]:
    """Take a file apart again. Raises ValueError, KeyError or TypeError when it is not as it was written."""
    digest, line, body = content.split(b"\n", 2)
    whole = hashlib.sha256(line + b"\n")
    whole.update(body)
    if whole.hexdigest().encode() != digest:
        raise ValueError("its digest does not fit")
    said, parts, at = json.loads(line), [], 0
    for size in said["sizes"]:
        parts.append(body[at : at + size])
        at += size
    return said["head"], parts
