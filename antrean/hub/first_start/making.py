"""Makes the first office of an installation, in one transaction."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from antrean.config import Config, office_folder, second_place
from antrean.hub.agents.own_agent import first_own_agent
from antrean.hub.start.secret_files import alone
from antrean.queueing.plan.model import OfficePlan
from antrean.storage.backup.rounds import BackupPlaces, keep_for_good
from antrean.storage.backup.set_aside import set_aside
from antrean.storage.database.condition import Emptied, examine
from antrean.storage.database.engine import database_file, database_url, open_engine
from antrean.storage.database.holdings import holds_nothing
from antrean.storage.database.upgrade import upgrade
from antrean.storage.journal.heads import head_file
from antrean.storage.private_files import private_folder
from antrean.storage.settings.rows import Settings
from antrean.storage.settings.staff import StaffMember
from antrean.voice.composer import Composer
from antrean.voice.espeak import NoVoice
from antrean.voice.packs import PackError

log = logging.getLogger(__name__)
ADMINISTRATOR = "administrator"


def is_new(config: Config) -> bool:
    """Whether this installation's database has never held an office; blocking, and changes nothing.

    Refuses (Unfit) a database that can't be used, and an empty one where an office has been.
    """
    url = database_url(config.database_url, config.data)
    engine = open_engine(url, make=False)
    examine(engine)
    file = database_file(engine)
    if file is not None and file.parent != config.data and not file.parent.is_dir():
        with open_engine(url).connect():  # says why it can't be made there
            pass
    return holds_nothing(engine)


def awaits_office(config: Config) -> bool:
    """Whether this installation has no office now: it is new, or it lost its database; blocking, changes nothing.

    Refuses (Unfit) a database that can't be used.
    """
    try:
        return is_new(config)
    except Emptied:
        return True


def lost_office(config: Config) -> bool:
    """Whether an office has been here whose database is gone; blocking, and changes nothing."""
    try:
        return is_new(config) and head_file(config.data).exists()  # of one on a server, whose database is empty
    except Emptied:
        return True


def make_office(
    config: Config, plan: OfficePlan, administrator: str, password_hash: str, clock: Callable[[], datetime]
) -> None:
    """Write the office, its first administrator and this machine's print agent in one transaction; blocking.

    What is left of an office whose database is gone is moved aside first; its backups stay for good. Refuses
    (`office_made`) where an office is there already, also one that somebody made in this moment.
    """
    private_folder(config.data)
    _give_a_voice(office_folder(config.data, plan.office) / "voice", plan)
    url = database_url(config.database_url, config.data)
    member = StaffMember(administrator, ADMINISTRATOR, password_hash, secrets.token_urlsafe(16))
    agent = first_own_agent(config.data, config.printer)
    with alone(config.data):  # of two at once, the second must not move aside what the first has begun
        if lost_office(config):
            set_aside(None, config.data, clock())
        if awaits_office(config):
            keep_for_good(BackupPlaces(config.data, second_place(config)))
        upgrade(open_engine(url))
        Settings(open_engine(url, make=False), plan.office).begin_office(plan, member, agent, clock())


def _give_a_voice(folder: Path, plan: OfficePlan) -> None:
    """Make the voice of the office's first language, where this machine can."""
    composer = Composer(folder)
    composer.load()
    try:
        composer.prepare(plan.languages[0])
    except (NoVoice, PackError, OSError) as error:
        log.warning("no voice for calls was made: %s", error)
