"""The page of cases: look one up by its code, move it on, move a stack or all of a stage, take it back."""

from __future__ import annotations

from typing import Any, TypedDict

from flask import Response, jsonify, render_template, request
from flask_babel import force_locale, ngettext
from flask_babel import gettext as _

from antrean.access.identity import LEADERS, Identity
from antrean.queueing.cases.book import Case, CaseBook
from antrean.queueing.cases.codes import read, spaced
from antrean.queueing.cases.commands import MOST_AT_ONCE
from antrean.queueing.commands import Command, MoveCases, TakeBackCases
from antrean.queueing.errors import Invalid, Unknown
from antrean.queueing.plan.model import OfficePlan
from antrean.queueing.privacy import refuse_identity_numbers
from antrean.queueing.results import CommandResult
from antrean.web.http.errors import sentence
from antrean.web.http.forms import Fields, body
from antrean.web.http.guard import current_identity
from antrean.web.limits.case_codes import scanned_case
from antrean.web.live.view import Html
from antrean.web.operations.commands import done, said
from antrean.web.operations.operation import operation
from antrean.web.operations.results import MovedResult
from antrean.web.services import services
from antrean.web.text import times
from counter_panel import case_view
from counter_panel.blueprint import blueprint
from counter_panel.render import drawn

ROOM = "cases"  # as the page names itself to its socket; what is drawn for those who lead differs
NAMED = 4  # cases that a sentence names; more are counted


class CasesView(TypedDict):
    """What the page of cases shows beside what somebody looked up: how many are in each stage."""

    html: Html


def room_of(identity: Identity) -> str:
    """Return the room of the page of cases for whoever looks."""
    return f"{ROOM}:{'leads' if identity.role in LEADERS else ''}"


def is_room(room: str) -> bool:
    """Whether a room is one of the page of cases."""
    return room.startswith(f"{ROOM}:")


def view(room: str) -> CasesView:
    """Return how many cases are in each stage, and what whoever looks can do with all of them."""
    book, plan = _read()
    rows = case_view.stages(plan, case_view.counted(book))
    with force_locale(plan.languages[0]):
        return {"html": {"stages": drawn("case_stages", plan, services=rows, leads=room.endswith(":leads"))}}


@blueprint.get("/cases")
def cases() -> str:
    """Show the page of cases."""
    me, plan = current_identity(), services().office.read(lambda _day, plan: plan)
    seen = services().publisher.current("counter_panel", room_of(me))
    with force_locale(plan.languages[0]):
        return render_template(
            "counter_panel/cases.html",
            view=seen,
            targets=case_view.targets(plan),
            leads=me.role in LEADERS,
            locked=False,  # a locked session is led to where it is opened
            lock_minutes=plan.limits.lock_minutes,
            id_number=sentence(Invalid("note_has_id_number")),
        )


@blueprint.get("/cases/found")
def cases_found() -> Response:
    """Show the cases of a code that was typed, or read from a slip."""
    typed = request.args.get("q", "")[:400]
    refuse_identity_numbers(typed)
    code = scanned_case(typed)
    found, plan = services().office.read(lambda day, plan: (case_view.found(day, plan, code), plan))
    with force_locale(plan.languages[0]):
        return jsonify(html=drawn("case_found", plan, found=found, typed=spaced(code), **_words(plan)))


@blueprint.get("/cases/in_stage")
def cases_in_stage() -> Response:
    """List the cases of one stage, to move them on together."""
    book, plan = _read()
    seen = case_view.in_stage(plan, book, request.args.get("service", "")[:40], request.args.get("stage", "")[:40])
    if seen is None:
        raise Unknown("stage_unknown")
    with force_locale(plan.languages[0]):
        return jsonify(html=drawn("case_list", plan, seen=seen, most=MOST_AT_ONCE, **_words(plan)))


@blueprint.post("/cases/moves")
@operation(MoveCases, gives=MovedResult)
def move_cases() -> MovedResult:
    """Move cases on to a stage; a code may be what a reader makes of a slip."""
    answer, moved, plan = _done(MoveCases)
    with force_locale(plan.languages[0]):
        words = _("%(cases)s: now %(stage)s", cases=_named(moved), stage=_in(plan, moved))
        return MovedResult(answer.seq, [one.code for one in moved], words)


@blueprint.post("/cases/taken_back")
@operation(TakeBackCases, gives=MovedResult)
def take_back_cases() -> MovedResult:
    """Take back the last move of cases: each is where it was before it."""
    answer, moved, plan = _done(TakeBackCases)
    with force_locale(plan.languages[0]):
        words = _("%(cases)s: back in %(stage)s", cases=_named(moved), stage=_in(plan, moved))
        return MovedResult(answer.seq, [one.code for one in moved], words)


def _done(kind: type[Command]) -> tuple[CommandResult, list[Case], OfficePlan]:
    """Execute a command about scanned cases, and return what it changed.

    Of a request that is repeated after somebody moved them again, it is all that were asked for.
    """
    fields = body(*said(kind))
    codes = _scanned(fields)
    answer = done(kind, fields, leads=current_identity().role in LEADERS)
    book, plan = _read()
    changed = case_view.changed_by(book, plan, codes, answer.seq)
    return answer, changed or [one for code in codes for one in book.named(code)], plan


def _scanned(fields: Fields) -> list[str]:
    """Put codes in the place of what readers made of slips. Refuses what leads to no case, by its own words."""
    given = fields.get("cases")
    if not isinstance(given, list) or not all(isinstance(one, str) for one in given):
        return []
    refuse_identity_numbers(*given)
    codes = [scanned_case(one) for one in given]
    if "" in codes:
        raise Unknown("case_unknown", case=given[codes.index("")][:20])
    fields["cases"] = codes
    return [read(one) for one in codes]


def _read() -> tuple[CaseBook, OfficePlan]:
    """Return the cases and the plan. Nothing changes a book, so that it is looked through without holding up others."""
    return services().office.read(lambda day, plan: (day.standing.cases, plan))


def _named(cases: list[Case]) -> str:
    if len(cases) <= NAMED:
        return ", ".join(spaced(one.code) for one in cases)
    return ngettext("%(num)d case", "%(num)d cases", len(cases))


def _in(plan: OfficePlan, cases: list[Case]) -> str:
    return ", ".join(case_view.stage_names(plan, cases))


def _words(plan: OfficePlan) -> dict[str, Any]:
    return {
        "day_words": lambda day: times.short_date(day, plan.languages[0]),
        "brief": lambda day: times.brief_date(day, plan.languages[0]),
        "leads": current_identity().role in LEADERS,
    }
