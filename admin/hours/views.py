"""The hours page: the week, seasons, special days, holidays and the hours of services, and what they make of a year."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import date
from typing import Any

from flask import Response, jsonify, request, url_for
from flask_babel import gettext

from admin import frame
from admin.hours.holidays import country_of, holidays_of
from admin.hours.view_model import (
    days_between,
    own_week_words,
    shown,
    typed_own_week,
    typed_spans,
    typed_week,
    week_words,
    year,
)
from admin.plan_form import plan_fields, save_plan, text_names, texts_of
from admin.section import Routes, View
from admin.setting_words import NAMES
from antrean.queueing.errors import Invalid, Unknown
from antrean.queueing.hours.document import LONGEST_NAME, LONGEST_REASON, write_season, write_special, write_week
from antrean.queueing.hours.model import WEEKDAYS, Season, SpecialDay
from antrean.queueing.plan.model import OfficePlan
from antrean.queueing.plan.texts import in_language
from antrean.web.http.forms import Fields, calendar_day, flag, text
from antrean.web.http.guard import current_identity
from antrean.web.services import services
from antrean.web.text.hours import spans_words
from antrean.web.text.times import long_date, month_name, weekday_letters

routes = Routes()
LONGEST = 100  # letters of the hours of a day
YEARS = 3  # before and after this one


def render() -> View:
    """Return the section's view. Nothing on the page changes by itself."""
    return {"html": {}}


@routes.get("/hours")
def hours() -> str:
    """Show the hours and a year of them; with `holidays`, also the holidays of that year, as suggestions."""
    plan, language = frame.plan(), frame.plan().languages[0]
    today = plan.business_day(services().office.clock())
    number = _year(request.args.get("year", ""), today)
    found = _holidays(plan, number) if "holidays" in request.args else None
    names = {day: in_language(of, language) or "" for day, of in (found or {}).items()}
    with frame.in_office_language():
        months = [month_name(number, month, language) for month in range(1, 13)]
        return frame.page(
            "hours",
            plan=plan,
            revision=plan.revision,
            today=today,
            number=number,
            years=[one for one in (number - 1, number + 1) if abs(one - today.year) <= YEARS],
            months=list(zip(months, year(plan.hours, number, language, names), strict=True)),
            letters=weekday_letters(language),
            weekdays={weekday: gettext(NAMES[weekday]) for weekday in WEEKDAYS},
            week=week_words(plan.hours.week),
            seasons=[(one, week_words(one.week)) for one in sorted(plan.hours.seasons, key=lambda one: one.starts_on)],
            days=sorted((one for one in plan.hours.days if one.day >= today), key=lambda one: one.day),
            own={service.code: own_week_words(service.hours) for service in plan.services},
            holidays=None
            if found is None
            else [(day, names[day]) for day in found if day >= today and day not in _taken(plan)],
            spans=lambda spans: spans_words(spans, language),
            typed=shown,
            date_words=lambda day: long_date(day, language),
        )


@routes.post("/hours/week")
def set_week() -> Response:
    """Set the hours of the week. A week without any means that the office has no hours."""
    fields = plan_fields(*WEEKDAYS)
    week = typed_week(_typed(fields), _names())
    save_plan("hours", fields, {"hours/week": write_week(week)})
    return _back("week")


@routes.post("/hours/days")
def set_special_days() -> Response:
    """Say how one day is, or each of some days up to `last_day`: its hours, none for closed, and why."""
    plan = frame.plan()
    fields = plan_fields("day", "last_day", "hours", *text_names(plan, "reason"))
    first = _day(fields, "day")
    last = _day(fields, "last_day") if text(fields, "last_day", "", most=10) else first
    spans = typed_spans(text(fields, "hours", "", most=LONGEST), gettext("Opening hours"))
    reasons = texts_of(fields, plan, "reason", LONGEST_REASON)
    parts = {_path(day): write_special(SpecialDay(day, spans, reasons)) for day in days_between(first, last)}
    save_plan("hours", fields, parts)
    return _back("days")


