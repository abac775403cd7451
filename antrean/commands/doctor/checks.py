"""The checks of `antrean doctor`: each returns what it found and, when something is wrong, what to do."""

from __future__ import annotations

import json
import os
import resource
import shutil
import statistics
import time
import urllib.error
import urllib.request
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Literal

from antrean.config import Config, second_place
from antrean.hub.processes.certificate import CertificateUnknown, ends_at
from antrean.hub.start.secret_files import exposed
from antrean.queueing.day import ServiceDay
from antrean.queueing.errors import QueueError, Unavailable
from antrean.queueing.office import Office
from antrean.queueing.plan.model import OfficePlan
from antrean.queueing.slips.printers import prints
from antrean.storage.backup.rounds import LEAST_FREE, BackupPlaces, copies
from antrean.storage.backup.schedule import is_too_old
from antrean.storage.database.errors import RESTORE
from antrean.storage.journal.survey import Survey
from antrean.storage.settings.devices import Device
from antrean.storage.settings.endings import cookies, soon

Verdict = Literal["ok", "warning", "wrong"]
MB = 1_000_000
SLOW_COMMIT_MS = 50.0
COMMITS = 20
FILES_A_FOLLOWER = 1
SPARE_FILES = 500
PATIENCE_DAYS = 14


@dataclass(frozen=True, slots=True)
class Check:
    """The result of one check. `advice`: what a supervisor can do, "" when there is nothing to do."""

    what: str
    verdict: Verdict
    said: str
    advice: str = ""


def examine(
    config: Config,
    office: Office | None,
    lines: Survey,
    damage: Iterable[str],
    now: datetime,
    devices: Iterable[Device] = (),
) -> Iterator[Check]:
    """Look at data folder, disk, journal, clock, limits, hub and printers. `office` is None when there is none yet.

    `damage` says what in the database is not as it was written; `devices` are those that were paired.
    """
    yield from look_at_folder(config)
    if office is None:
        yield Check("office", "wrong", "there is none yet", "run `antrean demo` for the sample office")
        return
    yield from _database(lines, damage)
    yield from _office(office, lines.last_at)
    yield from _backups(config, lines.last_at, now)
    yield from _old_days(config.retention_days, lines, now)
    yield from _endings(config, devices, now.date())
    yield _files(config.max_followers)
    yield from _hub(config)


def look_at_folder(config: Config) -> Iterator[Check]:
    """Look at what can be looked at even when nothing can be started: the data folder, who may read it, the disk."""
    folder = config.data
    if not folder.is_dir():
        yield Check("data folder", "wrong", f"{folder} is not there, or no folder", "name it in ANTREAN_DATA")
        return
    yield _folder(config)
    open_to_others = exposed(folder)
    if open_to_others:
        names = ", ".join(str(path) for path in open_to_others)
        advice = f"chmod go= {' '.join(str(path) for path in open_to_others)}"
        yield Check("private files", "warning", f"others on this machine may read {names}", advice)
    else:
        yield Check("private files", "ok", "nobody else on this machine may read them")
    for name in ("media", "voice"):
        kept = folder / name
        if kept.exists() and not (kept.is_dir() and os.access(kept, os.R_OK | os.W_OK | os.X_OK)):
            advice = "let the user of the hub read and write there; screens and numbers go on without it"
            yield Check(name, "warning", f"{kept} can't be used", advice)
    yield _disk(folder)


def _folder(config: Config) -> Check:
    """Say whether there is room, by the floors that the hub, its backups and its uploads go by."""
    folder, free = config.data, shutil.disk_usage(config.data).free
    if not os.access(folder, os.W_OK):
        return Check("data folder", "wrong", f"{folder} can't be written", "let the user of the hub write there")
    floors: tuple[tuple[int, Verdict, str], ...] = (
        (config.least_free_mb * MB, "wrong", "no number is given"),
        (LEAST_FREE, "warning", "no backup is made"),
        (config.free_space_mb * MB, "warning", "no picture or video is taken in"),
    )
    for floor, verdict, what in floors:
        if free < floor:
            said = f"{free // MB} MB free: with less than {floor // MB} MB {what}"
            return Check("data folder", verdict, said, "free space on this disk")
    return Check("data folder", "ok", f"{free // 1_000_000_000} GB free")


