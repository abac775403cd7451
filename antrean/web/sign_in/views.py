"""The first pages: the start page, staff sign-in, and pairing a browser as kiosk or display."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from flask import (
    Blueprint,
    Response,
    current_app,
    jsonify,
    make_response,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask.typing import ResponseReturnValue

from antrean.access.device_kinds import DeviceKind
from antrean.access.devices import pair_sample_screen
from antrean.access.identity import STAFF
from antrean.queueing.errors import Forbidden, QueueError
from antrean.queueing.events import SecurityNoted
from antrean.queueing.security.events import (
    BROWSER_PAIRED,
    DEVICE_PAIRED,
    PAIRING_FAILED,
    PAIRING_SLOWED,
    SIGN_OUT,
)
from antrean.storage.settings.staff import StaffMember
from antrean.web.http.errors import sentence
from antrean.web.http.forms import body, choice, text, wants_html
from antrean.web.http.guard import enter, identify, permissions
from antrean.web.limits.rate_limit import TooMany, network_of
from antrean.web.services import offices, services
from antrean.web.sign_in.checking import checked_password, checked_second, enter_office_of, failed, why
from antrean.web.sign_in.device_cookies import give_cookie
from antrean.web.sign_in.entering import forget_proof, go_on
from antrean.web.sign_in.known_browsers import known_browser, mark_of

blueprint = Blueprint("start", __name__)
LONGEST_PATH, LONGEST_PASSWORD = 2000, 200
HALF, HALF_SECONDS = "half", 300  # in a session: who has still to give the second code
RESIDENTS_PAGE = "ANTREAN_RESIDENTS_PAGE"  # the endpoint, as the composition root names it
_OWN_PATH = re.compile(r"/(?:[!-.0-\[\]-~][!-\[\]-~]*)?")  # no second slash first, no backslash, no blank


@blueprint.get("/")
def index() -> ResponseReturnValue:
    """Show which screens there are and what this browser already is; lead a stranger's phone to the residents' page."""
    paired = {code: identify(frozenset({code})) is not None for code in browser_kinds()}
    staff = identify(STAFF)
    if staff is not None:
        enter(staff)
    if _is_phone() and not (staff or any(paired.values()) or request.args.get("screens")):
        return redirect(url_for(current_app.config[RESIDENTS_PAGE]))
    devices, pages = browser_kinds().values(), permissions().pages
    opens = {one for one, roles in pages.items() if staff is not None and staff.role in roles}
    return render_template("start/index.html", devices=devices, paired=paired, staff=staff, opens=opens, demo=_demo())


def _is_phone() -> bool:
    """Whether the browser says that it is a phone's: all of them have this word, tablets and computers do not."""
    return "Mobi" in request.headers.get("User-Agent", "")


@blueprint.route("/sign_in", methods=["GET", "POST"])
def sign_in() -> Response | str | tuple[Response | str, int, dict[str, str]]:
    """Start a staff session. Wrong name and wrong password look alike; too many failures have to wait.

    Whoever has an authenticator app also gives its `code`: here, or on the page that follows; without it programs are
    refused (`second_code_missing`). Whoever works in several offices says in which: by its code in `office`, or
    afterwards (`office_needed`, which lists them).
    """
    if request.method == "GET":
        forget_proof()  # whoever comes from choosing an office leaves it to somebody else
        wanted = inside(request.args["next"]) if "next" in request.args else ""
        return render_template("start/sign_in.html", next=wanted, demo=_demo(), message="")
    fields = body("name", "password", "code", "office", "next")
    name, password = text(fields, "name", most=60), text(fields, "password", most=LONGEST_PASSWORD)
    code, target = text(fields, "code", "", most=40), "" if fields.get("next", "") == "" else target_of(fields)
    office = text(fields, "office", "", most=40)
    browser = known_browser()
    try:
        member = checked_password(name, password, browser)
        second = services().mode.run_blocking(services().second_factor.has, member.name)
        if second and code:
            checked_second(member, code, browser)
            second = False
    except QueueError as refusal:
        if not wants_html():
            raise
        page = render_template("start/sign_in.html", next=target, demo=_demo(), message=why(refusal), name=name)
        return page, refusal.status, {"Retry-After": str(refusal.retry_after)} if refusal.retry_after else {}
    if second:
        half = {"name": member.name, "mark": mark_of(member), "at": _now(), "next": target, "office": office}
        session[HALF] = half
        if wants_html():
            return make_response(redirect(url_for("start.second_code"), 303))
        raise Forbidden("second_code_missing")
    return go_on(member, browser, target, office)


