"""The backups that the first start offers or is sent: which there are, what is in one, and bringing it back."""

from __future__ import annotations

import logging
import secrets
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from threading import Lock

from antrean.config import Config, backup_passphrase, second_place
from antrean.hub.async_mode import AsyncMode
from antrean.hub.first_start.making import lost_office
from antrean.hub.media import Upload
from antrean.hub.restoring import bring_in, on_paper, time_of_restore, unusable_printers
from antrean.queueing.errors import Invalid, QueueError, Refused, Unavailable, Unknown
from antrean.storage.backup.archive import BackupError
from antrean.storage.backup.contents import Numbers, numbers_in, offices_of
from antrean.storage.backup.reader import NO_BACKUP, Backup, open_backup
from antrean.storage.backup.restore import Lost, OnPaper
from antrean.storage.backup.rounds import BackupPlaces, copies
from antrean.storage.database.errors import DatabaseError
from antrean.storage.private_files import private_folder

log = logging.getLogger(__name__)
FOLDER = "backups_sent"  # in the data folder: what browsers send lies here until the office is there
HERE, SECOND = "here", "second"
SENT = "sent"  # names, in a form, the file that waits for its passphrase
ENCRYPTED = ("backup_locked", "backup_passphrase")
MB = 1_000_000
Numbered = Mapping[str, Mapping[str, int]]


@dataclass(frozen=True, slots=True)
class Offered:
    """One backup that the hub finds by itself. `place` is here (beside the database) or second; `size` is in bytes."""

    place: str
    name: str
    at: datetime
    size: int
    encrypted: bool

    @property
    def key(self) -> str:
        """What names it in a form."""
        return f"{self.place}/{self.name}"


@dataclass(frozen=True, slots=True)
class OfficeInBackup:
    """One office that a backup would bring back. `last_at` and `day` are those of its newest line, None without any.

    `last` is the highest number of each series on that day, 0 for none; `services` are their names by language. Numbers
    have `digits` digits at least.
    """

    code: str
    name: str
    zone: str
    last_at: datetime | None
    day: date | None
    last: Mapping[str, int]
    services: Mapping[str, list[dict[str, str]]]
    digits: int


@dataclass(frozen=True, slots=True)
class Chosen:
    """A backup that was read whole. `at` is when it was made, or its newest line was written; `lost` is what it lacks.

    `now` is the time of the restore as this machine knows it. `sent` says that a browser brought the file.
    """

    id: str
    file: Path
    passphrase: str
    at: datetime | None
    now: datetime
    offices: tuple[OfficeInBackup, ...]
    sent: bool


@dataclass(frozen=True, slots=True)
class BroughtBack:
    """What came of it, by office; `unusable` are printers to be set up again, `recovery` whose used codes are good."""

    lost: tuple[Lost, ...]
    unusable: tuple[str, ...]
    recovery: tuple[str, ...]