def _disk(folder: Path) -> Check:
    """Measure what a durable commit costs: append and fdatasync, the floor under every ticket."""
    probe = folder / ".doctor"
    took = []
    try:
        with probe.open("ab") as file:
            for _ in range(COMMITS):
                started = time.perf_counter()
                file.write(b"\0" * 4096)
                file.flush()
                os.fdatasync(file.fileno())
                took.append((time.perf_counter() - started) * 1000)
    except OSError as error:
        return Check("disk", "wrong", str(error), "free space, or let the user of the hub write there")
    finally:
        with suppress(OSError):
            probe.unlink(missing_ok=True)
    middle = statistics.median(took)
    said = f"a durable write takes {middle:.1f} ms"
    if middle > SLOW_COMMIT_MS:
        return Check("disk", "warning", said, "a worn card or disk: replace it before it fails")
    return Check("disk", "ok", said)


def _database(lines: Survey, damage: Iterable[str]) -> Iterator[Check]:
    sound = True
    for said in damage:
        sound = False
        yield Check("journal", "wrong", said, RESTORE)
    if sound:
        yield Check("journal", "ok", f"{lines.lines} lines, each as it was written")
    if lines.sealed is not None and lines.days is not None:
        first, last = lines.days
        said = f"of {first} to {last} the figures are kept; lines 1 to {lines.sealed.last} have left the journal"
        yield Check("sealed days", "ok", said)


def _office(office: Office, last: datetime | None) -> Iterator[Check]:
    yield _clock(office, last)
    try:
        yield office.read(_today)
    except Unavailable:
        yield Check("today", "wrong", "the day can't be read: it is damaged, or the database is away", RESTORE)


SET_CLOCK = "set this machine's clock (its battery may be empty), or tell the hub the time on the page Clock"
WHY = {
    "jumped": "it jumped, or is behind the newest line",
    "backward": "it shows a day before the newest business day",
    "too_far": "it shows a day more than a fortnight after the newest business day",
    "before_build": "it shows a day before this program was built",
    "hubs_differ": "another hub of this office has another date",
}


def _clock(office: Office, last: datetime | None) -> Check:
    """Say whether the machine's clock is believed, as a hub that starts now would."""
    with suppress(QueueError):  # a day that can't be read is said below
        office.business_day()
    guard = office.guard
    told = f", {guard.offset.total_seconds():+.0f} s by what it was told" if guard.offset else ""
    said = f"{guard.wall():%Y-%m-%d %H:%M} UTC{told}"
    if not guard.started and last is not None and last > guard.wall() + timedelta(minutes=1):
        return Check("clock", "wrong", f"{said}: the last line was written {last:%Y-%m-%d %H:%M} UTC", SET_CLOCK)
    if guard.state == "ok":
        return Check("clock", "ok", said)
    return Check("clock", "wrong", f"{said}: {WHY[guard.why]}", SET_CLOCK)


def _today(day: ServiceDay, plan: OfficePlan) -> Check:
    open_now = len(day.open_tickets())
    return Check(
        "today", "ok", f"{day.business_day} in {plan.zone}: {len(day.tickets)} tickets, {open_now} of them open"
    )


def _backups(config: Config, last_line: datetime | None, now: datetime) -> Iterator[Check]:
    places = BackupPlaces(config.data, second_place(config))
    found = [copy for folder in places.folders() for copy in copies(folder)]
    newest = max((copy.at for copy in found), default=None)
    said = "there is none yet" if newest is None else f"{len(found)}, the newest of {newest:%Y-%m-%d %H:%M} UTC"
    if is_too_old(newest, last_line):
        yield Check("backups", "warning", said, "run `antrean backup`; a hub that runs makes one each hour")
    else:
        yield Check("backups", "ok", said)
    if places.second and not places.second_is_there():
        yield Check("backups", "warning", f"{places.second} is not there", "put the stick in its place")
    open_to_others = [folder for folder in places.folders() if folder.exists() and folder.stat().st_mode & 0o077]
    for folder in open_to_others:
        if folder.stat().st_dev == config.data.stat().st_dev:  # a stick knows no permissions
            yield Check("backups", "wrong", f"others can read {folder}", f"chmod 700 {folder}")


