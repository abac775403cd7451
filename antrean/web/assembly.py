"""Builds the services of each office of a hub, and starts its background tasks."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from antrean.access.identities import Identities
from antrean.access.passwords import Passwords
from antrean.config import ROOT, Config, second_place
from antrean.hub.agents.own_agent import pair_own_agent
from antrean.hub.agents.print_agents import PrintAgents
from antrean.hub.async_mode import AsyncMode
from antrean.hub.credit_days import CreditDays
from antrean.hub.device_days import DeviceDays
from antrean.hub.earlier_days import EarlierDays
from antrean.hub.finished_days import FinishedDays
from antrean.hub.long_exports import LongExports
from antrean.hub.media import Media
from antrean.hub.past_days import PastDays
from antrean.hub.periods import Periods
from antrean.hub.plan_reload import PlanReloader
from antrean.hub.report_follower import ReportFollower
from antrean.hub.security_log import SecurityLog
from antrean.hub.speakers import HELD, Speakers
from antrean.hub.voices import Voices
from antrean.hub.watches.backups import BackupWatch
from antrean.hub.watches.campaign import CampaignWatch
from antrean.hub.watches.damage import DamageWatch
from antrean.hub.watches.day_keeper import DayKeeper
from antrean.hub.watches.devices import DevicesSeen
from antrean.hub.watches.new_offices import NewOffices
from antrean.hub.watches.retention import Retention
from antrean.hub.watches.sessions import SessionWatch
from antrean.hub.watches.silence import SilenceWatch
from antrean.hub.watches.usual_floor import UsualFloor
from antrean.hub.writer import Writer
from antrean.queueing.office import Office
from antrean.queueing.tickets.links import TicketLinks
from antrean.storage.backup.rounds import BackupPlaces
from antrean.storage.database.engine import database_url, open_engine
from antrean.storage.journal.heads import HeadKeeper
from antrean.storage.journal.kept_state import kept_file
from antrean.storage.journal.sealing import remove_some
from antrean.storage.reports.read import ReportReader
from antrean.storage.reports.tables import ReportTables, open_reports
from antrean.storage.settings.rows import Settings
from antrean.web.background_tasks import background_tasks, hub_tasks
from antrean.web.http.sample_gate import SampleGate
from antrean.web.hub_parts import HubParts
from antrean.web.limits.rate_limit import SlowDown
from antrean.web.live.office_rooms import OfficeRooms
from antrean.web.live.publisher import Publisher, Screen
from antrean.web.live.stamp import stamp
from antrean.web.services import Services
from antrean.web.text.case_days import DaysNow

if TYPE_CHECKING:
    from antrean.access.identity import Identity
    from antrean.access.second_factor import SecondFactor

log = logging.getLogger(__name__)
MB = 1_000_000
CUT_AGAIN_SECONDS = 0.1
LONGEST_SOUND = 30.0  # seconds of one call on a display


@dataclass(frozen=True, slots=True)
class OpenedOffice:
    """One office of the database, ready to be served; `config` and `folder` are its own."""

    config: Config
    folder: Path
    office: Office
    settings: Settings
    heads: HeadKeeper
    links: TicketLinks
    second_factor: SecondFactor


def assemble(hub: HubParts, opened: OpenedOffice, screens: Iterable[Screen]) -> Services:
    """Return the services of one more office of a hub, with screens of its own; the hub does not serve it yet."""
    config, office, settings, mode = opened.config, opened.office, opened.settings, hub.mode
    background, sleep, monotonic = hub.socketio.start_background_task, hub.socketio.sleep, time.monotonic
    first = hub.offices.first if len(hub.offices) else None
    writer = Writer(office, mode, thread=hub.writer_thread)
    identities = Identities(
        settings, mode.run_blocking, Passwords(hub.password_child.right_password), hub.session_clock
    )
    identities.sessions.locks_after = lambda: office.read(lambda _day, plan: plan.limits.lock_minutes)
    rooms = OfficeRooms(hub.fan_out, config.office)
    publisher = Publisher(
        hub.app,
        emit=rooms.emit,
        newest=lambda: office.read(lambda day, _plan: day.seq),
        stamp=lambda: stamp(office, hub.build),
        monotonic=monotonic,
        sleep=sleep,
        enter=lambda: hub.offices.enter(services),
    )
    for screen in screens:
        publisher.add(screen)
    damage = first.damage if first is not None else _damage(hub, opened.heads)
    backups = first.backups if first is not None else _backups(hub, office)
    sockets: dict[str, tuple[str, Identity]] = {}
    seen = DevicesSeen(office.clock, monotonic, sockets)
    finished_days = FinishedDays(
        config.office,
        database_url(config.database_url, config.data.resolve()),
        mode,
        monotonic,
        hub.socketio.sleep,
        ROOT,
    )
    database = database_url(config.database_url, config.data.resolve())
    reports = ReportReader(open_reports(database), config.office)
    services = Services(
        config=config,
        folder=opened.folder,
        offices=hub.offices,
        office=office,
        links=opened.links,
        settings=settings,
        heads=opened.heads,
        identities=identities,
        session_watch=SessionWatch(
            identities,
            mode,
            sockets,
            monotonic,
            background,
            disconnect=lambda sid, namespace: hub.socketio.server.disconnect(sid, namespace),
            cut_all=lambda: _cut_all(hub, services),
        ),
        devices_seen=seen,
        silence=SilenceWatch(
            office,
            identities,
            seen,
            monotonic=monotonic,
            redraw=publisher.redraw,
        ),
        screens=sockets,
        device_kinds=hub.device_kinds,
        mode=mode,
        writer=writer,
        publisher=publisher,
        fan_out=hub.fan_out,
        rooms=rooms,
        connection_limit=hub.connection_limit,
        attempts=hub.attempts,
        addresses=hub.addresses,
        names=hub.names,
        second_factor=opened.second_factor,
        second_codes=hub.second_codes,
        codes=SlowDown(monotonic, free=5),
        code_addresses=hub.code_addresses,
        case_questions=hub.case_questions,
        case_days=DaysNow(),
        pairings=hub.pairings,
        device_days=DeviceDays(office, settings, identities, mode, monotonic, seen.there, damage.told),
        security=SecurityLog(office, settings.security, mode, office.guard.monotonic, opened.folder),
        passwords=hub.passwords,
        password_child=hub.password_child,
        report_child=hub.report_child,
        fresh_look=hub.fresh_look,
        voices=Voices(opened.folder / "voice", mode),
        speakers=Speakers(monotonic, partial(publisher.redraw, "display"), _quiet_until(office, monotonic())),
        heavy=hub.heavy,
        exports=hub.exports,
        media=Media(opened.folder, mode, hub.heavy, config.media_quota_mb * MB, config.free_space_mb * MB),
        backups=backups,
        day_keeper=_day_keeper(config, office, mode),
        damage=damage,
        retention=_retention(config, office, mode, writer),
        certificate=hub.certificate,
        print_agents=PrintAgents(
            office,
            identities,
            settings,
            mode,
            hub.faults,
            present=lambda agent: publisher.present("print_agent", "printer:" + agent),
            redraw=publisher.redraw,
            monotonic=monotonic,
        ),
        earlier_days=EarlierDays(office, settings, mode),
        past_days=PastDays(
            config.office,
            database_url(config.database_url, config.data.resolve()),
            mode,
            monotonic,
            hub.socketio.sleep,
            ROOT,
        ),
        finished_days=finished_days,
        campaign_watch=CampaignWatch(office, finished_days, monotonic, partial(publisher.redraw, "display")),
        long_exports=LongExports(
            config.office,
            database_url(config.database_url, config.data.resolve()),
            opened.folder,
            mode,
            monotonic,
            office.clock,
            ROOT,
            config.free_space_mb * MB,
            partial(publisher.redraw, "admin"),
        ),
        report_follower=_report_follower(config, office, mode),
        reports=reports,
        credit_days=CreditDays(config.office, database, hub.report_child, monotonic, office.clock),
        periods=Periods(hub.report_child, mode, reports.engine, config.office, database),
        usual_floor=UsualFloor(office, reports, mode, monotonic, partial(publisher.redraw, "admin")),
        faults=hub.faults,
        sample_gate=SampleGate(),
        build=hub.build,
        base_url=hub.base_url,
    )
    return services


def _cut_all(hub: HubParts, services: Services) -> None:
    """Disconnect every socket of one office: whoever may, connects again.

    The library disconnects none whose connecting has not been answered to the end; these are waited for.
    """
    left = {one for one in _sockets(hub) if one[0] in services.joined or one[0] in services.screens}
    while left and not services.stopped:
        for sid, namespace in list(left):
            try:
                hub.socketio.server.disconnect(sid, namespace)
            except Exception:
                log.exception("a socket could not be cut off")
                left.discard((sid, namespace))
        left &= _sockets(hub)
        hub.socketio.sleep(CUT_AGAIN_SECONDS if left else 0)


def _sockets(hub: HubParts) -> set[tuple[str, str]]:
    """Return the ids of all sockets with their namespaces, also of those that are being connected."""
    server = hub.socketio.server
    spaces = list(server.namespace_handlers)
    return {(sid, name) for name in spaces for sid, _engine in server.manager.get_participants(name, None)}


def _damage(hub: HubParts, heads: HeadKeeper) -> DamageWatch:
    data = hub.config.data.resolve()
    database = database_url(hub.config.database_url, data)
    return DamageWatch(database, data, heads, hub.mode, time.monotonic, ROOT)


def _backups(hub: HubParts, office: Office) -> BackupWatch:
    config, data = hub.config, hub.config.data.resolve()
    database = database_url(config.database_url, data)

    def changed() -> None:
        for one in hub.offices:
            one.publisher.redraw()

    return BackupWatch(
        office=office,
        places=BackupPlaces(data, second_place(config)),
        named=bool(config.backup_folder),
        settings=lambda: {"database": database, "passphrase": config.backup_passphrase},
        mode=hub.mode,
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


def _report_follower(config: Config, office: Office, mode: AsyncMode) -> ReportFollower:
    database = database_url(config.database_url, config.data.resolve())
    return ReportFollower(
        office=office,
        code=config.office,
        tables=ReportTables(open_reports(database), config.office),
        engine=open_engine(database, make=False),
        database=database,
        mode=mode,
        monotonic=time.monotonic,
        root=ROOT,
    )


def _retention(config: Config, office: Office, mode: AsyncMode, writer: Writer) -> Retention:
    data = config.data.resolve()
    database = database_url(config.database_url, data)
    known = {"database": database, "data": str(data)}
    remove = partial(remove_some, open_engine(database, make=False), config.office)
    return Retention(
        office=office,
        keep_days=config.retention_days,
        settings=lambda: {**known, "second": second_place(config), "passphrase": config.backup_passphrase},
        remove=lambda: writer.between(remove),
        mode=mode,
        monotonic=time.monotonic,
        root=ROOT,
    )


def begin(hub: HubParts, new_offices: NewOffices | None = None) -> None:
    """Read what the hub keeps in memory, subscribe to its offices and start the background tasks.

    `new_offices` looks for those that are set up later, where the hub serves all of its database.
    """
    hub.mode.run_blocking(hub.offices.first.damage.begin)
    background, stopped = hub.socketio.start_background_task, lambda: hub.offices.stopped
    for services in list(hub.offices)[1:]:
        _look_after(services)
    for services in hub.offices:
        _begin_office(hub, services)
    tasks = (
        *background_tasks(hub.offices, list(hub.offices), hub.socketio.sleep),
        *hub_tasks(hub.offices, hub.socketio.sleep, new_offices),
        lambda: hub.connection_limit.watch(hub.socketio.sleep, stopped),
    )
    for task in tasks:
        background(task)
    for services in hub.offices:
        _follow_peers(hub, services)


def begin_one_more(hub: HubParts, services: Services) -> None:
    """Have a running hub serve one more office; those it serves notice nothing.

    One that can't begin leaves nothing behind: it is tried again.
    """
    _begin_office(hub, services)
    _look_after(services)
    hub.offices.add(services)
    for task in background_tasks(hub.offices, [services], hub.socketio.sleep):
        hub.socketio.start_background_task(task)
    _follow_peers(hub, services)


def _look_after(services: Services) -> None:
    """Have what watches the whole database watch a further office of it as well."""
    services.damage.other_heads.append(services.heads)
    services.backups.others.append(services.office)


def _follow_peers(hub: HubParts, services: Services) -> None:
    """Exchange hints with other hubs about the lines of an office."""
    if url := hub.config.message_queue:
        from antrean.hub.peers import PeerNotifier  # a hub by itself does not load Redis

        code, seen, stopped = services.config.office, services.devices_seen, lambda: hub.offices.stopped
        peers = PeerNotifier(
            url, code, services.office, services.writer, seen.at_this_hub, seen.elsewhere, hub.faults, stopped
        )
        peers.start(hub.socketio.start_background_task)


def _begin_office(hub: HubParts, services: Services) -> None:
    parts = (
        services.identities.load,
        services.voices.load,
        services.media.sweep,
        services.long_exports.load,
        services.security.begin,
        services.office.begin,
    )
    for blocking in parts:
        services.mode.run_blocking(blocking)
    services.office.executor = services.writer.submit
    reloader = PlanReloader(
        services.identities,
        services.voices,
        services.mode,
        services.faults,
        hub.socketio.start_background_task,
        cut_off=services.session_watch.cut_off,
        stopped=lambda: services.stopped,
        pair_own_agent=partial(
            pair_own_agent, services.config.data, services.settings, services.config.printer, services.office.clock
        ),
    )
    services.office.subscribe(reloader.heard)  # must run before the publisher, which renders device rows
    services.office.subscribe(services.publisher.heard)
    services.office.subscribe(services.backups.heard)
    services.office.subscribe(services.session_watch.heard)
    hub.socketio.start_background_task(services.writer.run)
    hub.socketio.start_background_task(services.publisher.run)


def _quiet_until(office: Office, now: float) -> float:
    """Return until when this hub gives no turn to speak: a display may still be saying a call of before its start."""
    newest = office.read(lambda day, _plan: day.calls[-1].at if day.calls else None)
    recent = newest is not None and (office.clock() - newest).total_seconds() < LONGEST_SOUND
    return now + HELD if recent else now
