"""The second place of backups as an administrator chooses it in a browser, kept in the data folder."""

from __future__ import annotations

import os
from pathlib import Path
from threading import Lock

from antrean.config import SECOND_PLACE
from antrean.hub.watches.backups import BackupWatch
from antrean.queueing.errors import Invalid, Refused
from antrean.storage.backup.drives import Unfit
from antrean.storage.private_files import new_private_file, sync_folder

_BUSY = Lock()  # a drive that does not respond holds up one request


def choose_second(watch: BackupWatch, folder: str) -> str:
    """Have backups copied to a folder from now on, and return its path: it was written to, and read back.

    Refuses (`second_place_named`) where the machine's settings name one, a folder that can't be one, and
    (`second_place_busy`) while another one is tried.
    """
    _refuse_named(watch)
    newest = watch.stock.newest()
    if not _BUSY.acquire(blocking=False):
        raise Refused("second_place_busy")
    try:
        size = newest.size if newest else 0
        chosen = str(watch.mode.run_blocking(watch.machine.second_place, folder, watch.places.data, size))
        watch.mode.run_blocking(_keep, watch.places.data, chosen)
    except Unfit as unfit:
        raise Invalid(unfit.code, folder=folder) from None
    finally:
        _BUSY.release()
    watch.use_second(chosen)
    return chosen


def leave_second(watch: BackupWatch) -> None:
    """Have backups copied nowhere; those in the second place stay. Refuses (`second_place_named`) as above."""
    _refuse_named(watch)
    watch.mode.run_blocking(_forget, watch.places.data)
    watch.use_second("")


def _refuse_named(watch: BackupWatch) -> None:
    if watch.named:
        raise Refused("second_place_named")


def _keep(data: Path, folder: str) -> None:
    with new_private_file(data / SECOND_PLACE, replace=True) as out:
        out.write(os.fsencode(folder))


def _forget(data: Path) -> None:
    (data / SECOND_PLACE).unlink(missing_ok=True)
    sync_folder(data)
