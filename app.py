"""The composition root: wires all packages into one hub. Only antrean.server, antrean.commands and tests import it."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from flask import Flask
from flask_socketio import SocketIO

from antrean.access.device_kinds import DeviceKind
from antrean.access.identity import STAFF
from antrean.access.permissions import PermissionTable, merge
from antrean.access.second_factor import SecondFactor, Unwritten
from antrean.config import ROOT, Config, backup_passphrase, load_config, office_folder, own_folder
from antrean.hub.async_mode import AsyncMode, ThreadingMode
from antrean.hub.first_start.backups import forget_sent
from antrean.hub.first_start.draft import forget_draft
from antrean.hub.first_start.making import awaits_office
from antrean.hub.start.secret_files import keep_private, key_in_backup, secret_key
from antrean.hub.start.start_error import StartError, check_folder
from antrean.hub.start.zones import adopt_zones
from antrean.hub.watches.new_offices import NewOffices
from antrean.queueing.office import Office
from antrean.queueing.tickets.links import TicketLinks
from antrean.release import BUILT_ON
from antrean.storage.clock_file import boot_id, read_clock
from antrean.storage.database.condition import examine
from antrean.storage.database.engine import database_url, open_engine
from antrean.storage.database.errors import RESTORE
from antrean.storage.database.trust import examine_newest_day
from antrean.storage.database.upgrade import upgrade
from antrean.storage.database.waits import CARE
from antrean.storage.journal.heads import HeadKeeper
from antrean.storage.journal.kept_state import KeptFile
from antrean.storage.journal.sql_journal import SqlJournal
from antrean.storage.private_files import private_folder
from antrean.storage.settings.offices import FIRST_OFFICE, office_codes, offices_in
from antrean.storage.settings.rows import Settings
from antrean.web import print_agent, sign_in
from antrean.web.assembly import OpenedOffice, assemble, begin, begin_one_more
from antrean.web.first_start.app import first_start_app
from antrean.web.http import health, open_data
from antrean.web.http.errors import refusals
from antrean.web.http.files.build import keep_build, read_build
from antrean.web.http.files.compression import compress_texts
from antrean.web.http.files.static_files import StaticFiles, serve_static
from antrean.web.http.guard import OWN_PAGES, guard
from antrean.web.http.hosts import Hosts, own_names
from antrean.web.http.languages import languages
from antrean.web.http.proxies import Proxies, networks
from antrean.web.http.requests import read_leanly
from antrean.web.http.sample_gate import watch_the_sample
from antrean.web.http.security import protect
from antrean.web.http.sessions import SteadyClock
from antrean.web.hub_parts import HubParts, hub_parts
from antrean.web.limits.connection_limit import SocketGate, follower_cap
from antrean.web.limits.frames import MOST_BYTES
from antrean.web.limits.rate_limit import MAX_BODY
from antrean.web.live.namespaces import ScreenNamespace, known_to_the_router
from antrean.web.live.plain_frames import PlainFrames
from antrean.web.screens.part import Part, ScreenPart, device_of, folder_of, screen_part
from antrean.web.services import Services
from antrean.web.sign_in.device_cookies import renew_cookies
from antrean.web.text.scripts import named, whole
from mobile_ticket import cases

# Each is a folder of this name. `make fix` writes the lists of other tools from this one.
SCREENS = ("kiosk", "display", "counter_panel", "mobile_ticket", "admin")


def own_screens() -> list[ScreenPart]:
    """Return the screens, each a folder that `SCREENS` names."""
    return [screen_part(name) for name in SCREENS]


def screens() -> list[ScreenPart]:
    """Return the parts with a live view, each with a socket namespace of its own."""
    return [print_agent, *own_screens()]


def parts() -> Sequence[Part]:
    """Return all parts with pages."""
    return (sign_in, health, open_data, cases, *screens())


def device_kinds() -> dict[str, DeviceKind]:
    """Return the kinds of devices that the screens and programs bring, by their codes."""
    found = (device_of(part) for part in screens())
    return {kind.code: kind for kind in found if kind is not None}


PACKED = ROOT / "antrean" / "web" / "packed.json"  # made at set-up


def screen_folders() -> list[Path]:
    """Return the folders that make up the build."""
    return [ROOT / "antrean" / "web", *map(folder_of, own_screens())]


def permissions() -> PermissionTable:
    """Return the roles that may open each page and join each namespace, merged from all parts."""
    return merge(OWN_PAGES, {part.blueprint.name: part.PERMISSIONS for part in parts()})


def utc_now() -> datetime:
    """Return the time of this machine."""
    return datetime.now(UTC)


def boot_time() -> float:
    """Return seconds that pass evenly while this machine is on, asleep or awake, whatever its clock is set to."""
    try:
        return time.clock_gettime(time.CLOCK_BOOTTIME)
    except (AttributeError, OSError):  # not Linux
        return time.monotonic()


def _as_it_is(view: Callable[..., Any]) -> Callable[..., Any]:
    """Return the view: none is a coroutine, which Flask would ask of each one again for every request."""
    return view


Clock = Callable[[], datetime]
Monotonic = Callable[[], float]


def open_office(
    config: Config, clock: Clock | None = None, monotonic: Monotonic | None = None
) -> tuple[Office, Settings]:
    """Return the Office and its settings on an up-to-date database.

    `clock` returns an aware UTC time and `monotonic` seconds; where only the first is given, time passes as it says.
    Without a code in `config` it is the only office of the database; refuses (StartError) to choose between several.
    """
    if clock is None:
        clock, monotonic = utc_now, monotonic or boot_time
    check_folder(config.data)
    private_folder(config.data)  # it holds keys and who works here
    keep_private(config.data)
    url = database_url(config.database_url, config.data)
    new = open_engine(url)
    examine(new)
    upgrade(new)
    code = _one_of(config.offices or tuple(offices_in(new)))
    settings = Settings(open_engine(url, make=False), code)
    journal = SqlJournal(open_engine(url, make=False), code)
    kept = KeptFile(config.data, journal, code)
    office = Office(journal, settings.load_plan, clock, monotonic, BUILT_ON, kept)
    memory = read_clock(office_folder(config.data, code))
    office.guard.recall(*memory.since(), memory.true_now(boot_id(), office.guard.monotonic()))
    return office, settings


def _one_of(offices: Sequence[str]) -> str:
    if len(offices) > 1:
        raise StartError(f"there are several offices here ({', '.join(offices)})", "say in ANTREAN_OFFICE which one")
    return offices[0] if offices else FIRST_OFFICE


def _trusted(config: Config) -> HeadKeeper:
    """Return the keeper of the newest line; refuses (Unfit) settings or a newest day that are not as written."""
    engine = open_engine(database_url(config.database_url, config.data), CARE, make=False)
    examine_newest_day(engine, config.office, config.data)
    return HeadKeeper(engine, config.office, office_folder(config.data, config.office))


def _usable_plan(settings: Settings) -> None:
    """Refuse (StartError) settings that can't be used, such as a time zone that this machine does not know."""
    try:
        _ = settings.load_plan().tz
    except (KeyError, TypeError, ValueError) as error:
        raise StartError(f"the office's settings can't be used: {error}", RESTORE) from error