class BackupDesk:
    """What the pages share of backups. One file is received, read or brought back at a time."""

    def __init__(self, config: Config, mode: AsyncMode, clock: Callable[[], datetime]) -> None:
        self._config = config
        self._mode = mode
        self._clock = clock
        self._folder = config.data / FOLDER
        self._busy = Lock()
        self._chosen: Chosen | None = None
        self._waiting: Path | None = None  # what was sent and is encrypted, until somebody types its passphrase

    def offered(self) -> list[Offered]:
        """Return the backups that lie where this installation keeps them, newest first, each once; blocking."""
        places = {HERE: BackupPlaces(self._config.data).first}
        if second := second_place(self._config):
            places[SECOND] = Path(second)
        found: dict[str, Offered] = {}
        for place, folder in places.items():
            for copy in copies(folder):
                found.setdefault(copy.file.name, Offered(place, copy.file.name, copy.at, copy.size, copy.encrypted))
        return sorted(found.values(), key=lambda one: one.at, reverse=True)

    def has_been_here(self) -> bool:
        """Whether an office has been here: there are backups of one, or what else it left; blocking."""
        return bool(self.offered()) or lost_office(self._config)

    def waiting(self) -> int:
        """Return the size of the file that was sent and waits for its passphrase, 0 for none."""
        file = self._waiting
        return file.stat().st_size if file is not None and file.exists() else 0

    def chosen(self, known: str | None = None) -> Chosen:
        """Return the backup that was read last; refuses (`backup_gone`) none, and another one than is known."""
        if self._chosen is None or (known is not None and known != self._chosen.id):
            raise Unknown("backup_gone")
        return self._chosen

    def choose(self, key: str, passphrase: str) -> Chosen:
        """Read one of those offered, or the one that waits for its passphrase.

        Refuses one that is not there any more, and what can't be brought back.

        Where the one beside the database is damaged, its copy in the second place is read.
        """
        if key == SENT:
            with self._alone():
                if self._waiting is None:
                    raise Unknown("backup_gone")
                return self._read_sent(self._waiting, passphrase)
        offered = {one.key: one for one in self._mode.run_blocking(self.offered)}
        if key not in offered:
            raise Unknown("backup_gone")
        one = offered[key]
        places = [BackupPlaces(self._config.data).first] if one.place == HERE else []
        places += [Path(second)] if (second := second_place(self._config)) else []
        with self._alone():
            try:
                return self._read(places[0] / one.name, passphrase, sent=False)
            except Invalid as refusal:
                if refusal.code != "backup_unreadable" or not self._mode.run_blocking(_has, places[1:], one.name):
                    raise
                return self._read(places[1] / one.name, passphrase, sent=False)

    @contextmanager
    def incoming(self, length: int, most: int) -> Iterator[Callable[[], Upload]]:
        """Give what opens the one file of an upload of so many bytes; it is removed afterwards unless it was taken.

        Refuses a second one at once (`restore_busy`) or in the same form, and one that finds no space.
        """
        uploads: list[Upload] = []

        def look_for_space(written: int = 0) -> None:
            private_folder(self._folder)
            if shutil.disk_usage(self._folder).free + written - length < self._config.free_space_mb * MB:
                raise Refused("backup_no_room")

        def opened() -> Upload:
            if uploads:
                raise Invalid("bad_request")
            path = self._folder / f"{secrets.token_hex(16)}.zip"
            uploads.append(Upload(path, self._mode, look_for_space, most))
            return uploads[0]

        with self._alone():
            self._mode.run_blocking(self._forget)
            self._mode.run_blocking(look_for_space)
            try:
                yield opened
            finally:
                for upload in uploads:
                    upload.close()

    def take(self, upload: Upload, passphrase: str) -> Chosen:
        """Read what was sent, within `incoming`, and keep it until the office is there. Refuses as `choose` does.

        One that is encrypted is kept as well, to be chosen by the name `SENT` once its passphrase is known.
        """
        kept = upload.path.with_suffix(".kept.zip")
        upload.path.rename(kept)
        return self._read_sent(kept, passphrase)

    def _read_sent(self, file: Path, passphrase: str) -> Chosen:
        self._waiting = None
        try:
            return self._read(file, passphrase, sent=True)
        except BaseException as error:
            if isinstance(error, Invalid) and error.code in ENCRYPTED:
                self._waiting = file
            else:
                file.unlink(missing_ok=True)
            raise

    def bring_back(self, known: str, highest: Numbered) -> BroughtBack:
        """Bring the backup that was read back into this installation, in one step or not at all.

        `highest` are the highest numbers on paper, by office and series, where somebody knows them. Refuses another
        backup than is `known`, and whatever can't be brought back; then nothing is changed.
        """
        with self._alone():
            chosen = self.chosen(known)
            done = self._mode.run_blocking(self._bring_back, chosen, highest)
        log.warning("the backup %s was brought back", chosen.file.name)
        return done

    def sweep(self) -> None:
        """Remove what browsers have sent: the office is there, or the hub was started anew; blocking."""
        self._forget()
        forget_sent(self._config.data)

    def _forget(self) -> None:
        if self._chosen is not None and self._chosen.sent:
            self._chosen.file.unlink(missing_ok=True)
        if self._waiting is not None:
            self._waiting.unlink(missing_ok=True)
        self._chosen = self._waiting = None

    @contextmanager
    def _alone(self) -> Iterator[None]:
        if not self._busy.acquire(blocking=False):
            raise Refused("restore_busy")
        try:
            yield
        finally:
            self._busy.release()

    def _read(self, file: Path, passphrase: str, sent: bool) -> Chosen:
        chosen = self._mode.run_blocking(self._looked_into, file, passphrase or backup_passphrase(self._config), sent)
        if not sent:
            self._mode.run_blocking(self._forget)
        self._chosen = chosen
        return chosen

    def _looked_into(self, file: Path, passphrase: str, sent: bool) -> Chosen:
        data, now = self._config.data, time_of_restore(self._config.data, self._clock())
        private_folder(data)
        with self._opened(file, passphrase) as backup:
            codes = offices_of(backup)
            found = [(code, said) for code in codes if (said := numbers_in(backup, code)) is not None]
            if not found:
                raise Invalid("backup_unreadable")
            if strange := set(self._config.offices) - set(codes):
                raise Invalid("backup_other_office", office=", ".join(sorted(strange)), offices=", ".join(codes))
            offices = tuple(_office(code, said) for code, said in found)
            at = max((one.last_at for one in offices if one.last_at is not None), default=None)
            return Chosen(secrets.token_hex(8), file, passphrase, backup.about.at or at, now, offices, sent)

    def _bring_back(self, chosen: Chosen, highest: Numbered) -> BroughtBack:
        config, now = self._config, time_of_restore(self._config.data, self._clock())
        codes = [office.code for office in chosen.offices]
        told = {office: numbers for office, numbers in highest.items() if numbers}
        with self._opened(chosen.file, chosen.passphrase) as backup:
            paper: OnPaper = on_paper(config, codes, told)
            done, _away = bring_in(config, backup, paper, now)
        unusable = tuple(name for name, _why in unusable_printers(config, codes))
        return BroughtBack(done.lost, unusable, done.recovery)

    @contextmanager
    def _opened(self, file: Path, passphrase: str) -> Iterator[Backup]:
        """Give a backup that was read whole; what it can't be is a refusal, and nothing was changed."""
        try:
            with open_backup(file, self._config.data, passphrase) as backup:
                backup.check()
                yield backup
        except BackupError as error:
            log.warning("a backup can't be brought back: %s", error)
            if error.why in ("damaged", "failed") and not file.exists():
                raise Unknown("backup_gone") from error
            raise _REFUSALS.get(error.why, _failed)() from error
        except (DatabaseError, OSError) as error:
            log.warning("a backup can't be brought back: %s", error)
            raise _failed() from error
        except NO_BACKUP as error:
            log.warning("%s is damaged or no backup of Antrean: %r", file, error)
            raise Invalid("backup_unreadable") from error


def forget_sent(data: Path) -> None:
    """Remove from a data folder what browsers have sent."""
    with suppress(OSError):
        shutil.rmtree(data / FOLDER)


def _has(places: Sequence[Path], name: str) -> bool:
    return any(copy.file.name == name for place in places for copy in copies(place))


def _failed() -> QueueError:
    return Unavailable("restore_failed")


_REFUSALS: Mapping[str, Callable[[], QueueError]] = {
    "damaged": lambda: Invalid("backup_unreadable"),
    "newer": lambda: Invalid("backup_newer"),
    "locked": lambda: Invalid("backup_locked"),
    "passphrase": lambda: Invalid("backup_passphrase"),
    "no_room": lambda: Refused("backup_no_room"),
}


def _office(code: str, said: Numbers) -> OfficeInBackup:
    last_at = datetime.fromisoformat(said.last_at) if said.last_at else None
    day = date.fromisoformat(said.day) if said.day else None
    return OfficeInBackup(code, said.name, said.zone, last_at, day, said.last, said.services, said.digits)
