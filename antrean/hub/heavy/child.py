"""The child process for pictures, slips, passwords and reports, with limited memory, limited time and low priority.

The hub starts it as `python -m antrean.hub.heavy.child` with a socket as its standard input, and ends it when nothing
is to do. A picture that makes it fail affects nothing else.
"""

from __future__ import annotations

import base64
import binascii
import os
import resource
import socket
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from antrean.hub.heavy import messages

MOST_MEMORY = 400 * 1024 * 1024
MOST_CPU_SECONDS = 15
MOST_FILE = 64 * 1024 * 1024
NICE = 10

Result = tuple[dict[str, Any], list[bytes]]


class CanNot(Exception):
    """The input can't be used; the code is sent to the client."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def picture(source: str, target: str) -> Result:
    """Re-encode an uploaded picture for displays."""
    from PIL import UnidentifiedImageError
    from PIL.Image import DecompressionBombError

    from antrean.hub.heavy.pictures import PictureTooLarge, draw_for_display

    try:
        draw_for_display(Path(source), Path(target))
    except PictureTooLarge:
        raise CanNot("body_too_large") from None
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, DecompressionBombError):
        raise CanNot("value_invalid") from None
    return {}, []


def film(source: str, kind: str) -> Result:
    """Check the structure of a video file."""
    from antrean.hub.heavy import video

    path = Path(source)
    try:
        with path.open("rb") as file:
            video.check(file, path.stat().st_size, kind)
    except video.NoVideo:
        raise CanNot("value_invalid") from None
    return {}, []


def logo(picture: str) -> Result:
    """Prepare an office's logo for slips; the picture is base64."""
    from antrean.printing.slip.content import SlipError
    from antrean.printing.slip.logo import prepare_logo

    try:
        return {"logo": prepare_logo(base64.b64decode(picture))}, []
    except (SlipError, binascii.Error, ValueError):
        raise CanNot("value_invalid") from None


def slip(content: dict[str, Any], layout: dict[str, Any], profiles: list[str]) -> Result:
    """Compose a slip and draw it as the printers of these profiles would print it; tell letters that none can print."""
    from antrean.printing.escpos.preview import printed_mm, render_png
    from antrean.printing.slip.compose import compose
    from antrean.printing.slip.content import content_from_json, layout_from_json
    from antrean.printing.slip.unprintable import unprintable
    from printer_profiles import load_profile

    pieces, lengths, letters = [], [], []
    for profile_id in profiles:
        profile, read = load_profile(profile_id), content_from_json(content)
        data = compose(read, layout_from_json(layout), profile)
        pieces.append(render_png(data, profile))
        lengths.append(printed_mm(data, profile))
        letters.append(unprintable(read, profile))
    return {"mm": lengths, "unprintable": letters}, pieces


def kept_slip(file: str, profile: str) -> Result:
    """Draw the bytes of a slip that the virtual printer kept."""
    from antrean.printing.escpos.preview import render_png
    from printer_profiles import load_profile

    return {}, [render_png(Path(file).read_bytes(), load_profile(profile))]


def password(hashed: str, given: str) -> Result:
    """Return whether a password matches a hash."""
    from argon2 import PasswordHasher
    from argon2.exceptions import Argon2Error, InvalidHashError

    try:
        return {"right": PasswordHasher().verify(hashed, given)}, []
    except (Argon2Error, InvalidHashError):
        return {"right": False}, []


def holidays(country: str, year: int, languages: list[str]) -> Result:
    """Return the holidays of a country in a year: by day the names in each language, or in that of the country."""
    from holidays import country_holidays

    try:
        calendar = country_holidays(country)
    except NotImplementedError:
        return {"days": {}}, []
    kinds = tuple({"public", "government"} & set(calendar.supported_categories))
    days: dict[str, dict[str, str]] = {}
    for language in languages:
        spoken = (one for one in calendar.supported_languages if one.partition("_")[0] == language)
        known = next(spoken, None)
        if known is None and language != languages[0]:
            continue
        for day, name in country_holidays(country, years=year, categories=kinds, language=known).items():
            days.setdefault(day.isoformat(), {})[language] = name
    return {"days": days}, []


def waits(plan: dict[str, Any], demand: dict[str, Any]) -> Result:
    """Run usual days of an office under the rule of a plan, and return the waits that they lead to."""
    from antrean.queueing.plan.document import plan_of
    from antrean.simulation.outlook import Demand, as_values, outlook

    return as_values(outlook(plan_of(plan), Demand(**demand))), []


