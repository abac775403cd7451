"""Automatic backups: a round makes one, reads it back, copies it to a second place and removes expired ones."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from antrean.storage.backup.archive import CHUNK, BackupError, write_backup
from antrean.storage.backup.reader import open_backup
from antrean.storage.backup.schedule import kept
from antrean.storage.database.engine import turn
from antrean.storage.database.errors import DatabaseError, in_a_line
from antrean.storage.private_files import PARTIAL, new_private_file, private_folder_in

MARKER = "antrean-backups"  # a file of this name says that a folder is meant for backups, mounted or not
LEAST_FREE = 200_000_000
BAD, MOST_BAD = "antrean-*.bad.zip", 3  # kept aside for whoever looks why
LEFT_OVER = timedelta(hours=3)
MOST_TRIED = 3
OWN = "own_backups.json"  # in the first place: the names of the backups that this office has made
MOST_OWN = 20_000  # of more than two years of hours
EARLIER = "earlier_office.json"  # of an earlier release: the names of those of an office that was here before this one
# PostgreSQL's name for the turn to make a backup.
TURN = 5107
_NAME = re.compile(r"antrean-(\d{8}T\d{6}Z)(\.locked)?\.zip")


@dataclass(frozen=True, slots=True)
class Copy:
    """One backup in a place. It got its name when it had been read whole; `encrypted` ones take a passphrase."""

    file: Path
    at: datetime
    size: int
    encrypted: bool


@dataclass(frozen=True, slots=True)
class BackupPlaces:
    """Where backups lie: in the data folder, and in a second place, "" for none."""

    data: Path
    second: str = ""

    @property
    def first(self) -> Path:
        """The folder beside the database."""
        return self.data / "backups"

    def second_is_there(self) -> bool:
        """Whether the second place can be written: a stick that is away leaves an empty folder of the same name.

        It is there when it holds the marker, or lies on a file system other than the system's and the data folder's.
        """
        folder = Path(self.second)
        try:
            if (folder / MARKER).exists():
                return True
            return folder.is_dir() and folder.stat().st_dev not in {Path("/").stat().st_dev, self.data.stat().st_dev}
        except OSError:
            return False

    def folders(self) -> list[Path]:
        """Return the places that are there."""
        return [self.first, *([Path(self.second)] if self.second and self.second_is_there() else [])]


class NoBackup(BackupError):
    """A round made no backup; `code` is one of no_room, unreadable, another_hub, place_full, place_failing."""

    def __init__(self, code: str, said: str) -> None:
        self.code = code
        super().__init__(said)


@dataclass(slots=True)
class Round:
    """What a round led to, in plain values. `made` names the file, "" for none; `wrong` says why there is none.

    `code` is that of NoBackup, failed for anything else, "" when all is well. `second` is none, ok, away, place_full,
    place_failing or failed, and `second_wrong` says why.
    """

    made: str = ""
    size: int = 0
    rows: int = 0
    code: str = ""
    wrong: str = ""
    second: str = "none"
    second_wrong: str = ""
    removed: list[str] = field(default_factory=list)


def copies(folder: Path) -> list[Copy]:
    """Return the backups in a folder, newest first; none when it can't be read."""
    found = []
    try:
        for path in folder.iterdir():
            match = _NAME.fullmatch(path.name)
            if match and path.is_file():
                at = datetime.strptime(match[1], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
                found.append(Copy(path, at, path.stat().st_size, bool(match[2])))
    except (OSError, ValueError):
        return sorted(found, key=lambda copy: copy.at, reverse=True)
    return sorted(found, key=lambda copy: copy.at, reverse=True)


def keep_for_good(places: BackupPlaces) -> None:
    """Have no round remove what was made before, wherever it lies, and though it be away: a new office begins now.

    Its own backups would soon count as the newest of the earlier ones' hours, days and months.
    """
    private_folder_in(places.first)
    _write_own(places.first, set())


def _own(places: BackupPlaces) -> set[str] | None:
    """Return the names of the backups that this office has made, None where nobody can read them.

    Where none were written, as by an earlier release, they are those that lie here; in a first place that is empty this
    office has made none, and what lies in the second one is somebody else's.
    """
    try:
        found = _names(places.first / OWN)
        if found is None:
            earlier, found = _names(places.first / EARLIER), {copy.file.name for copy in copies(places.first)}
            if found and earlier is None:
                found |= {copy.file.name for folder in places.folders()[1:] for copy in copies(folder)}
            found -= earlier or set()
    except (OSError, ValueError, TypeError):
        return None
    return found


def _names(file: Path) -> set[str] | None:
    try:
        return {str(name) for name in json.loads(file.read_text(encoding="utf-8"))}
    except FileNotFoundError:
        return None


def _write_own(first: Path, names: set[str]) -> None:
    with new_private_file(first / OWN, replace=True) as out:
        out.write(json.dumps(sorted(names)[-MOST_OWN:]).encode())


def is_backed_up(places: BackupPlaces, passphrase: str, office: str, seq: int, chain: str) -> bool:
    """Whether a backup that can be read whole holds a line with this chain value; the newest few are tried."""
    found = [copy for folder in places.folders() for copy in copies(folder)]
    for copy in sorted(found, key=lambda copy: copy.at, reverse=True)[:MOST_TRIED]:
        with suppress(BackupError), open_backup(copy.file, places.data, passphrase) as backup:
            if backup.holds(office, seq, chain):
                backup.check()
                return True
    return False


def newest_good(data: Path, second: str = "", passphrase: str = "") -> Path | None:
    """Return the newest backup that can be read whole, looking at each place; None when there is none."""
    places = BackupPlaces(data, second)
    found = [copy for folder in places.folders() for copy in copies(folder)]
    for copy in sorted(found, key=lambda copy: copy.at, reverse=True):
        with suppress(BackupError), open_backup(copy.file, data, passphrase) as backup:
            backup.check()
            return copy.file
    return None


def make_round(
    engine: sa.Engine, places: BackupPlaces, at: datetime, zone: str, passphrase: str = "", least_free: int = LEAST_FREE
) -> Round:
    """Make one backup. Older ones are taken away only when the new one has been read whole."""
    done = Round()
    try:
        private_folder_in(places.first)
        _sweep(places.first, at)
        _look_for_room(places.first, least_free)
        with turn(engine, TURN) as mine:
            if not mine:
                raise NoBackup("another_hub", "another hub makes one")
            own = _own(places)
            made = _make(engine, places, at, passphrase, done)
            if own is not None:
                own.add(made.name)
                _write_own(places.first, own)
    except (BackupError, DatabaseError, OSError) as error:
        done.code = error.code if isinstance(error, NoBackup) else "failed"
        done.wrong = str(error) if isinstance(error, BackupError) else in_a_line(error)
        return done
    done.made, done.size = made.name, made.stat().st_size
    done.removed = _prune(places.first, zone, own)
    if places.second:
        _copy_to_second(made, places, at, zone, least_free, done, own)
    return done


def _make(engine: sa.Engine, places: BackupPlaces, at: datetime, passphrase: str, done: Round) -> Path:
    name = f"antrean-{at.astimezone(UTC):%Y%m%dT%H%M%SZ}{'.locked' if passphrase else ''}"
    unchecked = places.first / f"{name}.unchecked.zip"
    unchecked.unlink(missing_ok=True)
    done.rows = sum(write_backup(engine, places.data, unchecked, at, passphrase).values())
    try:
        with open_backup(unchecked, places.data, passphrase) as backup:
            backup.check()
    except BackupError as error:
        bad = places.first / f"{name}.bad.zip"
        unchecked.replace(bad)
        raise NoBackup("unreadable", f"{bad.name} can't be read back: {error}") from error
    made = places.first / f"{name}.zip"
    unchecked.rename(made)
    return made


def _look_for_room(folder: Path, least_free: int) -> None:
    newest = next(iter(copies(folder)), None)
    if shutil.disk_usage(folder).free < least_free + 2 * (newest.size if newest else 0):
        raise NoBackup("no_room", f"the disk is nearly full: no room for a backup in {folder}")


def _sweep(folder: Path, at: datetime) -> None:
    """Remove what a round that was ended left half written."""
    for pattern in (f".*{PARTIAL}", "*.unchecked.zip"):
        for path in folder.glob(pattern):
            with suppress(OSError):
                if at - datetime.fromtimestamp(path.lstat().st_mtime, UTC) > LEFT_OVER:
                    path.unlink()


def _prune(folder: Path, zone: str, own: set[str] | None) -> list[str]:
    """Remove what is expired of what this office has made, and return its names; nothing while that is not known."""
    for bad in sorted(folder.glob(BAD), reverse=True)[MOST_BAD:]:
        bad.unlink(missing_ok=True)
    if own is None:
        return []
    found = [copy for copy in copies(folder) if copy.file.name in own]
    stay = kept((copy.at for copy in found), ZoneInfo(zone))
    gone = [copy for copy in found if copy.at not in stay]
    for copy in gone:
        with suppress(OSError):
            copy.file.unlink()
    return [copy.file.name for copy in gone]


def _copy_to_second(
    made: Path, places: BackupPlaces, at: datetime, zone: str, least_free: int, done: Round, own: set[str] | None
) -> None:
    folder = Path(places.second)
    if not places.second_is_there():
        done.second, done.second_wrong = "away", f"{folder} is not there: is the stick in its place?"
        return
    try:
        _sweep(folder, at)
        if shutil.disk_usage(folder).free < made.stat().st_size + least_free // 20:
            raise NoBackup("place_full", f"{folder} is full")
        written = _copied(made, folder / made.name)
        if _digest(folder / made.name) != written:
            (folder / made.name).replace(folder / f"{made.stem}.bad.zip")
            raise NoBackup("place_failing", f"{folder} does not give back what was written: the stick may be failing")
    except (BackupError, OSError) as error:
        done.second = error.code if isinstance(error, NoBackup) else "failed"
        done.second_wrong = str(error)
        return
    done.second = "ok"
    done.removed += _prune(folder, zone, own)


def _copied(source: Path, target: Path) -> str:
    digest = hashlib.sha256()
    with source.open("rb") as content, new_private_file(target) as out:
        while piece := content.read(CHUNK):
            digest.update(piece)
            out.write(piece)
    return digest.hexdigest()


def _digest(file: Path) -> str:
    """Read a file from the disk itself, as far as the system lets its memory of it be dropped."""
    digest = hashlib.sha256()
    with file.open("rb") as content:
        os.posix_fadvise(content.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
        while piece := content.read(CHUNK):
            digest.update(piece)
    return digest.hexdigest()
