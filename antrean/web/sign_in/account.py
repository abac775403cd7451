"""One's own account: a new password, also by a one-time code, and where one is signed in."""

from __future__ import annotations

from flask import jsonify, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale

from antrean.access.identity import ADMINISTRATORS
from antrean.access.pins import pin_hash, refuse_weak_pin, set_pin
from antrean.access.staff import set_password
from antrean.access.weak_passwords import refuse_weak
from antrean.queueing.errors import Forbidden, Invalid, QueueError, Refused
from antrean.queueing.events import SecurityNoted
from antrean.queueing.security.events import PASSWORD_CHANGED, PIN_REMOVED, PIN_SET, SECOND_REMOVED, SESSIONS_ENDED
from antrean.storage.factors import PIN
from antrean.storage.settings.staff import StaffMember
from antrean.web.http.forms import body, text, wants_html
from antrean.web.http.guard import current_identity
from antrean.web.services import services
from antrean.web.sign_in.checking import checked_code, checked_password, one_time_codes, places_of, tell, why
from antrean.web.sign_in.entering import start_session
from antrean.web.sign_in.known_browsers import known_browser, remember
from antrean.web.sign_in.views import LONGEST_PASSWORD, blueprint
from antrean.web.text.times import clock

LONGEST_CODE = 40
Page = ResponseReturnValue


@blueprint.get("/account")
def account() -> str:
    """Show who is signed in here, since when in which other browsers, and a form for a new password."""
    return _account()


@blueprint.post("/account/password")
def change_password() -> Page:
    """Give oneself a new password. The sessions in one's other browsers end; this one goes on.

    Refuses a wrong password of today, which is limited as at the sign-in, and a weak new one.
    """
    me, browser = current_identity(), known_browser()
    fields = body("password", "new_password")
    try:
        given, new = (text(fields, name, most=LONGEST_PASSWORD) for name in ("password", "new_password"))
        member = checked_password(me.name, given, browser)
        if new == given:
            raise Invalid("password_same")
        changed = _changed(member, new, me.session)
    except QueueError as refusal:
        if not wants_html():
            raise
        return _account(message=why(refusal)), refusal.status
    answer = make_response(
        redirect(url_for("start.account", changed=1), 303) if wants_html() else jsonify(name=changed.name)
    )
    remember(answer, browser, changed)
    return answer


@blueprint.post("/account/sessions/end")
def end_others() -> Page:
    """End one's sessions in all other browsers, at every office."""
    me = current_identity()
    ended = 0
    for office in places_of(me.name):
        others = [one.id for one in office.identities.sessions.all(me.name) if one.id != me.session]
        if others:
            ended += len(others)
            office.session_watch.end(others)
            noted = SecurityNoted(SESSIONS_ENDED, me.name, me.role, count=len(others))
            office.security.note(noted, me.actor, request.remote_addr or "")
    return redirect(url_for("start.account"), 303) if wants_html() else jsonify(ended=ended)


@blueprint.route("/new_password", methods=["GET", "POST"])
def new_password() -> Page:
    """Set a new password with a one-time code that an administrator gave, and sign in with it.

    An authenticator app is asked for no longer: whoever lost it comes for such a code.

    Refuses (`one_time_code_wrong`) a wrong name or code alike, limited as at the sign-in, and a weak password: the code
    stays good then.
    """
    if request.method == "GET":
        return render_template("start/new_password.html", message="")
    fields = body("name", "code", "new_password")
    name = text(fields, "name", most=60)
    code, new = text(fields, "code", most=LONGEST_CODE), text(fields, "new_password", most=LONGEST_PASSWORD)
    browser = known_browser()
    try:
        member = checked_code(name, code, browser)
        changed = _changed(member, new, code=code)
    except QueueError as refusal:
        if not wants_html():
            raise
        page = render_template("start/new_password.html", message=why(refusal), name=name, code=code)
        return page, refusal.status, {"Retry-After": str(refusal.retry_after)} if refusal.retry_after else {}
    answer = make_response(
        redirect(url_for("start.index"), 303) if wants_html() else jsonify(name=changed.name, role=changed.role)
    )
    start_session(answer, browser, changed)
    return answer


