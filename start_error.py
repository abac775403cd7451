"""What keeps Antrean from starting: a sentence that says what is wrong, and one that says what to do."""

from __future__ import annotations

import errno
import sys
from collections.abc import Iterator
from contextlib import contextmanager

EXIT_CODE = 3  # a service manager may tell it from a crash: starting again changes nothing
SET_RIGHT = "correct this setting, or remove it to use the default"
FREE_SPACE = "free space on this disk, then start again"
LET_WRITE = "let the user that runs Antrean write there, then start again"


class StartError(Exception):
    """Nothing can be started as things are. `sentence` says what is wrong, `advice` what a supervisor can do."""

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
    from config import SettingError
    from queueing.office import JournalDamaged
    from storage.condition import RESTORE, Unfit, unfit
    from storage.database import DatabaseAddressError, DatabaseError

    if isinstance(error, (SettingError, DatabaseAddressError)):
        return StartError(str(error), SET_RIGHT)
    if isinstance(error, JournalDamaged):
        return StartError(f"the journal is damaged: {error}", RESTORE)
    if isinstance(error, DatabaseError):
        error = unfit(error)
    if isinstance(error, Unfit):
        return StartError(error.said, error.advice)
    return _of_the_system(error) if isinstance(error, OSError) else None


def _of_the_system(error: OSError) -> StartError:
    where = error.filename if error.filename is not None else "the data folder"
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return StartError(f"the disk is full: {where} can't be written", FREE_SPACE)
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return StartError(f"{where} can't be read or written: {error.strerror}", LET_WRITE)
    if error.errno in (errno.ENOTDIR, errno.EEXIST):
        return StartError(f"{where} is not a folder", "move it away, or name another folder in ANTREAN_DATA")
    return StartError(f"{where}: {error.strerror or error}")


@contextmanager
def starting() -> Iterator[None]:
    """End the program with exit code 3 and the sentence, without a traceback, when what is inside can't be started."""
    try:
        yield
    except Exception as error:
        said = start_error(error)
        if said is None:
            raise
        print(said.text(), file=sys.stderr, flush=True)  # noqa: T201 - there is no log yet
        raise SystemExit(EXIT_CODE) from None
