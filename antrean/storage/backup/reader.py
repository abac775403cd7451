"""Reads a backup from an unknown source: everything is checked before use, and nothing is held in memory whole."""

from __future__ import annotations

import errno
import hashlib
import json
import shutil
import stat
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby, islice
from pathlib import Path, PurePosixPath
from typing import IO, Any

from antrean.storage.backup.archive import CHUNK, FORMAT, KEPT_FILES, KEPT_FOLDERS, ROWS_AT_ONCE, BackupError
from antrean.storage.backup.passphrase import WrongPassphrase, is_locked, unlocked
from antrean.storage.database.errors import in_a_line
from antrean.storage.database.upgrade import versions
from antrean.storage.journal.chain import GENESIS, STORED, Damage, Links, beginning, chain_value
from antrean.storage.journal.sealed import SEALING, Sealed, sealed_from
from antrean.storage.settings.digests import DIGESTS, EVERY, NOT_ALWAYS, PLANS, WHOSE, digest_of
from antrean.storage.settings.plan_chain import newest_of

LONGEST_ABOUT = 1024 * 1024
LONGEST_SECRET = 4096
LONGEST_SETTINGS = 20 * 1024 * 1024  # of a table that is read as a whole
LONGEST_LINE = 4 * 1024 * 1024  # half a million letters of a plan, whatever letters they are
READ_WHOLE = WHOSE.keys() - {PLANS.name}
LONGEST_FILE = 200 * 1024 * 1024
MOST_MEMBERS = 100_000
# Each line of the journal has a digest that can't shrink; what shrinks to a hundredth was made to fill the disk.
MOST_GROWTH, ALWAYS_ALLOWED = 100, 10 * 1024 * 1024
# Older releases kept the machine's own settings too. They stay with that machine.
LEFT_OUT = "files/antrean.toml"
# Errors raised by files that are not backups, are truncated, or hold invalid rows.
NO_BACKUP = (
    zipfile.BadZipFile, zlib.error, KeyError, ValueError, TypeError, AttributeError, RuntimeError, EOFError,
    NotImplementedError, OverflowError, RecursionError,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class About:
    """What a backup says of itself. `at` is when it was made, None in those of older releases."""

    revision: str
    rows: dict[str, int]
    at: datetime | None
    digests: dict[str, str]
    locked: bool


class Backup:
    """An opened backup whose names and sizes were looked at; `check` reads all of it."""

    def __init__(self, file: Path, archive: zipfile.ZipFile, about: About) -> None:
        self.file, self.about = file, about
        self._archive = archive

    def rows(self, table: str) -> Iterator[list[dict[str, Any]]]:
        """Give a table's rows, many at once."""
        with self._archive.open(f"tables/{table}.jsonl") as lines:
            rows = (_row(line) for line in iter(lambda: lines.readline(LONGEST_LINE), b""))
            while batch := list(islice(rows, ROWS_AT_ONCE)):
                yield batch

    def files(self) -> Iterator[tuple[str, IO[bytes]]]:
        """Give each kept file with its place in the data folder."""
        for name in self._archive.namelist():
            if name.startswith("files/") and name != LEFT_OUT:
                with self._archive.open(name) as content:
                    yield name.removeprefix("files/"), content

    def holds(self, office: str, seq: int, chain: str) -> bool:
        """Whether an office's line with this chain value is in it, and so all lines before that the journal had."""
        with _said(self.file):
            lines = (row for batch in self.rows("journal") for row in batch)
            return any((row["office"], row["seq"], row.get("chain")) == (office, seq, chain) for row in lines)

    def check(self) -> None:
        """Read everything once. Refuses with BackupError a digest, a count, a chain or settings that are not right."""
        with _said(self.file):
            for name in self._archive.namelist():
                digest = hashlib.sha256()
                with self._archive.open(name) as content:
                    while piece := content.read(CHUNK):
                        digest.update(piece)
                if name in self.about.digests and digest.hexdigest() != self.about.digests[name]:
                    raise BackupError(f"{self.file} is damaged: {name}", "damaged")
            seals: dict[str, Sealed] = {}
            for table, count in self.about.rows.items():
                found = 0
                for batch in self.rows(table):
                    found += len(batch)
                    seals.update(_seals(batch) if table == "journal" else {})
                if found != count:
                    raise BackupError(f"{self.file} is damaged: {table} has {found} of {count} rows", "damaged")
            for damage in _damage((row for batch in self.rows("journal") for row in batch), seals):
                raise BackupError(f"{self.file} is damaged: {damage}", "damaged")
            for name in self._damaged_settings():
                raise BackupError(f"{self.file} is damaged: {name} is not as it was written", "damaged")

    def _damaged_settings(self) -> Iterator[str]:
        """Say which tables of settings were damaged when this was made: no office could be brought back from them."""
        if DIGESTS.name not in self.about.rows:
            return  # an older release's
        written = {(row["office"], row["name"]): row["digest"] for batch in self.rows(DIGESTS.name) for row in batch}
        for table, whose in WHOSE.items():
            if table == PLANS.name or (table in NOT_ALWAYS and table not in self.about.rows):
                continue
            found: dict[str, list[dict[str, Any]]] = {office: [] for office, name in written if name == table}
            for row in (row for batch in self.rows(table) for row in batch):
                found.setdefault(row[whose] if whose else EVERY, []).append(row)
            if any(written.get((office, table)) != digest_of(rows) for office, rows in found.items()):
                yield table
        if PLANS.name in self.about.rows and self._chains_of_plans() != _of_plans(written):
            yield PLANS.name

    def _chains_of_plans(self) -> dict[str, str]:
        """Return the chain value of each office's newest plan; none for one whose plans don't follow each other."""
        rows = (row for batch in self.rows(PLANS.name) for row in batch)
        chains: dict[str, str] = {}
        for office, revisions in groupby(rows, key=lambda row: str(row["office"])):
            with suppress(ValueError):
                chains[office] = newest_of(revisions)
        return chains


def _of_plans(written: Mapping[tuple[Any, Any], Any]) -> dict[str, Any]:
    return {office: digest for (office, table), digest in written.items() if table == PLANS.name}


def _seals(rows: Iterable[dict[str, Any]]) -> dict[str, Sealed]:
    """Return what lines say, in the order of seq, that has left the journal of each office before this backup."""
    sealing = (row for row in rows if row["kind"] in SEALING)
    said = ((row["office"], sealed_from(*(row[name] for name in ("seq", "at", "kind", "data")))) for row in sealing)
    return {str(office): sealed for office, sealed in said if sealed is not None}


def _damage(rows: Iterable[dict[str, Any]], seals: Mapping[str, Sealed]) -> Iterator[Damage]:
    """Say which lines are not as they were written. Backups of older releases have no chain: a gap shows all the same.

    `seals` say which lines have left the journals on purpose, by office.
    """
    links: dict[str, Links] = {}
    chains: dict[str, str] = {}
    for row in rows:
        office, seq = str(row["office"]), int(row["seq"])
        if office not in links:
            links[office] = beginning(office, seq, seals.get(office))
        stored = [row[name] for name in STORED]
        chain = row["chain"] if "chain" in row else chain_value(chains.get(office, GENESIS), office, *stored)
        yield from links[office].damage([*stored, chain])
        chains[office] = chain


def _row(line: bytes) -> dict[str, Any]:
    if not line.endswith(b"\n"):
        raise ValueError(line[:80])
    row = json.loads(line)
    if not isinstance(row, dict):
        raise TypeError(row)
    return row


def takes_passphrase(file: Path) -> bool:
    """Whether this is an encrypted backup; of anything that is none it says no."""
    try:
        with zipfile.ZipFile(file) as archive:
            return is_locked(archive)
    except (OSError, *NO_BACKUP):
        return False


@contextmanager
def open_backup(file: Path, folder: Path, passphrase: str = "") -> Iterator[Backup]:
    """Open a backup. `folder` is where an encrypted one is opened, in a file without a name.

    Refuses with BackupError what is none, what names files outside the data folder or twice, what would fill the disk,
    a newer release's, and a wrong passphrase.
    """
    with ExitStack() as held:
        with _said(file):
            archive = held.enter_context(zipfile.ZipFile(file))
            size = file.stat().st_size
            if locked := is_locked(archive):
                if not passphrase:
                    raise BackupError(f"{file} is encrypted: its passphrase is needed", "locked")
                plain = held.enter_context(unlocked(archive, folder, passphrase))
                size = plain.seek(0, 2)
                archive = held.enter_context(zipfile.ZipFile(plain))
            _look_at_names(archive, size)
            if sum(member.file_size for member in archive.infolist()) > shutil.disk_usage(folder).free:
                raise BackupError(f"there is no room for {file} in {folder}", "no_room")
            about = _about(archive, file, locked)
            tables = {f"tables/{table}.jsonl" for table in about.rows}
            if {name for name in archive.namelist() if not name.startswith("files/")} != tables | {"backup.json"}:
                raise ValueError("tables")
        yield Backup(file, archive, about)


@contextmanager
def _said(file: Path) -> Iterator[None]:
    """Turn what reading a backup raises into a sentence."""
    try:
        yield
    except WrongPassphrase:
        raise BackupError(f"the passphrase is not that of {file}", "passphrase") from None
    except NO_BACKUP as error:
        raise BackupError(f"{file} is damaged or no backup of Antrean", "damaged") from error
    except OSError as error:
        raise BackupError(in_a_line(error), "no_room" if error.errno in (None, errno.ENOSPC) else "failed") from error


def _look_at_names(archive: zipfile.ZipFile, size: int) -> None:
    """Refuse (ValueError) doubled names, links, names outside the data folder, and more than fits."""
    members = archive.infolist()
    if len(members) > MOST_MEMBERS or len({member.filename for member in members}) != len(members):
        raise ValueError("names")
    for member in members:
        kind = stat.S_IFMT(member.external_attr >> 16)
        if kind not in (0, stat.S_IFREG) or member.flag_bits & 1:
            raise ValueError(member.filename)
        if member.file_size > _longest(member.filename):
            raise ValueError(member.filename)
    if sum(member.file_size for member in members) > size * MOST_GROWTH + ALWAYS_ALLOWED:
        raise ValueError("sizes")


def _longest(name: str) -> float:
    """Return how long a member of this name may be; refuses (ValueError) one that has no place in a backup."""
    if name == "backup.json":
        return LONGEST_ABOUT
    if name.startswith("tables/"):
        return LONGEST_SETTINGS if PurePosixPath(name).stem in READ_WHOLE else float("inf")
    path = name.removeprefix("files/")
    if path == name or not (name == LEFT_OUT or _belongs(path)):
        raise ValueError(name)
    return LONGEST_FILE if "/" in path else LONGEST_SECRET


def _belongs(name: str) -> bool:
    """Whether a backup may bring this file: only what one keeps, and only inside the data folder."""
    path = PurePosixPath(name)
    if str(path) != name or "\\" in name or "\0" in name or path.is_absolute() or {".", ".."} & set(path.parts):
        return False
    if path.parts[:1] == ("offices",):  # those of an office with a folder of its own
        return len(path.parts) > 3 and path.parts[2] in KEPT_FOLDERS
    if len(path.parts) > 1:
        return path.parts[0] in KEPT_FOLDERS
    return any(path.match(kept) for kept in KEPT_FILES)


def _about(archive: zipfile.ZipFile, file: Path, locked: bool) -> About:
    """Return what a backup says of itself; refuses a newer release's."""
    about = dict(json.loads(archive.read("backup.json")))
    rows = {str(table): int(count) for table, count in dict(about["rows"]).items()}
    if about["format"] not in range(1, FORMAT + 1) or about["revision"] not in versions():
        raise BackupError(f"{file} was written by a newer release", "newer")
    at = datetime.fromisoformat(about["at"]) if about.get("at") else None
    if at is not None and at.tzinfo is None:
        raise ValueError(at)
    return About(str(about["revision"]), rows, at, dict(about.get("digests", {})), locked)
