"""Brings a backup back into an installation, the same by the command `restore` and by the first start's pages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path

from antrean.access.devices import token_hash
from antrean.config import Config
from antrean.hub.agents.printer_addresses import fault
from antrean.hub.start.secret_files import TOKEN, TOKEN_FILE, alone, sound_secret
from antrean.printing.agent.state import printed_jobs
from antrean.storage.backup.archive import BackupError
from antrean.storage.backup.reader import Backup
from antrean.storage.backup.restore import OnPaper, Restored, printed_on, restore
from antrean.storage.backup.set_aside import bring_back, set_aside
from antrean.storage.clock_file import read_clock
from antrean.storage.database.engine import database_url, open_engine
from antrean.storage.database.running import hub_runs
from antrean.storage.database.waits import CARE
from antrean.storage.journal.heads import read_head
from antrean.storage.journal.lines import moment_of
from antrean.storage.settings.rows import Settings


def time_of_restore(data: Path, wall: datetime) -> datetime:
    """Return the time by this machine's clock, by what it was told to be wrong, or by the newest line that was told.

    A clock that stands before a line which this folder remembers would leave the day of that line without its
    safe numbers. `wall` is what the machine's clock says.
    """
    told = wall + read_clock(data).since()[0]
    head = read_head(data)
    known = moment_of(head.at) if head is not None else None
    return wall if known is None else min((at for at in (wall, told) if at >= known), default=known)


def on_paper(config: Config, offices: Sequence[str], told: Mapping[str, Mapping[str, int]]) -> OnPaper:
    """Return what is known to be on paper: what staff read from slips, and what this machine's print agent remembers.

    `offices` are those of the backup, the first one first.
    """
    first = (config.offices or tuple(offices))[0] if offices else config.office
    token = sound_secret(config.data / TOKEN_FILE, TOKEN)
    agent = token_hash(token) if token is not None else ""
    return OnPaper(first, told, printed_on(printed_jobs(config.data / "print_agent")), agent)


def bring_in(
    config: Config, backup: Backup, paper: OnPaper, now: datetime, replace: bool = False
) -> tuple[Restored, Path | None]:
    """Restore a backup that was checked; returns what was brought back, and where what was there lies now.

    With `replace` the database that is there is moved aside first, and comes back when the restore fails. `now` is the
    time of the restore. Refuses with BackupError where a hub works with this folder, and as `restore` does. Nobody
    begins a new office meanwhile, which would move aside what is being brought back.
    """
    with alone(config.data):
        return _brought_in(config, backup, paper, now, replace)


def _brought_in(
    config: Config, backup: Backup, paper: OnPaper, now: datetime, replace: bool
) -> tuple[Restored, Path | None]:
    if hub_runs(config.data):
        raise BackupError(f"a hub works with {config.data} now: stop it first")
    engine = open_engine(database_url(config.database_url, config.data), CARE)
    if not replace or engine.dialect.name != "sqlite":
        return restore(engine, config.data, backup, now, paper, replace), None
    database = Path(str(engine.url.database))
    away = set_aside(database, config.data, now)
    try:
        return restore(engine, config.data, backup, now, paper), away
    except BaseException as error:
        if away is not None:
            bring_back(away, database, config.data)
            error.add_note(f"The database that was here was brought back from {away}.")
        raise


def unusable_printers(config: Config, offices: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Name the print agents whose printers stand there as something that no address is, and why; nobody uses them."""
    engine = open_engine(database_url(config.database_url, config.data), CARE)
    for office in offices:
        for device in Settings(engine, office).devices():
            if device.kind == "print_agent" and not device.revoked and (error := fault(device)) is not None:
                yield device.name, str(error)