def half_of(half: object) -> StaffMember | None:
    """Return who gave the right password in this browser within the last five minutes, by what its session says."""
    if not isinstance(half, dict) or abs(_now() - int(half.get("at", 0))) > HALF_SECONDS:
        return None
    enter_office_of(str(half.get("name", "")))
    member = services().identities.staff_named(str(half.get("name", "")))
    return member if member is not None and mark_of(member) == half.get("mark") else None


def _now() -> int:
    return int(services().identities.sessions.clock().timestamp())


@blueprint.post("/sign_out")
def sign_out() -> ResponseReturnValue:
    """End the staff session of this browser: its cookie is worth nothing any more, and its screens are cut off."""
    someone = identify(STAFF)
    forget_proof()
    session.clear()
    if someone is not None:
        enter(someone)
        services().session_watch.end([someone.session])
        noted = SecurityNoted(SIGN_OUT, someone.name, someone.role)
        services().security.note(noted, someone.actor, request.remote_addr or "")
    return redirect(url_for("start.index"), 303) if wants_html() else jsonify(ok=True)


@blueprint.route("/pair", methods=["GET", "POST"])
def pair() -> Response | str | tuple[Response | str, int]:
    """Make this browser a device such as a kiosk, with the token that `antrean pair` printed."""
    kinds = browser_kinds()
    kind = kinds.get(request.args.get("kind", ""), next(iter(kinds.values())))
    if request.method == "GET":
        return render_template("start/pair.html", kind=kind, demo=_demo(), message="")
    token = text(body("token"), "token", most=100).strip()
    address = network_of(request.remote_addr or "")
    try:
        services().pairings.begin(address)
    except TooMany:
        failed(PAIRING_SLOWED)
        raise
    found = identify(frozenset(kinds), token)
    if found is None:
        failed(PAIRING_FAILED)
        refusal = Forbidden("device_not_paired")
        if not wants_html():
            raise refusal
        return render_template("start/pair.html", kind=kind, demo=_demo(), message=sentence(refusal)), 403
    services().pairings.take_back(address)
    enter(found)
    noted = SecurityNoted(BROWSER_PAIRED, device=found.name, device_kind=found.role)
    services().security.note(noted, found.actor, request.remote_addr or "")
    return _paired(found.role, token)


@blueprint.post("/pair/demo")
def pair_demo() -> Response:
    """Make this browser a device of the sample office with one tap; only the sample office has this."""
    if not _demo():
        raise Forbidden("not_allowed")
    kind = choice(body("kind"), "kind", tuple(browser_kinds()))
    hub = services()
    offices().enter(hub)
    hub.pairings.begin(network_of(request.remote_addr or ""))
    device, token = hub.mode.run_blocking(pair_sample_screen, hub.settings, kind, f"Demo {kind}", hub.office.clock)
    hub.mode.run_blocking(hub.identities.load)
    noted = SecurityNoted(DEVICE_PAIRED, device=device.name, device_kind=kind)
    hub.security.note(noted, f"{kind}:{device.id}", request.remote_addr or "")
    return _paired(kind, token)


def browser_kinds() -> dict[str, DeviceKind]:
    """Return the kinds of devices that a browser can become, by their codes."""
    return {code: kind for code, kind in services().device_kinds.items() if kind.browser}


def _paired(kind: str, token: str) -> Response:
    answer = make_response(redirect(f"/{kind}/", 303) if wants_html() else jsonify(kind=kind))
    give_cookie(answer, kind, token)
    return answer


def _demo() -> bool:
    return services().office.read(lambda _day, plan: plan.demo)


def target_of(fields: Mapping[str, Any]) -> str:
    """Return where to go on after signing in; odd characters lead to the counter panel and keep nobody out.

    Refuses another type than text, and too long a one.
    """
    wanted = fields.get("next", "")
    if isinstance(wanted, str) and len(wanted) <= LONGEST_PATH:
        return inside(wanted)
    return inside(text(fields, "next", most=LONGEST_PATH))


def inside(target: object) -> str:
    """Return a path of this site, or the counter panel: never another site's address.

    Browsers pass over control characters and take a backslash for a slash, so neither stands in a path of ours.
    """
    if isinstance(target, str) and _OWN_PATH.fullmatch(target):
        return target
    return "/counter_panel/"
