"""The parts of a hub that all of its offices share: what costs memory or a core, and what is counted of strangers."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from flask import Flask
from flask_socketio import SocketIO

from antrean.access.device_kinds import DeviceKind
from antrean.access.fresh_look import FreshLook
from antrean.config import ROOT, Config
from antrean.hub.async_mode import AsyncMode
from antrean.hub.exports import Exports
from antrean.hub.fault_log import FaultLog
from antrean.hub.heavy.work import HeavyWork
from antrean.hub.lane import Lane
from antrean.hub.start.lan_address import lan_url
from antrean.hub.watches.certificate import CertificateWatch
from antrean.hub.writer import WriterThread
from antrean.web.limits.connection_limit import ConnectionLimit
from antrean.web.limits.rate_limit import RateLimiter, SlowDown, TooMany
from antrean.web.limits.turns import Turns
from antrean.web.live.fanout import FanOut
from antrean.web.offices import Offices

log = logging.getLogger(__name__)
# Passwords that wait to be checked: of people whose browser signed in before, of other known names, of unknown ones.
PASSWORD_PLACES = (24, 16, 8)
PASSWORDS_EACH = 12
PASSWORD_PATIENCE = 15.0


@dataclass(frozen=True, slots=True)
class HubParts:
    """What one hub has once, however many offices it serves. The fields are those of `Services` of the same names."""

    app: Flask
    socketio: SocketIO
    config: Config
    mode: AsyncMode
    offices: Offices
    device_kinds: Mapping[str, DeviceKind]
    session_clock: Callable[[], datetime]
    build: str
    base_url: str
    writer_thread: WriterThread
    connection_limit: ConnectionLimit
    fan_out: FanOut
    heavy: HeavyWork
    exports: Exports
    passwords: Lane
    password_child: HeavyWork
    report_child: HeavyWork  # who reads one long report often reads the next
    faults: FaultLog
    certificate: CertificateWatch
    fresh_look: FreshLook
    attempts: RateLimiter
    addresses: RateLimiter
    names: SlowDown
    second_codes: SlowDown
    code_addresses: RateLimiter
    case_questions: RateLimiter
    pairings: RateLimiter


def hub_parts(
    app: Flask,
    socketio: SocketIO,
    config: Config,
    mode: AsyncMode,
    build: str,
    device_kinds: Mapping[str, DeviceKind],
    session_clock: Callable[[], datetime],
) -> HubParts:
    """Return the shared parts of a hub that serves no office yet."""
    background, sleep, monotonic = socketio.start_background_task, socketio.sleep, time.monotonic
    offices = Offices(monotonic)
    child_parts = (mode, monotonic, sleep, background, ROOT)
    turns = Turns(mode, background, sleep, monotonic, offices.unanswered)
    passwords = Lane(mode, monotonic, PASSWORD_PLACES, PASSWORDS_EACH, PASSWORD_PATIENCE, TooMany)

    def load() -> None:
        for one in offices:
            one.identities.load()

    return HubParts(
        app=app,
        socketio=socketio,
        config=config,
        mode=mode,
        offices=offices,
        device_kinds=device_kinds,
        session_clock=session_clock,
        build=build,
        base_url=config.public_url or lan_url(config.port),
        writer_thread=WriterThread(mode),
        connection_limit=ConnectionLimit(
            app, socketio.server, config.max_followers, turns, monotonic, native=mode.name != "eventlet"
        ),
        fan_out=FanOut(socketio, monotonic, straight=mode.name == "eventlet"),
        heavy=HeavyWork(*child_parts),
        exports=Exports(mode, monotonic, sleep, ROOT),
        passwords=passwords,
        password_child=HeavyWork(*child_parts, lane=passwords),
        report_child=HeavyWork(*child_parts, idle_seconds=60.0),
        faults=FaultLog(log),
        certificate=CertificateWatch(config.public_url, mode, monotonic, ROOT),
        fresh_look=FreshLook(lambda: mode.run_blocking(load), sleep, monotonic),
        attempts=RateLimiter(monotonic),
        addresses=RateLimiter(monotonic, most=60),
        names=SlowDown(monotonic),
        second_codes=SlowDown(monotonic, free=5),
        code_addresses=RateLimiter(monotonic, most=20),
        case_questions=RateLimiter(monotonic, most=60),
        pairings=RateLimiter(monotonic, most=20),
    )