def served(config: Config) -> tuple[str, ...]:
    """Return the codes of the offices that a hub of these settings serves: those named, else all of the database."""
    engine = open_engine(database_url(config.database_url, config.data), make=False)
    return config.offices or tuple(offices_in(engine)) or (FIRST_OFFICE,)


def _opened(
    config: Config, mode: AsyncMode, clock: Clock | None, monotonic: Monotonic | None
) -> list[tuple[Config, Office, Settings, HeadKeeper]]:
    """Open each office that the hub serves. All but the first get a folder of their own beside its files."""
    codes = mode.run_blocking(served, config)
    return [_opened_one(config, code, code == codes[0], mode, clock, monotonic) for code in codes]


def _opened_one(
    config: Config, code: str, first: bool, mode: AsyncMode, clock: Clock | None, monotonic: Monotonic | None
) -> tuple[Config, Office, Settings, HeadKeeper]:
    if not first:
        mode.run_blocking(own_folder, config.data, code)
    own = replace(config, office=code)
    office, settings = mode.run_blocking(open_office, own, clock, monotonic)
    heads = mode.run_blocking(_trusted, own)
    mode.run_blocking(_usable_plan, settings)
    mode.run_blocking(adopt_zones, office, settings)
    return own, office, settings, heads


def _new_offices(config: Config, hub: HubParts, take_up: Callable[[str], None]) -> NewOffices | None:
    """Return what looks for offices that are set up later; nothing where the settings name those of the hub.

    A hub that began before there was any office waits for its own one, and takes up no other beside it.
    """
    if config.offices:
        return None
    engine = open_engine(database_url(config.database_url, config.data), make=False)
    own = hub.offices.first.config.office

    def found() -> list[str]:
        codes = hub.mode.run_blocking(office_codes, engine)
        return sorted(codes) if own in codes else []

    return NewOffices(found, lambda: [one.config.office for one in hub.offices], take_up, time.monotonic)


