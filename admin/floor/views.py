"""Floor: what a supervisor watches all day. Nothing is done here; each alarm leads to where it is."""

from __future__ import annotations

from datetime import datetime

from flask import render_template

from admin import frame
from admin.floor.alarms import alarms, leads_to, names_shown
from admin.floor.words import beside_words, cards, range_words, state_words
from admin.section import Routes, View
from antrean.queueing.day import ServiceDay
from antrean.queueing.keeping.report_rows import micro
from antrean.queueing.plan.model import OfficePlan
from antrean.reporting.floor import Floor, floor_of
from antrean.web.services import services
from antrean.web.text.reasons import pause_reasons

routes = Routes()


def render() -> View:
    """Return the section's fragments: what needs somebody, the day so far, services and counters."""
    office, watch = services().office, services().usual_floor
    earlier, plan, now = watch.earlier(), frame.plan(), office.clock()
    seen = office.read(lambda day, plan: floor_of(day, plan, now, earlier.served_within))
    return {
        "html": {
            "alarms": render_template("admin/floor/alarms.html", alarms=alarms(seen, plan, now), leads_to=leads_to),
            "cards": render_template(
                "admin/floor/cards.html",
                cards=cards(watch.today(), earlier.figures, plan.languages[0]),
                beside=beside_words(earlier.figures, earlier.until, office.business_day(), plan),
            ),
            "services": office.read(lambda day, plan: _services(day, plan, seen)),
            "counters": _counters(seen, plan),
        }
    }


@routes.get("/floor")
def floor() -> str:
    """Show the floor; what is usual is read first, unless it is known."""
    services().usual_floor.read()
    return frame.page("floor")


def _services(day: ServiceDay, plan: OfficePlan, seen: Floor) -> str:
    now, language = services().office.clock(), plan.languages[0]
    rows = [
        {
            "series": service.series,
            "hue": service.hue,
            "name": service.name(language),
            "state": state_words(day, plan, service, now),
            "now": found,
            "called_by": range_words(found.called_by, plan) if found.called_by is not None else "",
        }
        for service, found in zip(plan.services, seen.services, strict=True)
    ]
    return render_template("admin/floor/services.html", rows=rows, waiting=seen.waiting, past=seen.past, ms=_ms)


def _counters(seen: Floor, plan: OfficePlan) -> str:
    at_work = [one for one in seen.counters if one.does != "closed" or one.held]
    return render_template(
        "admin/floor/counters.html",
        counters=at_work,
        closed=[plan.counter_name(one.code) for one in seen.counters if one not in at_work],
        name_of=plan.counter_name,
        service_of=plan.service_name,
        pause_reasons=pause_reasons(),
        names=names_shown(),
        ms=_ms,
    )


def _ms(at: datetime) -> int:
    """Return a moment in milliseconds since 1970, as the page's script counts."""
    return micro(at) // 1000