def _old_days(keep_days: int, lines: Survey, now: datetime) -> Iterator[Check]:
    """Say when days stay that ought to have left a fortnight ago."""
    if not keep_days or lines.oldest is None:
        return
    age = (now.date() - lines.oldest).days
    if age > keep_days + PATIENCE_DAYS:
        said = f"the oldest is {lines.oldest}, and days are kept for {keep_days} days (retention_days)"
        yield Check("old days", "warning", said, "the hub's log says why they stay: they are damaged, or in no backup")


def _endings(config: Config, devices: Iterable[Device], today: date) -> Iterator[Check]:
    """Say what ends by itself, sixty days before it does."""
    known = [ending for ending in cookies(devices) if today <= ending.until]
    for ending in known:
        if soon(ending.until, today):
            said = (
                f"{ending.device} last opened its page on {ending.since}: its browser forgets it after {ending.until}"
            )
            yield Check("pairings", "warning", said, "open its page there once; it is then known for 400 days more")
    if not known or not soon(known[0].until, today):
        yield Check("pairings", "ok", f"the first ends on {known[0].until}" if known else "none ends")
    if config.public_url.startswith("https://"):
        yield _certificate(config.public_url, today)


def _certificate(url: str, today: date) -> Check:
    try:
        until = ends_at(url)
    except CertificateUnknown as unknown:
        return Check("certificate", "warning", f"{url} shows none ({unknown})", "is the proxy before the hub running?")
    if until is None:
        return Check("certificate", "wrong", f"the one of {url} has ended", "renew it: phones and screens refuse it")
    said = f"the one of {url} ends on {until.date()}"
    if soon(until.date(), today):
        return Check("certificate", "warning", said, "renew it before: phones and screens refuse one that has ended")
    return Check("certificate", "ok", said)


def _files(followers: int) -> Check:
    limit = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    needed = followers * FILES_A_FOLLOWER + SPARE_FILES
    if limit != resource.RLIM_INFINITY and limit < needed:
        advice = f"raise the open-file limit (LimitNOFILE) to {needed} or lower max_followers"
        return Check("open files", "warning", f"limit {limit}, {followers} phones need {needed}", advice)
    return Check("open files", "ok", f"limit {limit}")


def _not_ready(error: urllib.error.HTTPError) -> Check:
    try:
        told = json.load(error)
        holds, refusal = told["holds"], str(told["journal"])
    except (ValueError, KeyError, TypeError):
        holds, refusal = {}, f"HTTP {error.code}"
    why = ", ".join(f"{code} ({what})" if what else code for code, what in holds.items()) or refusal
    return Check("hub", "wrong", f"it gives no numbers: {why}", "see docs/operations.md, by this word")


PRINTER_WORDS = {
    "mute": "mute (it prints, and can't report its paper)",
    "unknown": "unknown (it prints, and can't report how it is)",
    "no_printer": "no_printer (something else answers at its address)",
    "owned": "owned (another print agent of its machine drives it)",
    "no_report": "it has not reported today",
}


def _hub(config: Config) -> Iterator[Check]:
    address = f"http://127.0.0.1:{config.port}/readyz"
    try:
        with urllib.request.urlopen(address, timeout=5) as answer:
            told = json.load(answer)
    except urllib.error.HTTPError as error:
        yield _not_ready(error)
        return
    except (OSError, ValueError) as error:
        yield Check("hub", "warning", f"{address} does not answer ({error})", "start it: make run, or its service")
        return
    yield Check("hub", "ok", f"ready at line {told['journal']['seq']}")
    if not told["printers"]:
        yield Check("printer", "ok", "this office has none")
    for printer, state in told["printers"].items():
        yield _printer(printer, state)


def _printer(printer: str, state: str) -> Check:
    said = f"{printer}: {PRINTER_WORDS.get(state, state)}"
    if prints(state):
        return Check("printer", "ok", said)
    if state == "no_report":
        return Check("printer", "warning", said, "is the print agent running?")
    return Check("printer", "wrong", said, "see the page Printers in the administration")