def capacity(plan: dict[str, Any], demand: dict[str, Any], minutes: int, services: list[str]) -> Result:
    """Run days on which more come than can be served, with the usual counters and with one more."""
    from antrean.queueing.plan.document import plan_of
    from antrean.simulation import capacity as days
    from antrean.simulation.outlook import Demand

    return days.as_values(days.capacity(plan_of(plan), Demand(**demand), minutes, services)), []


def credit_days(database: str, office: str, before: str, most: int, least: int) -> Result:
    """Return the last days of an office before a day, newest first: numbers, and how many of them had priority."""
    from antrean.storage.reports.read import ReportReader
    from antrean.storage.reports.tables import open_reports
    from antrean.storage.reports.usual import counted_days

    engine = open_reports(database)
    try:
        found = counted_days(ReportReader(engine, office), date.fromisoformat(before), most, least)
    finally:
        engine.dispose()
    return {"days": [[day.isoformat(), *counts] for day, *counts in found]}, []


def credit_waits(database: str, office: str, day: str, plan: dict[str, Any], credit: int | None) -> Result:
    """Return the waits of a past day under a plan, by due time and with this credit; without one, as they were."""
    from antrean.queueing.plan.document import plan_of
    from antrean.simulation import credit as days
    from antrean.simulation.from_rows import DayOfRows
    from antrean.storage.reports.read import ReportReader
    from antrean.storage.reports.tables import open_reports

    on = date.fromisoformat(day)
    engine = open_reports(database)
    try:
        reader = ReportReader(engine, office)
        rows = DayOfRows(on, reader.visits(on, on), reader.spans(on, on), reader.pauses(on, on))
    finally:
        engine.dispose()
    rule = plan_of(plan)
    found = days.waits_as_they_were(rows, rule) if credit is None else days.waits_with(rows, rule, credit)
    return days.as_values(found), []


def period(database: str, office: str, name: str, question: Any) -> Result:
    """Answer a question about a period of business days, from the tables of reports beside this journal."""
    from antrean.hub.periods import answered
    from antrean.storage.reports.tables import open_reports

    engine = open_reports(database)
    try:
        return {}, [answered(engine, office, name, question)]
    finally:
        engine.dispose()


def what_if(database: str, office: str, day: str) -> Result:
    """Replay a business day with one counter more or fewer, and opened earlier; nothing where it has no visitors."""
    from datetime import date

    from antrean.queueing.journal.port import JournalDamaged
    from antrean.reporting.replayed_day import what_if as replayed
    from antrean.reporting.what_if import as_values
    from antrean.storage.database.engine import open_engine
    from antrean.storage.database.waits import CARE
    from antrean.storage.journal.sql_journal import SqlJournal
    from antrean.storage.settings.rows import Settings

    engine = open_engine(database, CARE, make=False)
    try:
        entries = SqlJournal(engine, office).read(day=date.fromisoformat(day))
        if not entries:
            return {}, []
        plan = Settings(engine, office).plan_at(entries[-1].seq)
        return as_values(replayed(date.fromisoformat(day), entries, plan)), []
    except JournalDamaged:
        return {}, []
    finally:
        engine.dispose()


JOBS: dict[str, Callable[..., Result]] = {
    "picture": picture,
    "film": film,
    "logo": logo,
    "slip": slip,
    "kept_slip": kept_slip,
    "password": password,
    "holidays": holidays,
    "waits": waits,
    "capacity": capacity,
    "credit_days": credit_days,
    "credit_waits": credit_waits,
    "period": period,
    "what_if": what_if,
}


def main() -> None:
    """Do one job after another until the hub closes the socket."""
    os.nice(NICE)
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (MOST_FILE, MOST_FILE))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with socket.socket(fileno=os.dup(sys.stdin.fileno())) as line:
        line.setblocking(True)  # a hub of green threads hands over sockets that never wait
        while True:
            try:
                asked, _ = messages.read(line.recv)
            except messages.Broken:
                return
            _limit_cpu()
            header, pieces = _done(asked)
            line.sendall(messages.packed(header, pieces))


def _done(asked: dict[str, Any]) -> Result:
    try:
        header, pieces = JOBS[asked["job"]](**asked["fields"])
    except CanNot as refusal:
        return {"refused": refusal.code}, []
    except MemoryError:
        return {"failed": "MemoryError"}, []
    except Exception as error:
        return {"failed": f"{type(error).__name__}: {error}"[:200]}, []
    return {"done": header}, pieces


def _limit_cpu() -> None:
    """Set the CPU time of the next job in seconds; the system kills a child that uses more."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    resource.setrlimit(
        resource.RLIMIT_CPU, (int(used.ru_utime + used.ru_stime) + MOST_CPU_SECONDS, resource.RLIM_INFINITY)
    )


if __name__ == "__main__":
    main()
