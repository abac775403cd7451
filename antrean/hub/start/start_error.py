"""StartError: a sentence on what prevents the start, and one on what to do."""

from __future__ import annotations

import errno
import os
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

EXIT_CODE = 3  # tells it from a crash: until somebody puts it right, starting again changes nothing
SET_RIGHT = "correct this setting, or remove it to use the default"
FREE_SPACE = "free space on this disk, then start again"
OTHER_FOLDER = "move it away, or name another folder in ANTREAN_DATA"
PORT_SECONDS = 5.0  # a hub that was told to end has so long
LET_WRITE = "let the user that runs Antrean write there, then start again"


class StartError(Exception):
    """The start is impossible. `sentence` says what is wrong, `advice` what a supervisor can do."""

    def __init__(self, sentence: str, advice: str = "") -> None:
        self.sentence = sentence
        self.advice = advice
        super().__init__(sentence)

    def text(self) -> str:
        """Return what is printed: one line, and the advice on a second one."""
        return f"Error: {self.sentence}" + (f"\n  → {self.advice}" if self.advice else "")


def start_error(error: BaseException) -> StartError | None:
    """Return what a setting, a folder, a disk or a database that can't be used keeps from starting.

    None for anything else, which is a mistake of the program.
    """
    if isinstance(error, StartError):
        return error
    from antrean.config import ConfigError
    from antrean.queueing.office import JournalDamaged, JournalError
    from antrean.storage.database.engine import DatabaseAddressError
    from antrean.storage.database.errors import RESTORE, DatabaseError, Unfit, unfit
    from antrean.storage.settings.plan import OfficeMissing

    if isinstance(error, (ConfigError, DatabaseAddressError)):
        return StartError(str(error), SET_RIGHT)
    if isinstance(error, OfficeMissing):
        return StartError("there is no such office in this database", "look at the codes in ANTREAN_OFFICE")
    if isinstance(error, JournalDamaged):
        return StartError(f"the journal is damaged: {error}", RESTORE)
    if isinstance(error, JournalError) and isinstance(error.__cause__, Unfit | DatabaseError):
        error = error.__cause__
    if isinstance(error, JournalError):
        return StartError(f"the office can't be read: {error}", "antrean doctor says more")
    if isinstance(error, DatabaseError):
        error = unfit(error)
    if isinstance(error, Unfit):
        return StartError(error.said, error.advice)
    return _of_the_system(error) if isinstance(error, OSError) else None


def with_newest_copy(said: StartError) -> StartError:
    """Return the same with the newest good backup named where the advice is to restore one."""
    from antrean.config import ConfigError, backup_passphrase, load_config, second_place
    from antrean.storage.backup.rounds import newest_good
    from antrean.storage.database.errors import RESTORE

    if RESTORE not in said.advice:
        return said
    try:
        config = load_config()
        found = newest_good(config.data, second_place(config), backup_passphrase(config))
    except (ConfigError, OSError):
        found = None
    return said if found is None else StartError(said.sentence, said.advice.replace("FILE", str(found)))


def check_folder(folder: Path) -> None:
    """Refuse a data folder that can't be one: a file of that name, or one where nothing can be written."""
    there = next((one for one in (folder, *folder.parents) if one.exists()), folder)
    if not there.is_dir():
        raise StartError(f"{there} is not a folder", OTHER_FOLDER)
    if folder.exists() and not os.access(folder, os.W_OK | os.X_OK):
        raise StartError(f"the data folder {folder} can't be written", LET_WRITE)


def check_port(host: str, port: int) -> None:
    """Refuse an address where another program listens, having waited for one that is about to end."""
    until = time.monotonic() + PORT_SECONDS
    while True:
        with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
                return
            except OSError as error:
                if error.errno != errno.EADDRINUSE:
                    raise StartError(f"{host}:{port} can't be used: {error.strerror}", "set host and PORT") from None
        if time.monotonic() > until:
            raise StartError(
                f"port {port} is taken by another program, perhaps another hub",
                "end it, or set another PORT",
            )
        time.sleep(0.2)


def _of_the_system(error: OSError) -> StartError:
    where = error.filename if error.filename is not None else "the data folder"
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return StartError(f"the disk is full: {where} can't be written", FREE_SPACE)
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return StartError(f"{where} can't be read or written: {error.strerror}", LET_WRITE)
    if error.errno in (errno.ENOTDIR, errno.EEXIST):
        return StartError(f"{where} is not a folder", OTHER_FOLDER)
    return StartError(f"{where}: {error.strerror or error}", "look at it, then start again; antrean doctor says more")


@contextmanager
def starting() -> Iterator[None]:
    """End the program with exit code 3 and the sentence, without a traceback, when what is inside can't be started."""
    try:
        yield
    except Exception as error:
        said = start_error(error)
        if said is None:
            raise
        print(with_newest_copy(said).text(), file=sys.stderr, flush=True)  # noqa: T201 - there is no log yet
        raise SystemExit(EXIT_CODE) from None
