"""The pages of the first start: the code, then one question a page, and the summary that makes the office."""

from __future__ import annotations

import secrets
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, current_app, jsonify, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale, get_locale, gettext

from antrean.access.passwords import Passwords
from antrean.hub.first_start.draft import STEPS, Draft
from antrean.hub.first_start.making import make_office
from antrean.hub.first_start.plan import plan_of, services_of
from antrean.hub.first_start.templates import office_templates
from antrean.queueing.errors import Forbidden, Invalid, QueueError, Refused, Unavailable, Unknown
from antrean.queueing.names import checked_name
from antrean.queueing.plan.texts import NATIONAL, in_language
from antrean.web.first_start import forms
from antrean.web.first_start.switch import ADMITTED, FIRST_START, FirstStart
from antrean.web.http.errors import sentence
from antrean.web.http.forms import Fields, body, only, text, wants_html
from antrean.web.http.guard import host_in
from antrean.web.http.proxies import from_this_machine
from antrean.web.limits.rate_limit import network_of
from antrean.web.services import services
from antrean.web.sign_in.entering import STAFF_PAGES, start_session
from antrean.web.sign_in.known_browsers import known_browser
from antrean.web.text.catalogues import known_languages, own_names
from antrean.web.text.hours import spans_words
from antrean.web.text.times import clock

blueprint = Blueprint("first_start", __name__, url_prefix="/first_start")
OPEN = ("first_start.index", "first_start.give_code")
SUMMARY = "summary"
RETRY_SECONDS = 5
LONGEST_NAME, LONGEST_PASSWORD, LONGEST_CODE, LONGEST_DIGEST = 60, 200, 40, 64
VISITORS = "ANTREAN_VISITORS"  # the first parts of addresses that screens and visitors open


def first_start() -> FirstStart:
    """Return what the pages share."""
    return current_app.extensions[FIRST_START]  # type: ignore[no-any-return]


@blueprint.before_request
def guard() -> ResponseReturnValue | None:
    """Let nobody in who gave no code, and no other site's page either."""
    if request.method == "POST":
        origin = request.headers.get("Origin")
        if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
            raise Forbidden("wrong_origin")
        if origin and host_in(origin) != request.host:
            raise Forbidden("wrong_origin")
    if request.endpoint in OPEN or first_start().let_in(request):
        return None
    if wants_html():
        return redirect(url_for("first_start.index"), 303)
    raise Forbidden("set_up_code_wrong")


@blueprint.after_request
def remember_language(answer: Response) -> Response:
    """Let a language that was chosen by its name hold for the pages that follow."""
    wanted = request.args.get("language")
    if wanted in known_languages():
        answer.set_cookie("antrean_language", wanted, samesite="Lax", secure=first_start().config.secure_cookies)
    return answer


@blueprint.get("/")
def index() -> ResponseReturnValue:
    """Ask for the code; a browser on this machine is shown it. Who gave one goes on where the draft stands."""
    first = first_start()
    if first.let_in(request):
        if first.asks_for_backup():
            return redirect(url_for("first_start_backups.backup"))
        return redirect(url_for("first_start.step", step=first.draft().next_step() or SUMMARY))
    return _code_page()


@blueprint.post("/")
def give_code() -> ResponseReturnValue:
    """Let a browser in that gives the code. Wrong ones are counted by address, and soon have to wait."""
    first, address = first_start(), network_of(request.remote_addr or "")
    said = text(body("code"), "code", most=LONGEST_CODE)
    try:
        first.attempts.begin(address)
        token = first.code.take(said)
        if token is None:
            raise Forbidden("set_up_code_wrong")
    except QueueError as refusal:
        if not wants_html():
            raise
        return _code_page(sentence(refusal)), refusal.status, _retry(refusal)
    first.attempts.take_back(address)
    target = url_for("first_start.index")
    answer = make_response(redirect(target, 303) if wants_html() else jsonify(next=target))
    answer.set_cookie(
        FIRST_START,
        token,
        max_age=ADMITTED,
        path=blueprint.url_prefix or "/",
        httponly=True,
        samesite="Lax",
        secure=first.config.secure_cookies,
    )
    return answer


