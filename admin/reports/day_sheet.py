"""The day sheet: what one business day was, on one page of paper."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext

from admin import frame
from admin.reports.dates import day_asked
from admin.reports.day_tables import tables
from admin.reports.exports import asked
from admin.reports.page import ReportPage, shown
from admin.reports.visit import visit_url
from admin.section import Routes
from antrean.access.identity import LEADERS, VIEWERS
from antrean.queueing.errors import N_, Invalid, QueueError
from antrean.queueing.keeping.report_rows import micro
from antrean.queueing.outages.past import PastOutage
from antrean.queueing.plan.model import OfficePlan
from antrean.queueing.plan.texts import in_language
from antrean.reporting import charts
from antrean.reporting.counter_time import FEWEST, CounterTime
from antrean.reporting.day_sheet import HALF_HOUR, ChosenCall, DaySheet, day_sheet
from antrean.reporting.what_if import Waits, WhatIf
from antrean.storage.journal.day_lines import LastLine
from antrean.web.http.errors import sentence
from antrean.web.http.guard import current_identity
from antrean.web.services import Services, services
from antrean.web.text.durations import duration_short, duration_words
from antrean.web.text.numbers import count_words, percent_words
from antrean.web.text.reasons import pause_reasons
from antrean.web.text.times import brief_date, clock, long_date

routes = Routes()

PLOT = charts.Plot(height=210)
FIRST_YEAR = 1970  # times are counted from there


@dataclass(frozen=True, slots=True)
class Read:
    """What was read of a day: its sheet, its outages, the facts of calls out of order, and its last line."""

    sheet: DaySheet
    outages: tuple[PastOutage, ...]
    facts: Mapping[int, Mapping[str, Any]]
    last_line: LastLine | None


@dataclass(frozen=True, slots=True)
class Replayed:
    """What the day would have been (`what_if.py`), where it was asked for; `refused` says why there is none now."""

    found: WhatIf | None = None
    refused: str = ""

    def rows(self) -> list[tuple[str, Waits]]:
        """Return the days that there are, in words."""
        one = self.found
        if one is None:
            return []
        days = [
            (gettext("The day as it was"), one.was),
            (gettext("Replayed with nothing changed"), one.again),
            (gettext("One more counter, all day"), one.one_more),
            (gettext("One counter fewer"), one.one_fewer),
            (gettext("Each counter opened half an hour earlier"), one.earlier),
        ]
        return [(words, waits) for words, waits in days if waits is not None]


@dataclass(frozen=True, slots=True)
class Card:
    """A figure that is read first. `what` names its definition, and `more` says of how many it is."""

    what: str
    title: str
    figure: str
    more: str = ""


@dataclass(frozen=True, slots=True)
class OutOfOrder:
    """A call out of order; `who` and `why` are "" for those who see no names."""

    call: ChosenCall
    passed: int | None
    who: str
    why: str


@routes.get("/reports/day")
def report_day() -> ResponseReturnValue:
    """Show the sheet of a business day (`day`, such as 2026-11-30; today's where it is left out).

    With `what_if=1` it says what one counter more or fewer would have changed, of a day that is over.
    """
    hub, plan = services(), frame.plan()
    today = hub.office.business_day()
    day = day_asked("day", today)
    if day > today or day.year < FIRST_YEAR:
        raise Invalid("value_invalid", field="day")
    now = micro(hub.office.clock())
    read = hub.mode.run_blocking(_read, hub, plan, day, now)
    leads = current_identity().role in LEADERS
    replayed = _replayed(hub, day, read) if day < today and request.args.get("what_if") == "1" else None

    def files() -> Any:
        found = replayed.found if replayed is not None else None
        return tables(read.sheet, plan, read.outages, _chosen(read, leads), leads, found)

    def page() -> str:
        with frame.in_office_language():
            return _page(read, plan, day, today, leads, replayed)

    return asked(f"day-{day.isoformat()}", files, page) or page()


def _read(hub: Services, plan: OfficePlan, day: date, now: int) -> Read:
    reports = hub.reports
    ends = micro(datetime.combine(day + timedelta(days=1), time(), plan.tz))
    calls = reports.calls(day, day)
    sheet = day_sheet(
        day, plan.tz, min(now, ends), reports.visits(day, day), calls, reports.spans(day, day), reports.pauses(day, day)
    )
    return Read(
        sheet,
        hub.settings.outages_by_day(day, day).get(day, ()),
        hub.settings.call_facts([call.seq for call in sheet.chosen]) if sheet.chosen else {},
        hub.settings.last_line_of(day),
    )


def _replayed(hub: Services, day: date, read: Read) -> Replayed:
    if read.last_line is None:
        return Replayed()
    try:
        return Replayed(hub.periods.what_if(current_identity().actor, day, read.last_line.seq))
    except QueueError as refusal:  # the sheet is worth reading without it
        return Replayed(refused=sentence(refusal))


def _page(read: Read, plan: OfficePlan, day: date, today: date, leads: bool, replayed: Replayed | None) -> str:
    sheet, language = read.sheet, plan.languages[0]
    reasons = pause_reasons()
    return shown(
        "report_day",
        sheet=sheet,
        day=day,
        today=today,
        day_words=long_date(day, language),
        before=day - timedelta(days=1),
        after=day + timedelta(days=1) if day < today else None,
        brief_date=lambda one: brief_date(one, language),
        cards=_cards(sheet, language),
        stairs=_stairs(sheet, plan),
        half_hours=_bars(sheet, plan),
        counters_drawn=_counters(sheet.counters, plan),
        operators={name: one for name, one in sheet.operators.items() if one.legs} if leads else {},
        fewest=FEWEST,
        leads=leads,
        outages=read.outages,
        need_name=lambda one: in_language(one.names, language) or one.need,
        outage_ends=lambda one: one.began + timedelta(minutes=one.minutes),
        out_of_order=_chosen(read, leads),
        visit_url=lambda number: visit_url(day, number),
        last_line=read.last_line,
        replayed=replayed,
        may_replay=day < today,
        pause_words=lambda one: _pause_words(one, reasons, language),
        at=lambda moment: _clock(moment, plan),
        clock=lambda moment: clock(moment, plan.tz, language),
        short=lambda duration: duration_short(duration, language),
        words=duration_words,
        count=lambda number: count_words(number, language),
        percent=percent_words,
    )


def _cards(sheet: DaySheet, language: str) -> list[Card]:
    def said(number: int) -> str:
        return count_words(number, language)

    office, waits = sheet.office, sheet.office.waits
    called = ngettext("of %(num)d wait", "of %(num)d waits", waits.n)

    def time_of(duration: int) -> str:
        return duration_words(duration) if waits.n else "–"

    no_shows = _of(office.no_show, office.tickets, language)
    share = 100 * office.no_show / office.tickets if office.tickets else None
    return [
        Card("tickets", gettext("Tickets"), said(office.tickets)),
        Card("persons", gettext("Persons"), said(office.persons)),
        Card("served", gettext("Served"), said(office.served), _of(office.served, office.tickets, language)),
        Card("no_show", gettext("No-show"), percent_words(share), no_shows),
        Card("left", gettext("Left uncalled"), said(office.left), _of(office.left, office.tickets, language)),
        Card("promise", gettext("Promise kept"), percent_words(office.promise.percent), _kept(sheet, language)),
        Card("waiting", gettext("Wait, mean"), time_of(waits.mean), called),
        Card("percentiles", gettext("Half waited at most"), time_of(waits.p50), called),
        Card("percentiles", gettext("Nine of ten at most"), time_of(waits.p90), called),
        Card("waiting", gettext("Longest wait"), time_of(waits.longest), called),
    ]


def _of(part: int, whole: int, language: str) -> str:
    return gettext("%(part)s of %(whole)s", part=count_words(part, language), whole=count_words(whole, language))


def _kept(sheet: DaySheet, language: str) -> str:
    promise = sheet.office.promise
    return gettext(
        "%(part)s of %(whole)s that were offered",
        part=count_words(promise.part, language),
        whole=count_words(promise.whole, language),
    )


def _stairs(sheet: DaySheet, plan: OfficePlan) -> charts.Stairs | None:
    if not sheet.half_hours:
        return None
    since, until = sheet.half_hours[0].begins, sheet.half_hours[-1].begins + HALF_HOUR
    marks = [(at, _clock(at, plan)) for at in range(since, until + 1, HALF_HOUR) if _on_the_hour(at, plan)]
    return charts.stairs([sheet.arrivals, sheet.called, sheet.ended], since, until, marks, PLOT)


def _bars(sheet: DaySheet, plan: OfficePlan) -> charts.Bars:
    groups = [(one.arrivals, one.waiting) for one in sheet.half_hours]
    return charts.bars(groups, [_clock(one.begins, plan) for one in sheet.half_hours], PLOT)


def _counters(counters: Mapping[str, CounterTime], plan: OfficePlan) -> charts.Stacked:
    language = plan.languages[0]
    rows = [
        (plan.counter_name(code), (one.serving, one.called, one.paused_in_all, one.idle))
        for code, one in counters.items()
    ]
    return charts.stacked(rows, lambda value: duration_short(value, language), 2 * HALF_HOUR, row_height=38)


def _chosen(read: Read, leads: bool) -> Sequence[OutOfOrder]:
    return [_out_of_order(call, read.facts.get(call.seq, {}), leads) for call in read.sheet.chosen]


def _out_of_order(call: ChosenCall, facts: Mapping[str, Any], leads: bool) -> OutOfOrder:
    passed = facts.get("passed")
    return OutOfOrder(
        call,
        passed if isinstance(passed, int) else None,
        call.operator if leads else "",
        str(facts.get("note") or "") if leads else "",
    )


def _pause_words(one: CounterTime, reasons: Mapping[str, str], language: str) -> str:
    """Return the pauses of a counter by their reason, longest first."""
    longest_first = sorted(one.paused.items(), key=lambda pause: -pause[1])
    return ", ".join(f"{reasons.get(code, code)} {duration_short(time_, language)}" for code, time_ in longest_first)


def _clock(moment: int, plan: OfficePlan) -> str:
    return clock(datetime.fromtimestamp(moment / 1_000_000, plan.tz), plan.tz, plan.languages[0])


def _on_the_hour(moment: int, plan: OfficePlan) -> bool:
    return datetime.fromtimestamp(moment / 1_000_000, plan.tz).minute == 0


PAGE = ReportPage(
    name="report_day",
    title=N_("Day sheet"),
    about=N_("One business day on one page: who came, how long they waited, what the counters did, and what was odd."),
    routes=routes,
    permissions={"report_day": VIEWERS},
)