@blueprint.post("/account/pin")
def change_pin() -> Page:
    """Give oneself a `pin`, which opens the panel after it was locked. Refuses a wrong `password`, and a weak PIN."""
    me, hub = current_identity(), services()
    fields = body("password", "pin")
    try:
        pin = text(fields, "pin", most=LONGEST_CODE).strip()
        refuse_weak_pin(pin)
        checked_password(me.name, text(fields, "password", most=LONGEST_PASSWORD), known_browser())
        given = (hub.settings, me.name, pin, hub.identities.passwords)
        hub.passwords.run(lambda: hub.mode.run_blocking(set_pin, *given))
    except QueueError as refusal:
        if not wants_html():
            raise
        return _account(pin_message=why(refusal)), refusal.status
    tell(PIN_SET, me.name)
    return redirect(url_for("start.account", pin="set"), 303) if wants_html() else jsonify(name=me.name)


@blueprint.post("/account/pin/remove")
def remove_pin() -> Page:
    """Take one's PIN away: the password opens the panel then."""
    body()
    me, hub = current_identity(), services()
    hub.mode.run_blocking(hub.settings.factors.replace, me.name, [PIN], [])
    tell(PIN_REMOVED, me.name)
    return redirect(url_for("start.account", pin="removed"), 303) if wants_html() else jsonify(name=me.name)


def _account(message: str = "", pin_message: str = "") -> str:
    me = current_identity()
    found = [one for office in places_of(me.name) for one in office.identities.sessions.all(me.name)]
    others = [one for one in found if one.id != me.session]
    plan, language = services().office.read(lambda _day, plan: plan), str(get_locale())
    since = {one.id: clock(one.began_at, plan.tz, language) for one in others}
    hub, second = services(), services().second_factor
    has_app = hub.mode.run_blocking(second.has, me.name)
    has_pin = bool(services().mode.run_blocking(pin_hash, services().settings, me.name))
    return render_template(
        "start/account.html",
        me=me,
        others=others,
        since=since,
        changed="changed" in request.args,
        message=message,
        has_app=has_app,
        may_have_app=me.role in ADMINISTRATORS,
        recovery_left=hub.mode.run_blocking(second.recovery_left, me.name) if has_app else 0,
        app_removed=request.args.get("second", "") == "removed",
        has_pin=has_pin,
        pin_done=request.args.get("pin", ""),
        pin_message=pin_message,
        lock_minutes=plan.limits.lock_minutes,
    )


def _changed(member: StaffMember, new: str, session: str = "", code: str = "") -> StaffMember:
    """Save a new password and tell of it; with `session`, that session goes on, with `code`, it is used up."""
    hub = services()
    codes = one_time_codes()

    def save() -> StaffMember:
        refuse_weak(new, member.name)
        if code and not codes.take_for_password(member.name, code):  # somebody else was quicker
            raise Forbidden("one_time_code_wrong")
        try:
            return set_password(hub.settings, member.name, new, hub.identities.passwords, only_here=bool(code))
        except Refused:  # the code was given before they worked elsewhere, too
            raise Forbidden("one_time_code_wrong") from None

    changed = hub.passwords.run(lambda: hub.mode.run_blocking(save))
    if session:
        hub.identities.sessions.go_on_with(session, changed)
    if code and hub.mode.run_blocking(hub.second_factor.remove, changed.name):
        tell(SECOND_REMOVED, changed.name)
    for office in places_of(changed.name):
        office.mode.run_blocking(office.identities.load)
        office.session_watch.cut_off_soon()
    for what in (PASSWORD_CHANGED, SESSIONS_ENDED):
        tell(what, changed.name)
    return changed
