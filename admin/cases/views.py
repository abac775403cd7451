"""The pages of cases: the board, one stage with its list, one case, and the lists that move, key in and take back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from fractions import Fraction
from functools import partial
from typing import Any

from flask import Response, jsonify, render_template, request, url_for
from flask_babel import ngettext

from admin import frame
from admin.cases import words
from admin.cases.lists import (
    ALL,
    BACK,
    MOVE,
    WHICH,
    Sorted,
    Wish,
    at_stage,
    in_parts,
    moved_by_lines,
    picked,
    sorted_out,
    to_key_in,
    typed_lines,
)
from admin.section import Routes, View
from antrean.queueing.cases.board import ServiceBoard, StageFigures, board, outlook
from antrean.queueing.cases.book import Case, CaseBook
from antrean.queueing.cases.codes import spaced
from antrean.queueing.cases.commands import MOST_AT_ONCE
from antrean.queueing.commands import Command, KeyInCases, MoveCases, TakeBackCases, WithdrawCase
from antrean.queueing.errors import Invalid, QueueError, Unknown
from antrean.queueing.plan.journeys import Journey
from antrean.queueing.plan.model import OfficePlan, Service
from antrean.web.http.errors import sentence
from antrean.web.http.forms import body, calendar_day, choice, text, whole
from antrean.web.http.guard import current_identity
from antrean.web.operations.commands import execute
from antrean.web.services import services
from antrean.web.text import times
from antrean.web.text.actors import actor_words, names_of_devices
from antrean.web.text.case_links import code_in
from antrean.web.text.numbers import count_words

routes = Routes()

MOST_SHOWN = 100  # codes of a stage that its page lists, and lines about a case
LONGEST_LIST = 60_000  # letters of a list that somebody typed: about 4,000 codes
LONGEST_LINES = 2000  # letters of the lines that a page names to take their moves back
MOST_PICKED = 100_000
MOST_DAYS = 999  # of what another pace would do
USUAL_DAYS = 20  # about a month of service days


def has_cases() -> bool:
    """Whether the office follows what visitors applied for, or still knows cases."""
    return services().office.read(lambda day, plan: plan.follows_cases or bool(day.standing.cases.cases))


def render() -> View:
    """Return the section's view: the figures of each service."""
    book, plan, today = _now()
    return {"html": {f"board.{one.service.code}": _drawn(one, plan) for one in board(book, plan, today)}}


@routes.get("/cases")
def cases() -> str:
    """Show the board, and the lists by which cases are moved and keyed in."""
    _book, plan, today = _now()
    language = plan.languages[0]
    return frame.page(
        "cases",
        plan=plan,
        boards=[(one, one.journey) for one in plan.services if one.journey is not None],
        wishes=_wishes(plan, language),
        beginnings=[
            (f"{MOVE}/{service.code}/{stage.code}", _named(plan, service, stage.name(language)))
            for service, journey in _journeys(plan)
            for stage in journey.stages[:-1]
        ],
        today=today,
        moved=_asked_number("moved", None, 1, MOST_PICKED),
    )


