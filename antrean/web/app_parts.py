"""The parts of the hub that run beside requests: languages, page context, background tasks, socket limits."""

from __future__ import annotations

import hashlib
import logging
import socket
import time
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from flask import Flask, Response, request, session
from flask_babel import Babel, get_locale

from antrean.hub.memory import Circles, give_back
from antrean.hub.watches.clock import ClockWatch
from antrean.hub.watches.day_end import DayEnd
from antrean.hub.watches.holds import HoldWatch
from antrean.queueing.commands import STANDING, GiveUpSlips
from antrean.storage.clock_file import ClockMemory, boot_id, write_clock
from antrean.web.http.sessions import HubSessions
from antrean.web.services import Services, services

log = logging.getLogger(__name__)
LANGUAGES = ("id", "en", "su")
HOUSEKEEPING_SECONDS = 1.0
TICK_ROUNDS = 10
REDRAW_ROUNDS = 60
SESSION_HOURS = 14


def languages(app: Flask) -> None:
    """Choose the language of each request and give the templates what every page shows."""
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(Path(__file__).parent / "translations")
    Babel(app, default_locale="id", locale_selector=_language)

    @app.context_processor
    def _page() -> dict[str, Any]:
        return {
            "language": str(get_locale() or "id"),
            "build": services().build,
            "office_name": services().office.read(lambda _day, plan: plan.name),
            "signed_in": session.get("staff"),
        }


def _language() -> str:
    wanted = request.args.get("language") or request.cookies.get("antrean_language", "")
    if wanted in LANGUAGES:
        return wanted
    if "text/html" not in request.headers.get("Accept", "") and request.accept_languages:
        return request.accept_languages.best_match(LANGUAGES) or "id"
    return "id"


def harden(app: Flask, secret: str, secure: bool, clock: Callable[[], datetime]) -> None:
    """Set what protects sessions and pages; sessions last by `clock`, which nobody should set."""
    app.secret_key = secret
    lifetime = timedelta(hours=SESSION_HOURS)
    app.session_interface = HubSessions(clock, lifetime)
    app.config.update(
        SESSION_COOKIE_NAME="antrean_staff",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=secure,
        PERMANENT_SESSION_LIFETIME=lifetime,
        SEND_FILE_MAX_AGE_DEFAULT=31536000,
    )

    @app.after_request
    def _headers(answer: Response) -> Response:
        if not (request.endpoint or "").endswith("static"):
            answer.headers.setdefault("Cache-Control", "no-store")
        return answer


class PlainFrames:
    """WSGI wrapper that declines compressed WebSocket frames: each would be packed anew for every client."""

    def __init__(self, app: Callable[..., Any]) -> None:
        self._app = app

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        """Pass the request on without the offer."""
        environ.pop("HTTP_SEC_WEBSOCKET_EXTENSIONS", None)
        return self._app(environ, start_response)


Parts = tuple[tuple[str, int, Callable[[], None]], ...]  # a name, how many seconds apart, and what is to be done


def housekeeping(services: Services, sleep: Callable[[float], None]) -> None:
    """Do what waits for nobody: once a second news of other processes, every ten seconds a tick.

    Once a minute every screen is drawn anew: waits grow shorter although nothing happens.
    """
    circles = Circles()
    parts: Parts = (
        ("a look at the journal", 1, services.writer.nudge),
        ("the tick", TICK_ROUNDS, services.publisher.tick),
        ("collecting circles", TICK_ROUNDS, lambda: circles.collect(len(services.places), services.places.ended)),
        ("drawing every screen anew", REDRAW_ROUNDS, services.publisher.redraw),
    )
    _each_second(services, sleep, parts)