def _code_page(message: str = "") -> str:
    shown = first_start().code.code if from_this_machine(request.environ) else ""
    return render_template("first_start/code.html", message=message, shown=shown)


def _retry(refusal: QueueError) -> dict[str, str]:
    return {"Retry-After": str(refusal.retry_after)} if refusal.retry_after else {}


@blueprint.get("/<step>")
def step(step: str) -> ResponseReturnValue:
    """Show a step that has been or is next, and the summary when all have been; lead from any other to the next one.

    Where an office has been, lead to its backups until somebody wants a new one.
    """
    draft = first_start().draft()
    if step in (*STEPS, SUMMARY) and first_start().asks_for_backup():
        return redirect(url_for("first_start_backups.backup"))
    if step == SUMMARY and not draft.next_step():
        return _page(step, draft)
    if step not in STEPS or not draft.may_show(step):
        if step not in (*STEPS, SUMMARY):
            raise Unknown("not_found")
        return redirect(url_for("first_start.step", step=draft.next_step() or SUMMARY))
    return _page(step, draft)


@blueprint.post("/<step>")
def take(step: str) -> ResponseReturnValue:
    """Keep what a step is told, and lead to the next one. The summary makes the office, and signs its first person in.

    Refuses what no office can have; a page then says so beside what was typed. Refuses (`office_was_here`) everything
    where an office has been and nobody said that a new one is wanted.
    """
    first = first_start()
    fields = body(more=True)
    if first.asks_for_backup():
        raise Refused("office_was_here")
    if step == SUMMARY:
        return _make(text(only(fields, ("draft",)), "draft", "", LONGEST_DIGEST))
    draft = first.draft()
    if step not in STEPS or not draft.may_show(step):
        raise Unknown("not_found")
    try:
        draft = _administrator(fields) if step == "administrator" else _told(step, fields)
    except QueueError as refusal:
        if not wants_html() or isinstance(refusal, Unknown):
            raise
        return _page(step, draft, sentence(refusal), fields), refusal.status, _retry(refusal)
    following = STEPS[STEPS.index(step) + 1] if step != STEPS[-1] else ""
    target = url_for("first_start.step", step=_after(draft, following))
    answer = make_response(redirect(target, 303) if wants_html() else jsonify(next=target))
    return answer


def _after(draft: Draft, following: str) -> str:
    """Return where to go on: to the step that follows, and to the summary once all have been."""
    if not draft.next_step():
        return SUMMARY
    return following if following and draft.may_show(following) else draft.next_step()


def _told(step: str, fields: Fields) -> Draft:
    return first_start().change(lambda draft: _with(step, forms.READ[step](fields, draft)))


def _administrator(fields: Fields) -> Draft:
    """Keep the name in the draft, and the hash of the password in memory alone."""
    only(fields, ("administrator", "password", "again"))
    name = checked_name(text(fields, "administrator", most=LONGEST_NAME), "administrator")
    password = text(fields, "password", most=LONGEST_PASSWORD)
    if not secrets.compare_digest(password.encode(), text(fields, "again", most=LONGEST_PASSWORD).encode()):
        raise Invalid("password_differs")
    first = first_start()
    hashed = first.mode.run_blocking(Passwords().hash, password, name)
    return first.change(lambda draft: _with("administrator", replace(draft, administrator=name)), hashed)


def _with(step: str, draft: Draft) -> Draft:
    return draft if step in draft.done else replace(draft, done=(*draft.done, step))


def _make(read: str) -> ResponseReturnValue:
    """Make the office of the draft, serve it, and sign its administrator in. Refuses (`office_made`) a second one.

    `read` is the digest of the draft that whoever makes it has read, "" from a program: another one is not made
    (`draft_changed`), and a page shows it as it is now.
    """
    first = first_start()
    first.refuse_made()
    draft, hashed, digest = first.as_of_now()
    if draft.next_step() or not hashed:  # another browser may tell another one meanwhile
        return redirect(url_for("first_start.step", step=draft.next_step() or STEPS[-1]), 303)
    if read and read != digest:
        refusal = Refused("draft_changed")
        if not wants_html():
            raise refusal
        return _page(SUMMARY, draft, sentence(refusal)), refusal.status
    plan = plan_of(draft, forms.template_of(draft), first.office)
    first.mode.run_blocking(make_office, first.config, plan, draft.administrator, hashed, first.clock)
    hub = first.hub()
    with hub.request_context(request.environ):
        member = services().identities.staff_named(draft.administrator)
        assert member is not None  # the office has just been made with this person
        target = url_for(current_app.config[STAFF_PAGES][-1])  # where administrators look first
        answer: Response = make_response(redirect(target, 303) if wants_html() else jsonify(next=target))
        start_session(answer, known_browser(), member)
        answer.delete_cookie(FIRST_START, path=blueprint.url_prefix or "/")
        return hub.process_response(answer)


