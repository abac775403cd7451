"""The rules page: who is called next, what is allowed how often, languages, and what a rule would change."""

from __future__ import annotations

from dataclasses import replace

from flask import Response, jsonify, render_template, request

from admin import frame
from admin.moved import said_moved
from admin.plan_form import plan_fields, said_changes, save_plan, seen_plan
from admin.rules import credit
from admin.rules.form import CALLING, LIMITS, calling, field_names, parts_of, place_of
from admin.section import Routes, View
from admin.setting_words import NAMES
from admin.usual_days import kept_for, usual_demand, worked_out
from antrean.queueing.calling.disciplines import DISCIPLINES
from antrean.queueing.errors import N_
from antrean.queueing.plan.document import DAY_MINUTES, MOST_IN_A_ROW, most_of, to_document
from antrean.queueing.plan.model import DIGITS, OfficePlan
from antrean.queueing.plan.parts import part
from antrean.queueing.tickets.numbers import written
from antrean.web.http.forms import Fields, only
from antrean.web.http.guard import current_identity
from antrean.web.services import services
from antrean.web.text.catalogues import known_languages

routes = Routes()
routes.include(credit.routes)
ABOUT = {
    "lock_minutes": N_("The visitor and the timer stay in sight; the operator's PIN or password opens it. 0: never."),
    "voucher_days": N_(
        "Whoever still waits when the day is closed keeps the number. With it and its code they get a new number at a "
        "kiosk or a counter on the next opening days, before all newcomers. 0: never."
    ),
    "served_percent": N_(
        "A service then gives no more numbers for the day, and says so. It goes on with more counters or longer hours, "
        "or when a supervisor lets it. 80 is a good value. 0: never."
    ),
    "case_days": N_(
        "So long whoever has its code reads that it was collected, or that its time is over. Then nobody knows the "
        "code any more."
    ),
}


def render() -> View:
    """Return the section's view. Forms are not pushed."""
    return {"html": {}}


@routes.get("/rules")
def rules() -> str:
    """Show the rules of the office."""
    plan = frame.plan()
    known = _languages(plan)
    return frame.page(
        "rules",
        plan=plan,
        revision=plan.revision,
        disciplines=DISCIPLINES,
        digits={digits: _printed(plan, digits) for digits in DIGITS},
        limits={name: (NAMES[name], getattr(plan.limits, name), most_of(name)) for name in LIMITS},
        about=ABOUT,
        places={code: place_of(plan, code) for code in sorted(known, key=lambda code: place_of(plan, code) or 99)},
        most={"credit": DAY_MINUTES, "interleave": MOST_IN_A_ROW},
        **credit.context(plan),
    )


@routes.post("/rules")
def save_rules() -> Response:
    """Save what the form changes of the rules, and say what that was; of the order of calling, also who moved.

    Whoever changed other rules meanwhile loses nothing.
    """
    plan = frame.plan()
    known = _languages(plan)
    fields = plan_fields(*field_names(known))
    seen = seen_plan(fields)
    before = to_document(seen)
    parts = {path: value for path, value in parts_of(fields, seen, known).items() if value != part(before, path)}
    was = to_document(plan)
    revision = save_plan("rules", fields, parts) if parts else plan.revision
    told = [said_changes(was, parts)]
    if any(path.startswith("calling/") for path in parts):
        told.append(said_moved(plan))
    return jsonify(said=". ".join(told), revision=revision)


def _printed(plan: OfficePlan, digits: int) -> dict[str, str]:
    """Return the first number with so many digits, the last one that has no more, and the one after it."""
    series, counts = plan.services[0].series if plan.services else "A", (1, 10**digits - 1, 10**digits)
    return dict(zip(("first", "last", "after"), (written(series, count, digits) for count in counts), strict=True))


def _languages(plan: OfficePlan) -> tuple[str, ...]:
    """Return the languages that can be chosen: those of the product, and those that the office has beside them."""
    return tuple(dict.fromkeys((*known_languages(), *plan.languages)))


@routes.get("/rules/waits")
def rules_waits() -> Response:
    """Return as a fragment the waits of a usual day under the rule in the address, beside those of today's rule."""
    plan, hub, asker = frame.plan(), services(), current_identity().actor
    wanted = calling(only(Fields(request.args.to_dict(), written=True), CALLING), plan)
    today = {name: getattr(plan, name) for name in CALLING}
    kept = kept_for(plan)
    demand = usual_demand(hub, plan, kept)
    found = {
        name: worked_out(hub, replace(plan, **rule), demand, asker, kept, "waits", *rule.values())
        for name, rule in (("now", today), ("then", wanted))
    }
    with frame.in_office_language():
        html = render_template(
            "admin/rules/waits.html", plan=plan, demand=demand, same=wanted == today, name=plan.service_name, **found
        )
    return jsonify(html=html)