def create_app(
    config: Config | None = None,
    mode: AsyncMode | None = None,
    clock: Clock | None = None,
    monotonic: Monotonic | None = None,
) -> Flask:
    """Return the hub as a WSGI application with its background tasks running.

    `clock` and `monotonic` are as for `open_office`: a clock moved without `monotonic` is a clock that jumps. Where
    there is no office yet, the application serves the first start, and the hub once the office is there.
    """
    config = config or load_config()
    check_folder(config.data)
    mode = mode or ThreadingMode()
    if len(config.offices) <= 1 and mode.run_blocking(awaits_office, config):
        return _first_start(config, mode, clock, monotonic)
    forget_draft(config.data)
    forget_sent(config.data)
    return _hub(config, mode, clock, monotonic)


def _first_start(config: Config, mode: AsyncMode, clock: Clock | None, monotonic: Monotonic | None) -> Flask:
    build = mode.run_blocking(read_build, ROOT, screen_folders(), PACKED)
    return first_start_app(
        config,
        mode,
        ROOT / "antrean" / "web",
        StaticFiles(build),
        [part.blueprint.name for part in screens() if not (part.PERMISSIONS.namespace or frozenset()) & STAFF],
        clock or utc_now,
        monotonic or boot_time,
        partial(_hub, config, mode, clock, monotonic),
    )


def _hub(config: Config, mode: AsyncMode, clock: Clock | None, monotonic: Monotonic | None) -> Flask:
    followers = follower_cap(config.max_followers, mode.name)
    config = replace(config, max_followers=followers, backup_passphrase=backup_passphrase(config))
    opened = _opened(config, mode, clock, monotonic)
    build = mode.run_blocking(read_build, ROOT, screen_folders(), PACKED)
    before = mode.run_blocking(keep_build, build, config.data / "builds")
    app = Flask("antrean.web", root_path=str(ROOT / "antrean" / "web"), static_folder=None)
    app.ensure_sync = _as_it_is  # type: ignore[assignment, method-assign]
    read_leanly(app)
    app.config["MAX_CONTENT_LENGTH"] = MAX_BODY
    app.config[sign_in.RESIDENTS_PAGE] = "mobile_ticket.page"
    app.config[sign_in.STAFF_PAGES] = ("counter_panel.page", "admin.index")
    socketio = SocketIO(
        app,
        async_mode=mode.name,
        manage_session=False,
        ping_interval=15,
        ping_timeout=10,
        max_http_buffer_size=MOST_BYTES,
        http_compression=False,
    )
    secret = secret_key(config, partial(key_in_backup, config))
    steady = SteadyClock(utc_now, boot_time)
    hub = hub_parts(app, socketio, config, mode, build.id, device_kinds(), steady)
    app.extensions["antrean_offices"] = hub.offices
    app.extensions["antrean_socketio"] = socketio
    unwritten = Unwritten()

    def assembled(own: Config, office: Office, settings: Settings, heads: HeadKeeper) -> Services:
        links = TicketLinks(secret, own.office, named=own.office != opened[0][0].office)
        second = SecondFactor(settings, secret, office.clock, unwritten)
        ready = OpenedOffice(own, office_folder(own.data, own.office), office, settings, heads, links, second)
        return assemble(hub, ready, [part.Screen() for part in screens()])

    def take_up(code: str) -> None:
        begin_one_more(hub, assembled(*_opened_one(config, code, False, mode, clock, monotonic)))

    for one in opened:
        hub.offices.add(assembled(*one))
    services = app.extensions["antrean"] = hub.offices.first
    protect(app, secret, config.secure_cookies, steady)
    languages(app)
    compress_texts(app)
    serve_static(app, StaticFiles(build, before))
    app.jinja_env.filters.update(named=named, whole=whole)
    refusals(app)
    table = permissions()
    watch_the_sample(app)
    guard(app, table)
    renew_cookies(app)
    for part in parts():
        app.register_blueprint(part.blueprint)
    for name in (part.Screen.name for part in screens()):
        socketio.on_namespace(ScreenNamespace(name, table.namespaces[f"/{name}"]))
    known_to_the_router(app)
    app.wsgi_app = PlainFrames(app.wsgi_app)  # type: ignore[method-assign]
    app.wsgi_app = SocketGate(app.wsgi_app, services.connection_limit)  # type: ignore[method-assign]
    app.wsgi_app = Hosts(app, app.wsgi_app, own_names(config, services.base_url))  # type: ignore[method-assign]
    if config.trusted_proxies:
        app.wsgi_app = Proxies(app.wsgi_app, networks(config.trusted_proxies))  # type: ignore[method-assign]
    begin(hub, _new_offices(config, hub, take_up))
    return app