def _page(step: str, draft: Draft, message: str = "", typed: Fields | None = None) -> str:
    """Return the page of a step: as the draft has it, or as it was typed where that was refused."""
    place = STEPS.index(step) if step in STEPS else len(STEPS)
    back = STEPS[place - 1] if place else ""
    return render_template(
        f"first_start/{step}.html",
        step=step,
        number=place + 1,
        steps=len(STEPS) + 1,
        back=url_for("first_start.step", step=back) if back else "",
        draft=draft,
        message=message,
        typed=typed,
        **_more(step, draft),
    )


def _more(step: str, draft: Draft) -> dict[str, Any]:
    """Return what the page of a step shows besides the draft."""
    language = draft.language
    if step == "language":
        return {"known": known_languages(), "own_names": own_names()}
    if step == "time_zone":
        return {
            "zones": forms.OF_INDONESIA,
            "others": forms.other_zones(),
            "now_in": _now_in,
            "proposed": forms.proposed_zone(),
        }
    if step == "kind":
        return {"templates": office_templates().values(), "words": in_language}
    if step == "services":
        rows = len(draft.added) + forms.BLANK_ROWS
        return {"template": forms.template_of(draft), "own_names": own_names(), "added": rows, "words": in_language}
    if step == "counters":
        return {"most": forms.MOST_COUNTERS, "usual": forms.USUAL_COUNTERS}
    if step == "hours":
        return {"days": forms.DAYS, "shown": forms.hours_shown(draft)}
    if step == SUMMARY:
        template = forms.template_of(draft)
        made = services_of(draft, template)
        plan = plan_of(draft, template, first_start().office)
        hours = {
            gettext(words): spans_words(plan.hours.week.get(weekdays[0], ()), language)
            for words, weekdays in forms.DAYS.values()
        }
        zone = forms.OF_INDONESIA.get(draft.time_zone)
        return {
            "services": made,
            "hours": hours if plan.hours.given else {},
            "zone": gettext(zone[0]) if zone else draft.time_zone,
            "own_names": own_names(),
            "digest": first_start().as_of_now()[2],
        }
    return {}


def _now_in(zone: str) -> str:
    return clock(first_start().clock(), ZoneInfo(zone), str(get_locale() or NATIONAL))


def being_set_up(path: str = "") -> ResponseReturnValue:
    """Lead people to the first start; tell screens and visitors that the office is being set up."""
    del path
    part = request.path.split("/")[1]
    if not wants_html() or part == "socket.io":
        raise _refusal()
    if part in current_app.config[VISITORS]:
        page = render_template("first_start/waiting.html", lines=_in_all_languages())
        return page, 503, {"Retry-After": str(RETRY_SECONDS)}
    if request.method not in ("GET", "HEAD"):
        raise _refusal()
    return redirect(url_for("first_start.index"))


def _in_all_languages() -> dict[str, str]:
    said = {}
    for code in known_languages():
        with force_locale(code):
            said[code] = gettext("This office is being set up.")
    return said


def _refusal() -> Unavailable:
    refusal = Unavailable("office_being_set_up")
    refusal.retry_after = RETRY_SECONDS
    return refusal


def alive() -> Response:
    """Say that the process answers."""
    return jsonify(status="ok", build=current_app.jinja_env.globals["hub_build"])


def ready() -> tuple[Response, int]:
    """Say that no number can be given: there is no office yet."""
    told = {"printers": {}, "holds": {}, "clock": "ok"}
    return jsonify(status="unavailable", database="ok", journal="office_being_set_up", **told), 503