def upkeep(services: Services, sleep: Callable[[float], None]) -> None:
    """Do what may have to wait for the journal, which must not keep the tick from screens that would think us dead.

    Once a second clock, old slips, agents that are gone, days that have ended and the newest line; every ten seconds
    freed memory goes back.
    """
    day_end = DayEnd(services.office, time.monotonic)
    clock_watch = ClockWatch(services.office, services.publisher.redraw, partial(_keep_clock, services), boot_id())
    parts: Parts = (
        ("looking at the clock", 1, clock_watch.look),
        ("giving up old slips", 1, lambda: _give_up_slips(services)),
        ("looking after print agents", 1, services.print_watch.look),
        ("closing days that have ended", 1, day_end.look),
        ("telling who signed in", 1, services.security.look),
        ("remembering whose cookie is new", 1, services.cookies.look),
        ("remembering the newest line", 1, lambda: services.mode.run_blocking(services.heads.look)),
        ("giving memory back", TICK_ROUNDS, lambda: services.mode.run_blocking(give_back)),
    )
    _each_second(services, sleep, parts)


def side_work(services: Services, sleep: Callable[[float], None]) -> None:
    """Look each second after the processes beside the hub; a stick that does not answer keeps nothing else waiting."""
    parts: Parts = (
        ("looking after backups", 1, services.backups.look),
        ("looking for damage", 1, services.damage.look),
        ("keeping the day", 1, services.day_keeper.look),
        ("sealing old days", 1, services.retention.look),
        ("looking at the certificate", 1, services.certificate.look),
    )
    _each_second(services, sleep, parts)


def watch(services: Services, sleep: Callable[[float], None]) -> None:
    """Look each second at what stops every number; it waits for nothing that the journal could keep waiting."""
    file = services.settings.file
    least_free = services.config.least_free_mb * 1_000_000
    holds = HoldWatch(services.office, file.parent if file else None, least_free, services.publisher.redraw)
    parts: Parts = (
        ("looking at the disk", 1, lambda: services.mode.run_blocking(holds.look_at_disk)),
        ("looking at what stops numbers", 1, holds.look_at_holds),
    )
    _each_second(services, sleep, parts)


def _each_second(services: Services, sleep: Callable[[float], None], parts: Parts) -> None:
    """Do each part in its turn until the hub stops.

    A part that fails is logged, once until it works again, and keeps no other part from its turn.
    """
    rounds = 0
    while not services.stopped:
        sleep(HOUSEKEEPING_SECONDS)
        rounds += 1
        for name, each, part in parts:
            if rounds % each == 0:
                do_part(services, name, part)


def do_part(services: Services, name: str, part: Callable[[], None]) -> None:
    """Do one part of the housekeeping; what it raises is noted and goes no further."""
    try:
        part()
    except Exception as error:
        if not services.stopped:  # a hub that stops refuses what comes late
            services.faults.note(name, error)
    else:
        services.faults.passed(name)


def _keep_clock(services: Services, memory: ClockMemory) -> None:
    services.mode.run_blocking(write_clock, services.config.data, memory)


def _give_up_slips(services: Services) -> None:
    if services.office.read(lambda day, plan: bool(GiveUpSlips().decide(day, STANDING, plan, services.office.clock()))):
        services.office.execute(GiveUpSlips(), actor="hub")


def stamp(services: Services) -> Mapping[str, Any]:
    """Return what every view and tick carries besides its seq: the hub's clock, the zone's offset, the build."""
    now = services.office.clock()
    zone = services.office.read(lambda _day, plan: plan.tz)
    offset = now.astimezone(zone).utcoffset() or timedelta()
    return {
        "at": int(now.timestamp() * 1000),
        "utc_offset": int(offset.total_seconds() // 60),
        "build": services.build,
    }


def build_id(root: Path) -> str:
    """Return an id that changes when anything a screen loads has changed."""
    digest = hashlib.sha256()
    for folder in ("antrean/web", "kiosk", "display", "counter_panel", "mobile_ticket", "admin"):
        for file in sorted((root / folder).rglob("*")):
            if file.suffix in (".css", ".js", ".html", ".py", ".mo") and "__pycache__" not in file.parts:
                digest.update(file.name.encode() + file.read_bytes())
    return digest.hexdigest()[:12]


def lan_url(port: int) -> str:
    """Return the address under which phones on this network reach the hub; no packet is sent to find it."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # a documentation address: only the route is looked up
            address = probe.getsockname()[0]
        except OSError:
            address = "127.0.0.1"
    return f"http://{address}:{port}"
