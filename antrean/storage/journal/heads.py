"""The newest line of a journal, remembered outside the table, so that lines removed from its end are noticed."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, TypeGuard

import sqlalchemy as sa

from antrean.queueing.events import KINDS, JournalRestored
from antrean.queueing.journal.port import UNSTORABLE
from antrean.storage.database.engine import reading
from antrean.storage.database.schema import journal
from antrean.storage.journal.chain import CHANGED, Damage, missing
from antrean.storage.journal.sealed import newest_seal
from antrean.storage.private_files import PARTIAL
from antrean.storage.settings.digests import changes_of


@dataclass(frozen=True, slots=True)
class Remembered:
    """A line as it is remembered outside the table. `at`: when it was written, as stored.

    `settings`: how often settings had been written until then.
    """

    office: str
    seq: int
    chain: str
    at: str
    settings: int = 0

    def as_json(self) -> dict[str, Any]:
        """Return the JSON values that files and print agents store."""
        return asdict(self)


def remembered(told: object) -> Remembered | None:
    """Return the line of stored JSON values; None when they are no such line."""
    if not isinstance(told, Mapping):
        return None
    office, seq, chain, at = (told.get(name) for name in ("office", "seq", "chain", "at"))
    texts = isinstance(office, str) and isinstance(at, str) and isinstance(chain, str) and len(chain) == 64
    texts = texts and not any(UNSTORABLE.search(str(text)) for text in (office, at))
    if not texts or not _counted(seq) or not _counted(told.get("settings", 0)):
        return None
    return Remembered(str(office), seq, str(chain), str(at), told.get("settings", 0))


def _counted(value: object) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**63


def newest_line(connection: sa.Connection, office: str) -> Remembered | None:
    """Return the last line of an office's journal; None when it is empty."""
    lines = sa.select(journal.c.office, journal.c.seq, journal.c.chain, journal.c.at).where(journal.c.office == office)
    row = connection.execute(lines.order_by(journal.c.seq.desc()).limit(1)).first()
    return Remembered(*row, changes_of(connection, office)) if row is not None else None


def missed(connection: sa.Connection, head: Remembered) -> Damage | None:
    """Say what the journal lacks of a line that is remembered; None when it has it.

    After a restore the lines between backup and restore are gone on purpose, and so are lines that were sealed; the
    journal says so itself.
    """
    mine = sa.and_(journal.c.office == head.office, journal.c.seq == head.seq)
    chain = connection.scalar(sa.select(journal.c.chain).where(mine))
    if chain == head.chain or _restored_since(connection, head):
        return None
    sealed = newest_seal(connection, head.office) if chain is None else None
    if sealed is not None and head.seq <= sealed.last:
        return None
    newest = newest_line(connection, head.office)
    last = newest.seq if newest is not None else 0
    return missing(last + 1, head.seq) if last < head.seq else Damage(head.seq, CHANGED)


def _restored_since(connection: sa.Connection, head: Remembered) -> bool:
    mine = (journal.c.office == head.office, journal.c.kind.in_(KINDS.of(JournalRestored)), journal.c.at >= head.at)
    return connection.scalar(sa.select(journal.c.seq).where(*mine).limit(1)) is not None


def settings_lost(connection: sa.Connection, head: Remembered) -> bool:
    """Whether settings were written more often, until a line that is remembered, than the database knows of."""
    return changes_of(connection, head.office) < head.settings and not _restored_since(connection, head)


def head_file(folder: Path) -> Path:
    """Return where a hub keeps the newest head outside the database."""
    return folder / "journal.head"


def read_head(folder: Path) -> Remembered | None:
    """Return what the file in the data folder remembers; None when there is none, or it is torn."""
    try:
        return remembered(json.loads(head_file(folder).read_text(encoding="utf-8")))
    except (OSError, ValueError):
        return None


def write_head(folder: Path, head: Remembered | None) -> None:
    """Keep a line in the data folder, or nothing.

    Without waiting for the disk, which numbers wait for too: a file that is older or torn does no harm.
    """
    file = head_file(folder)
    if head is None:
        file.unlink(missing_ok=True)
        return
    partial = file.with_name(f".{file.name}{PARTIAL}")
    partial.unlink(missing_ok=True)
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    with os.fdopen(os.open(partial, flags, 0o600), "w", encoding="utf-8") as out:
        json.dump(head.as_json(), out)
    partial.replace(file)


class HeadKeeper:
    """Keeps the newest line in the data folder, at most as far behind as it is asked to look.

    `lost` is what the journal lacked of it at the last look.
    """

    def __init__(self, engine: sa.Engine, office: str, folder: Path) -> None:
        self._engine = engine
        self._office = office
        self._folder = folder
        self.newest: Remembered | None = None
        self.lost: Damage | None = None

    def look(self) -> None:
        """Write the file anew when there are new lines; blocking.

        A journal that has lost what was remembered last is not taken for the newer one: the file is what shows it.
        """
        with reading(self._engine) as connection:
            found = newest_line(connection, self._office)
            if found is None or found == self.newest:
                return
            if (last := self.newest) is not None:
                self.lost = missed(connection, last)
                if self.lost is not None or settings_lost(connection, last):
                    return
        write_head(self._folder, found)
        self.newest = found

    def missed(self, told: object) -> Damage | None:
        """Say what the journal lacks of a line that a print agent remembers; None for what is no such line."""
        head = remembered(told)
        if head is None or head.office != self._office:
            return None
        with reading(self._engine) as connection:
            return missed(connection, head)