@routes.get("/cases/stage")
def cases_at_stage() -> str:
    """Show one stage: its figures, what another pace would do, and which cases a move means before it is made."""
    book, plan, today = _now()
    seen, figures = _asked_stage(book, plan, today)
    language, place = plan.languages[0], seen.journey.place(figures.stage.code)
    which = request.args.get("which", ALL)
    if which not in WHICH:
        raise Invalid("value_invalid", field="which")
    most = _asked_number("most", None, 1, MOST_PICKED)
    here = at_stage(book, seen.service.code, figures.stage.code)
    meant = picked(here, plan, today, which, most)
    come = _asked_number("come", -(-figures.came_a_day // 1), 0, MOST_PICKED)
    go = _asked_number("go", figures.limit or come, 0, MOST_PICKED)
    days = _asked_number("days", USUAL_DAYS, 1, MOST_DAYS)
    assert come is not None
    assert go is not None
    assert days is not None
    return frame.page(
        "cases",
        "stage",
        plan=plan,
        seen=seen,
        figures=figures,
        drawn=_drawn(seen, plan, figures.stage.code),
        which=which,
        most=most,
        here=len(here),
        meant=len(meant),
        shown=[(one, spaced(one.code), _day(one, plan, language)) for one in meant[:MOST_SHOWN]],
        until=services().office.read(lambda day, _plan: day.seq),
        stages=seen.journey.stages[place + 1 :],
        outlook=outlook(figures.count, Fraction(come), go, days),
        moved=_moved_here(here),
        lines=request.args.get("lines", "")[:LONGEST_LINES],
        moved_from=request.args.get("from", ""),
        count=partial(count_words, language=language),
    )


@routes.post("/cases/stage/move")
def move_listed_cases() -> Response:
    """Move the cases of a stage that its page listed; of these, only those that have not changed since."""
    fields = body("service", "from", "which", "most", "until", "to")
    book, plan, today = _now()
    service, journey = _service(plan, text(fields, "service", most=40))
    stage, to = text(fields, "from", most=40), text(fields, "to", most=40)
    if journey.stage(to) is None:
        raise Unknown("stage_unknown")
    here = at_stage(book, service.code, stage)
    until = whole(fields, "until")
    most = whole(fields, "most", MOST_PICKED)
    meant = picked(here, plan, today, choice(fields, "which", WHICH), most, until)
    if not meant:
        raise Unknown("case_unknown")
    lines = [
        _execute(MoveCases(cases=codes, stage=to, leads=True))
        for codes in in_parts([one.code for one in meant], MOST_AT_ONCE)
    ]
    if journey.stage(to) == journey.last:
        return jsonify(next=url_for("admin.cases", moved=len(meant)))
    wrote: dict[str, Any] = {"lines": ".".join(map(str, lines)), "from": stage}
    return jsonify(next=url_for("admin.cases_at_stage", service=service.code, stage=to, **wrote))


@routes.post("/cases/stage/take_back")
def take_back_listed_cases() -> Response:
    """Take back a move of a list, by the lines that it wrote. What was moved on since stays where it is."""
    fields = body("service", "stage", "lines", "from")
    book, plan, _today = _now()
    service, _journey = _service(plan, text(fields, "service", most=40))
    stage = text(fields, "stage", most=40)
    codes = moved_by_lines(
        at_stage(book, service.code, stage), _line_numbers(text(fields, "lines", most=LONGEST_LINES))
    )
    if not codes:
        raise Unknown("case_unknown")
    for part in in_parts(codes, MOST_AT_ONCE):
        _execute(TakeBackCases(cases=part, stage=stage, leads=True))
    before = text(fields, "from", stage, most=40)
    return jsonify(next=url_for("admin.cases_at_stage", service=service.code, stage=before))


@routes.post("/cases/typed")
def move_typed_cases() -> Response:
    """Move typed or scanned codes to a stage, or take their last move back; says what is left, and why."""
    fields = body("wish", "codes")
    book, plan, _today = _now()
    wish = _wish(plan, text(fields, "wish", most=120))
    found = sorted_out(typed_lines(text(fields, "codes", most=LONGEST_LIST)), book, wish, code_in)
    kind = TakeBackCases if wish.back else MoveCases
    done = _in_parts(found, lambda part: kind(cases=part, stage=wish.stage.code, leads=True))
    with frame.in_office_language():
        name = wish.stage.name(plan.languages[0])
        if wish.back:
            said = ngettext("Taken back: %(num)d case.", "Taken back: %(num)d cases.", done)
        else:
            said = ngettext(
                "Moved to “%(stage)s”: %(num)d case.", "Moved to “%(stage)s”: %(num)d cases.", done, stage=name
            )
        return _told(said, found)


@routes.post("/cases/key_in")
def key_in_typed_cases() -> Response:
    """Key in codes from before the system, in a stage since a day; says what is left, and why."""
    fields = body("wish", "codes", "since")
    book, plan, today = _now()
    wish = _wish(plan, text(fields, "wish", most=120))
    since = calendar_day(fields, "since") or today
    if since > today:
        raise Invalid("value_invalid", field="since")
    of_today = services().office.read(lambda day, _plan: dict(day.case_codes))
    typed = typed_lines(text(fields, "codes", most=LONGEST_LIST))
    found = to_key_in(typed, book, of_today, wish, since, plan, code_in)
    done = _in_parts(
        found,
        lambda part: KeyInCases(cases=part, service=wish.service.code, stage=wish.stage.code, since=since),
    )
    with frame.in_office_language():
        return _told(ngettext("Keyed in: %(num)d case.", "Keyed in: %(num)d cases.", done), found)


@routes.get("/cases/case")
def one_case() -> str:
    """Show one case by its code: its stages, since when and by whom, the number that began it, and what can be done."""
    book, plan, _today = _now()
    hub, language = services(), plan.languages[0]
    typed = request.args.get("code", "")[:400]
    code = code_in(typed)
    found = book.named(code)
    case = found[0] if len(found) == 1 else None
    devices = names_of_devices(hub.identities.devices())
    lines = hub.mode.run_blocking(hub.settings.case_lines.of, case.code, MOST_SHOWN) if case is not None else []
    journey = plan.service(case.service).journey if case is not None and plan.has_service(case.service) else None
    with frame.in_office_language():
        happened = [
            (
                times.long_time(one.at, plan.tz, language),
                words.happened_words(one.event, plan, case.service if case is not None else ""),
                actor_words(one.actor, devices),
            )
            for one in lines
        ]
        several = [
            (spaced(one.code), one.code, words.where_words(one, plan, language), _day(one, plan, language))
            for one in found
        ]
    return frame.page(
        "cases",
        "case",
        plan=plan,
        typed=typed,
        case=case,
        code=spaced(case.code) if case is not None else "",
        several=several,
        happened=happened,
        journey=journey,
        service=plan.service_name(case.service) if case is not None else "",
        where=several[0][2] if case is not None else "",
        stages=_stages_of(case, plan, language) if case is not None else [],
        later=_later(case, journey) if case is not None else [],
    )


@routes.post("/cases/<case>/move")
def move_case(case: str) -> Response:
    """Move one case on to a stage."""
    execute(MoveCases, cases=(case,), leads=True)
    return jsonify(next=url_for("admin.one_case", code=case))


@routes.post("/cases/<case>/take_back")
def take_back_case(case: str) -> Response:
    """Take back the last move of one case."""
    execute(TakeBackCases, cases=(case,), leads=True)
    return jsonify(next=url_for("admin.one_case", code=case))


@routes.post("/cases/<case>/withdraw")
def withdraw_case(case: str) -> Response:
    """End a case that should never have been opened, with a reason."""
    execute(WithdrawCase, case=case)
    return jsonify(next=url_for("admin.cases"))


def _now() -> tuple[CaseBook, OfficePlan, date]:
    """Return the cases, the plan and today, which has begun also before its first line; nothing of it changes."""
    office = services().office
    book, plan = office.read(lambda day, plan: (day.standing.cases, plan))
    return book, plan, office.business_day()


def _drawn(seen: ServiceBoard, plan: OfficePlan, only: str = "") -> str:
    """Return the figures of a service as HTML, or those of one of its stages alone."""
    language = plan.languages[0]
    return render_template(
        "admin/cases/board.html",
        seen=seen,
        rows=[_row(one, plan, language) for one in seen.stages if not only or one.stage.code == only],
        whole=not only,
        why=words.bottleneck_words(seen, language),
        held_up=words.held_up(seen),
        language=language,
        unsure=words.unsure_words,
        count=partial(count_words, language=language),
        decimal=partial(_decimal, language=language),
        day=partial(times.brief_date, language=language),
    )


def _row(figures: StageFigures, plan: OfficePlan, language: str) -> dict[str, Any]:
    oldest = figures.oldest
    return {
        "figures": figures,
        "name": figures.stage.name(language),
        "oldest": spaced(oldest.code) if oldest is not None else "",
        "since": _day(oldest, plan, language) if oldest is not None else "",
    }


def _decimal(number: float, language: str) -> str:
    """Return service days with one decimal, as people write them."""
    return f"{float(number):.1f}".replace(".", "." if language == "en" else ",")


def _day(case: Case, plan: OfficePlan, language: str) -> str:
    return times.brief_date(case.since.astimezone(plan.tz).date(), language)


def _asked_stage(book: CaseBook, plan: OfficePlan, today: date) -> tuple[ServiceBoard, StageFigures]:
    """Return the service and the stage that the address names; refuses what there is not."""
    service, stage = request.args.get("service", ""), request.args.get("stage", "")
    for seen in board(book, plan, today):
        for figures in seen.stages:
            if (seen.service.code, figures.stage.code) == (service, stage):
                return seen, figures
    raise Unknown("stage_unknown")


def _asked_number(name: str, usual: int | None, least: int, most: int) -> int | None:
    """Return a number of the address, within its bounds; refuses what is none."""
    said = request.args.get(name, "").strip()
    if not said:
        return usual
    if not (said.isascii() and said.isdigit()) or not least <= int(said[:9]) <= most:
        raise Invalid("value_invalid", field=name)
    return int(said[:9])


def _moved_here(here: Sequence[Case]) -> int:
    """Return how many the lines in the address have just moved here."""
    return len(moved_by_lines(here, _line_numbers(request.args.get("lines", "")[:LONGEST_LINES])))


def _line_numbers(said: str) -> list[int]:
    return [int(one) for one in said.split(".") if one.isascii() and one.isdigit() and len(one) < 18]


def _journeys(plan: OfficePlan) -> Iterable[tuple[Service, Journey]]:
    return [(one, one.journey) for one in plan.services if one.journey is not None]


def _service(plan: OfficePlan, code: str) -> tuple[Service, Journey]:
    service = plan.service(code)
    if service.journey is None:
        raise Unknown("stage_unknown")
    return service, service.journey


def _named(plan: OfficePlan, service: Service, stage: str) -> str:
    """Return the name of a stage, with the service where several have stages."""
    return f"{service.name(plan.languages[0])} · {stage}" if len(list(_journeys(plan))) > 1 else stage


def _wishes(plan: OfficePlan, language: str) -> dict[str, list[tuple[str, str]]]:
    """Return what can be wished for typed codes, by kind: the value, and the name of the stage."""
    return {
        kind: [
            (f"{kind}/{service.code}/{stage.code}", _named(plan, service, stage.name(language)))
            for service, journey in _journeys(plan)
            for stage in journey.stages[1:]
        ]
        for kind in (MOVE, BACK)
    }


def _wish(plan: OfficePlan, said: str) -> Wish:
    kind, _, where = said.partition("/")
    code, _, named = where.partition("/")
    if kind not in (MOVE, BACK):
        raise Invalid("value_invalid", field="wish")
    service, journey = _service(plan, code)
    stage = journey.stage(named)
    if stage is None:
        raise Unknown("stage_unknown")
    return Wish(kind == BACK, service, journey, stage)


def _execute(command: Command) -> int:
    """Execute a command for whoever asks, and return its line; it says the same however often it is sent."""
    return services().office.execute(command, current_identity().actor).seq


def _in_parts(found: Sorted, command: Callable[[tuple[str, ...]], Command]) -> int:
    """Execute a command for all cases that can be moved, and return how many it was; a refusal leaves its part."""
    done = found.there
    for part in in_parts(list(found.moving), MOST_AT_ONCE):
        try:
            _execute(command(part))
            done += len(part)
        except QueueError as refused:
            found.put_back(part, refused)
    return done


def _told(said: str, found: Sorted) -> Response:
    """Return in words what was done, and what is left with its reason."""
    left = [{"typed": typed, "why": sentence(why)} for typed, why in found.left]
    if left:
        said += " " + ngettext(
            "%(num)d line stays in the list, with the reason.",
            "%(num)d lines stay in the list, with the reason.",
            len(left),
        )
    return jsonify(said=said, left=left)


def _stages_of(case: Case, plan: OfficePlan, language: str) -> list[tuple[str, str]]:
    """Return the stages of a case with the moment since when it was there."""
    return [
        (words.stage_name(plan, case.service, stage, language), times.long_time(since, plan.tz, language))
        for stage, since in case.stages
    ]


def _later(case: Case, journey: Journey | None) -> list[Any]:
    """Return the stages to which a case can be moved."""
    return list(journey.stages[journey.place(case.stage) + 1 :]) if journey is not None and not case.ended else []
