"""Builds the services of one hub, and starts its background tasks."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from flask import Flask
from flask_socketio import SocketIO

from antrean.access.fresh_look import FreshLook
from antrean.access.identities import Identities
from antrean.access.passwords import Passwords
from antrean.config import ROOT
from antrean.hub.agents.print_agents import PrintAgents
from antrean.hub.async_mode import AsyncMode
from antrean.hub.device_cookies import DeviceCookies
from antrean.hub.fault_log import FaultLog
from antrean.hub.heavy.work import HeavyWork
from antrean.hub.lane import Lane
from antrean.hub.media import Media
from antrean.hub.plan_reload import PlanReloader
from antrean.hub.security_log import SecurityLog
from antrean.hub.speakers import HELD, Speakers
from antrean.hub.start.lan_address import lan_url
from antrean.hub.voices import Voices
from antrean.hub.watches.backups import BackupWatch
from antrean.hub.watches.certificate import CertificateWatch
from antrean.hub.watches.damage import DamageWatch
from antrean.hub.watches.day_keeper import DayKeeper
from antrean.hub.watches.devices import DevicesSeen
from antrean.hub.watches.retention import Retention
from antrean.hub.watches.sessions import SessionWatch
from antrean.hub.writer import Writer
from antrean.queueing.office import Office
from antrean.queueing.tickets.links import TicketLinks
from antrean.storage.backup.rounds import BackupPlaces
from antrean.storage.database.engine import database_url, open_engine
from antrean.storage.journal.heads import HeadKeeper
from antrean.storage.journal.kept_state import kept_file
from antrean.storage.journal.sealing import remove_some
from antrean.storage.settings.rows import Settings
from antrean.web.background_tasks import background_tasks
from antrean.web.limits.connection_limit import ConnectionLimit
from antrean.web.limits.rate_limit import RateLimiter, SlowDown, TooMany
from antrean.web.limits.turns import Turns
from antrean.web.live.fanout import FanOut
from antrean.web.live.publisher import Publisher
from antrean.web.live.stamp import stamp
from antrean.web.services import Services

if TYPE_CHECKING:
    from antrean.access.device_kinds import DeviceKind
    from antrean.access.identity import Identity
    from antrean.access.second_factor import SecondFactor
    from antrean.config import Config

log = logging.getLogger(__name__)
MB = 1_000_000
# Passwords that wait to be checked: of people whose browser signed in before, of other known names, of unknown ones.
PASSWORD_PLACES = (24, 16, 8)
PASSWORDS_EACH = 12
PASSWORD_PATIENCE = 15.0
LONGEST_SOUND = 30.0  # seconds of one call on a display


def assemble(
    app: Flask,
    socketio: SocketIO,
    config: Config,
    office: Office,
    links: TicketLinks,
    second_factor: SecondFactor,
    settings: Settings,
    heads: HeadKeeper,
    mode: AsyncMode,
    build: str,
    device_kinds: Mapping[str, DeviceKind],
    session_clock: Callable[[], datetime],
) -> Services:
    """Return the services of a hub for one office, and store them in the app."""
    background, sleep, monotonic = socketio.start_background_task, socketio.sleep, time.monotonic
    writer = Writer(office, mode)
    turns = Turns(mode, background, sleep, monotonic, lambda: writer.unanswered)
    connection_limit = ConnectionLimit(
        app, socketio.server, config.max_followers, turns, monotonic, native=mode.name != "eventlet"
    )
    fan_out = FanOut(socketio, monotonic, straight=mode.name == "eventlet")
    child_parts = (mode, monotonic, sleep, background, ROOT)
    heavy = HeavyWork(*child_parts)
    passwords = Lane(mode, monotonic, PASSWORD_PLACES, PASSWORDS_EACH, PASSWORD_PATIENCE, TooMany)
    password_child = HeavyWork(*child_parts, lane=passwords)
    identities = Identities(settings, mode.run_blocking, Passwords(password_child.right_password), session_clock)
    identities.sessions.locks_after = lambda: office.read(lambda _day, plan: plan.limits.lock_minutes)
    faults = FaultLog(log)
    publisher = Publisher(
        app,
        emit=fan_out.emit,
        newest=lambda: office.read(lambda day, _plan: day.seq),
        stamp=lambda: stamp(office, build),
        monotonic=monotonic,
        sleep=sleep,
    )
    damage = DamageWatch(
        database=database_url(config.database_url, config.data.resolve()),
        data=config.data.resolve(),
        heads=heads,
        mode=mode,
        monotonic=monotonic,
        root=ROOT,
    )
    screens: dict[str, tuple[str, Identity]] = {}
    services = Services(
        config=config,
        office=office,
        links=links,
        settings=settings,
        heads=heads,
        identities=identities,
        session_watch=SessionWatch(
            identities,
            mode,
            screens,
            monotonic,
            background,
            disconnect=lambda sid, namespace: socketio.server.disconnect(sid, namespace),
        ),
        devices_seen=DevicesSeen(office.clock, screens),
        screens=screens,
        device_kinds=device_kinds,
        mode=mode,
        writer=writer,
        publisher=publisher,
        fan_out=fan_out,
        connection_limit=connection_limit,
        attempts=RateLimiter(monotonic),
        addresses=RateLimiter(monotonic, most=60),
        names=SlowDown(monotonic),
        second_factor=second_factor,
        second_codes=SlowDown(monotonic, free=5),
        codes=SlowDown(monotonic, free=5),
        code_addresses=RateLimiter(monotonic, most=20),
        pairings=RateLimiter(monotonic, most=20),
        cookies=DeviceCookies(office, settings, identities, mode, monotonic, damage.told),
        security=SecurityLog(office, settings.security, mode, office.guard.monotonic, config.data),
        passwords=passwords,
        password_child=password_child,
        fresh_look=FreshLook(lambda: mode.run_blocking(identities.load), sleep, monotonic),
        voices=Voices(config.data / "voice", mode),
        speakers=Speakers(monotonic, partial(publisher.redraw, "display"), _quiet_until(office, monotonic())),
        heavy=heavy,
        media=Media(config.data, mode, heavy, config.media_quota_mb * MB, config.free_space_mb * MB),
        backups=_backups(config, office, mode, publisher.redraw),
        day_keeper=_day_keeper(config, office, mode),
        damage=damage,
        retention=_retention(config, office, mode, writer),
        certificate=CertificateWatch(config.public_url, mode, monotonic, ROOT),
        print_agents=PrintAgents(
            office,
            identities,
            settings,
            mode,
            faults,
            present=lambda agent: publisher.present("print_agent", "printer:" + agent),
            redraw=publisher.redraw,
            monotonic=monotonic,
        ),
        faults=faults,
        build=build,
        base_url=config.public_url or lan_url(config.port),
    )
    app.extensions["antrean"] = services
    app.extensions["antrean_socketio"] = socketio
    return services


def _backups(config: Config, office: Office, mode: AsyncMode, changed: Callable[[], None]) -> BackupWatch:
    database = database_url(config.database_url, config.data.resolve())
    return BackupWatch(
        office=office,
        places=BackupPlaces(config.data.resolve(), config.backup_folder),
        settings=lambda: {"database": database, "passphrase": config.backup_passphrase},
        mode=mode,
        monotonic=time.monotonic,
        root=ROOT,
        encrypted=bool(config.backup_passphrase),
        changed=changed,
    )


def _day_keeper(config: Config, office: Office, mode: AsyncMode) -> DayKeeper:
    data = config.data.resolve()
    return DayKeeper(
        office=office,
        data=data,
        file=kept_file(data, config.office),
        database=database_url(config.database_url, data),
        mode=mode,
        monotonic=time.monotonic,
        root=ROOT,
    )


def _retention(config: Config, office: Office, mode: AsyncMode, writer: Writer) -> Retention:
    data = config.data.resolve()
    database = database_url(config.database_url, data)
    known = {"database": database, "data": str(data), "second": config.backup_folder}
    remove = partial(remove_some, open_engine(database, make=False), config.office)
    return Retention(
        office=office,
        keep_days=config.retention_days,
        settings=lambda: {**known, "passphrase": config.backup_passphrase},
        remove=lambda: writer.between(remove),
        mode=mode,
        monotonic=time.monotonic,
        root=ROOT,
    )


def begin(services: Services, socketio: SocketIO) -> None:
    """Read what the hub keeps in memory, subscribe to the Office and start the background tasks."""
    parts = (
        services.identities.load,
        services.voices.load,
        services.media.sweep,
        services.damage.begin,
        services.security.begin,
        services.office.begin,
    )
    for blocking in parts:
        services.mode.run_blocking(blocking)
    services.office.executor = services.writer.submit
    background = socketio.start_background_task
    reloader = PlanReloader(
        services.identities,
        services.voices,
        services.mode,
        services.faults,
        background,
        cut_off=services.session_watch.cut_off,
        stopped=lambda: services.stopped,
    )
    services.office.subscribe(reloader.heard)  # must run before the publisher, which renders device rows
    services.office.subscribe(services.publisher.heard)
    services.office.subscribe(services.backups.heard)
    services.office.subscribe(services.session_watch.heard)
    tasks: tuple[Callable[[], None], ...] = (
        services.writer.run,
        services.publisher.run,
        *background_tasks(services, socketio.sleep),
        lambda: services.connection_limit.watch(socketio.sleep, lambda: services.stopped),
    )
    for task in tasks:
        background(task)
    if url := services.config.message_queue:
        from antrean.hub.peers import PeerNotifier  # a hub by itself does not load Redis

        office = services.config.office
        peers = PeerNotifier(url, office, services.office, services.writer, services.faults, lambda: services.stopped)
        peers.start(background)


def _quiet_until(office: Office, now: float) -> float:
    """Return until when this hub gives no turn to speak: a display may still be saying a call of before its start."""
    newest = office.read(lambda day, _plan: day.calls[-1].at if day.calls else None)
    recent = newest is not None and (office.clock() - newest).total_seconds() < LONGEST_SOUND
    return now + HELD if recent else now
