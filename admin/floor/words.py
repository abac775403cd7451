"""How the floor is said: states of services, the day's figures beside usual ones, and for how many days these stand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from flask_babel import gettext, ngettext

from antrean.queueing.day import FULL, ServiceDay
from antrean.queueing.plan.model import CLOSED, PAUSED, OfficePlan, Service
from antrean.reporting.so_far import SoFar, Usual
from antrean.web.text.durations import duration_minutes
from antrean.web.text.last_numbers import stopped_since
from antrean.web.text.numbers import count_words, percent_words
from antrean.web.text.pauses import until_words
from antrean.web.text.times import clock, day_name

NOBODY = "–"


@dataclass(frozen=True, slots=True)
class Card:
    """A figure of today and what is usual, "" where nobody knows; `code` is that of its definition."""

    code: str
    name: str
    value: str
    usual: str


def cards(today: SoFar, usual: Usual, language: str) -> list[Card]:
    """Return the figures of today so far, each beside that of usual days until the same time."""
    known = usual.days > 0
    before = _said(usual.until, language)
    return [
        Card(code, name, value, before[place][2] if known else "")
        for place, (code, name, value) in enumerate(_said(today, language))
    ]


def _said(figures: SoFar, language: str) -> list[tuple[str, str, str]]:
    waits = figures.waits

    def took(time: int) -> str:
        return duration_minutes(time) if waits.n else NOBODY

    return [
        ("tickets", gettext("Arrived"), count_words(figures.tickets, language)),
        ("served", gettext("Served"), count_words(figures.served, language)),
        ("persons", gettext("Persons"), count_words(figures.persons, language)),
        ("no_show", gettext("No-show"), percent_words(figures.no_show.percent)),
        ("waiting", gettext("Mean wait"), took(waits.mean)),
        ("percentiles", gettext("Nine of ten waited"), took(waits.p90)),
        ("waiting", gettext("Longest wait"), took(waits.longest)),
        ("promise_so_far", gettext("Promise kept"), percent_words(figures.promise.percent)),
    ]


def beside_words(usual: Usual, until: datetime | None, day: date, plan: OfficePlan) -> str:
    """Return what stands beside the figures: of how many such weekdays, and until when."""
    language = plan.languages[0]
    name = day_name(day, language)
    if until is None or not usual.days:
        return gettext("No earlier %(weekday)s is known to compare with.", weekday=name)
    return ngettext(
        "Beside each figure: the one %(weekday)s before that is known, until %(time)s.",
        "Beside each figure: the last %(num)d days on a %(weekday)s, until %(time)s; counts are the mean of a day.",
        usual.days,
        weekday=name,
        time=clock(until, plan.tz, language),
    )


def state_words(day: ServiceDay, plan: OfficePlan, service: Service, at: datetime) -> tuple[str, str]:
    """Return how a service stands, as `open`, `paused` or `closed`, and in words with the reason."""
    language, now = plan.languages[0], day.service_today(service)
    why = now.reason(language)
    if now.state == PAUSED:
        said = until_words(day.expected_end(service, plan.tz, at)) or gettext("Paused")
        return PAUSED, f"{said}: {why}" if why else said
    if day.closed:
        return CLOSED, gettext("The day is closed.")
    if now.state == CLOSED:
        said = gettext("Closed today")
        return CLOSED, f"{said}: {why}" if why else said
    if day.service_state(service) == FULL:
        return CLOSED, gettext("Full today")
    stopped = day.stopped.get(service.code)
    if stopped is not None:
        return PAUSED, stopped_since(stopped, zone=plan.tz, language=language)
    return now.state, gettext("Open")


def range_words(times: tuple[datetime, datetime], plan: OfficePlan) -> str:
    """Return two times of day, such as `10.40–10.55`; one where both are the same."""
    first, last = (clock(at, plan.tz, plan.languages[0]) for at in times)
    return first if first == last else f"{first}–{last}"