@routes.post("/hours/days/<day>/remove")
def remove_special_day(day: str) -> Response:
    """Let a day be as its week says again."""
    fields, plan = plan_fields(), frame.plan()
    found = next((one for one in plan.hours.days if one.day.isoformat() == day), None)
    if found is None:
        raise Unknown("not_found")
    save_plan("hours", fields, {_path(found.day): None})
    return _back("days")


@routes.post("/hours/holidays/<int:year>")
def take_holidays(year: int) -> Response:
    """Close the office on the ticked holidays of a year, with their names as the reason."""
    plan = frame.plan()
    found = _holidays(plan, _year(str(year), plan.business_day(services().office.clock())))
    fields = plan_fields(*(day.isoformat() for day in found))
    taken = [day for day in found if flag(fields, day.isoformat())]
    if not taken:
        raise Invalid("holidays_none")
    save_plan("hours", fields, {_path(day): write_special(SpecialDay(day, (), found[day])) for day in taken})
    return _back("days")


@routes.post("/hours/seasons")
def add_season() -> Response:
    """Add a season with its dates and its week. Refuses one that shares a day with another."""
    return _season_saved(_season_fields(), secrets.token_hex(8))


@routes.post("/hours/seasons/<season>")
def set_season(season: str) -> Response:
    """Change a season."""
    fields = _season_fields()
    return _season_saved(fields, _season(season).id)


@routes.post("/hours/seasons/<season>/remove")
def remove_season(season: str) -> Response:
    """Take a season away: its days are as the week says again."""
    fields = plan_fields()
    save_plan("hours", fields, {f"hours/seasons/{_season(season).id}": None})
    return _back("seasons")


@routes.post("/hours/services/<service>")
def set_service_hours(service: str) -> Response:
    """Set the hours of one service on the weekdays on which they are its own."""
    fields = plan_fields(*WEEKDAYS)
    found = frame.plan().service(service)
    week = typed_own_week(_typed(fields), _names())
    save_plan("hours", fields, {f"services/{found.code}/hours": write_week(week)})
    return _back("services")


def _season_fields() -> Fields:
    return plan_fields("starts_on", "ends_on", *text_names(frame.plan(), "name"), *WEEKDAYS)


def _season_saved(fields: Fields, season: str) -> Response:
    plan = frame.plan()
    kept = next((one.names for one in plan.hours.seasons if one.id == season), None)
    names = texts_of(fields, plan, "name", LONGEST_NAME, kept)
    if not names:
        raise Invalid("value_missing", field=gettext("Name"))
    week = typed_week(_typed(fields), _names())
    made = Season(season, names, _day(fields, "starts_on"), _day(fields, "ends_on"), week)
    save_plan("hours", fields, {f"hours/seasons/{season}": write_season(made)})
    return _back("seasons")


def _season(season: str) -> Season:
    found = next((one for one in frame.plan().hours.seasons if one.id == season), None)
    if found is None:
        raise Unknown("not_found")
    return found


def _holidays(plan: OfficePlan, number: int) -> dict[date, Mapping[str, str]]:
    return holidays_of(country_of(plan.tz), number, plan.languages, current_identity().actor)


def _taken(plan: OfficePlan) -> set[date]:
    return {one.day for one in plan.hours.days}


def _path(day: date) -> str:
    return f"hours/days/{day.isoformat()}"


def _typed(fields: Fields) -> dict[str, str]:
    return {weekday: text(fields, weekday, "", most=LONGEST) for weekday in WEEKDAYS}


def _names() -> dict[str, str]:
    return {weekday: gettext(NAMES[weekday]) for weekday in WEEKDAYS}


def _day(fields: Mapping[str, Any], name: str) -> date:
    found = calendar_day(fields, name)
    if found is None:
        raise Invalid("value_invalid", field=name)
    return found


def _year(written: str, today: date) -> int:
    """Return the year that is asked for, this one where none is; refuses (`value_invalid`) one that is far."""
    if not written:
        return today.year
    if not (written.isascii() and written.isdigit() and abs(int(written[:6]) - today.year) <= YEARS):
        raise Invalid("value_invalid", field="year")
    return int(written)


def _back(part: str) -> Response:
    return jsonify(next=url_for("admin.hours", _anchor=part))
