"""What priority is worth, advised from the office's own days: what they would have been with other minutes.

It says what is advised and why, and changes nothing: whoever takes the advice has it in the form and saves that.
"""

from __future__ import annotations

from typing import Any

from flask import Response, jsonify, render_template, request
from flask_babel import gettext

from admin import frame
from admin.section import Routes
from antrean.hub.credit_days import LEAST_VISITORS, Worked
from antrean.queueing.errors import N_
from antrean.queueing.plan.model import OfficePlan
from antrean.simulation.credit import BY_SHARE, LEAST_DAYS, Advice, advice
from antrean.web.http.guard import current_identity
from antrean.web.services import services
from antrean.web.text import times
from antrean.web.text.numbers import count_words, percent_words

routes = Routes()
SECONDS = 3.0  # of work for one request: the page asks again until all is done
UNSURE = {
    "few_days": N_("Few service days are known. More of them make the advice surer."),
    "few_priority": N_("Few visitors had priority. How long they waited is much by chance."),
    "share_near": N_("The share is close to where another advice begins: next week it may be another one."),
    "costs_much": N_(
        "With it many more of the others would have waited past the promise. Fewer minutes cost less: see the table."
    ),
    "no_difference": N_("On these days so few had to wait that the minutes change hardly anything."),
    "far_from_true": N_(
        "What is worked out for the minutes of today is far from how it really was. "
        "Other minutes may have held then, or visitors were called out of order."
    ),
}
ANOTHER_RULE = N_("These minutes count under “By due time” only. The office calls by another rule now.")


def context(plan: OfficePlan) -> dict[str, Any]:
    """Return what the fragment of the advice shows: all that was worked out, if it holds for this plan."""
    found = services().credit_days.known(plan)
    if found is None:
        return {"worked": None, "advised": None}
    told = advice(found.counts, found.by_credit, found.were, len(found.days), plan)
    return {
        "worked": found,
        "advised": told,
        "unsure": _unsure(told, plan),
        "steps": BY_SHARE,
        "least_days": LEAST_DAYS,
        "least_visitors": LEAST_VISITORS,
        "percent": percent_words,
        **_basis(found, plan),
    }


@routes.get("/rules/credit")
def rules_credit() -> Response:
    """Return the advice as a fragment; with `work` do some of the work first, and say whether more is to do.

    Refuses as `HeavyWork.do` does; what is done by then stays done.
    """
    plan, hub = frame.plan(), services()
    done = steps = 0
    if "work" in request.args:
        asker, today = current_identity().actor, hub.office.business_day()
        done, steps = hub.credit_days.work(asker, plan, today, SECONDS)
    with frame.in_office_language():
        if done < steps:
            said = gettext("Your days are being worked out … %(percent)s", percent=percent_words(100 * done / steps))
            return jsonify(more=True, said=said)
        html = render_template("admin/rules/credit.html", plan=plan, **context(plan))
        return jsonify(more=False, said=gettext("Worked out.") if "work" in request.args else "", html=html)


def _unsure(told: Advice, plan: OfficePlan) -> list[str]:
    another = [ANOTHER_RULE] if plan.discipline != "earliest_due_date" else []
    return [*another, *(UNSURE[one] for one in told.unsure)]


def _basis(found: Worked, plan: OfficePlan) -> dict[str, Any]:
    """Return what the figures are made of, in words: when, of which days, and of how many visitors."""
    language = plan.languages[0]
    numbers = [one for one in found.counts if one.day in found.days]
    span = (found.days[-1], found.days[0]) if found.days else None
    return {
        "when": f"{times.short_date(found.at.astimezone(plan.tz).date(), language)}, "
        f"{times.clock(found.at, plan.tz, language)}",
        "span": times.brief_span(*span, language) if span else "",
        "visitors": count_words(sum(one.visitors for one in numbers), language),
        "with_priority": count_words(sum(one.priority for one in numbers), language),
    }
