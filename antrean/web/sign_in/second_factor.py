"""The second factor: setting an authenticator app up on the own account, and its code after the password."""

from __future__ import annotations

import segno
from flask import jsonify, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from antrean.queueing.errors import Forbidden, QueueError
from antrean.queueing.security.events import SECOND_REMOVED, SECOND_SET
from antrean.storage.settings.staff import StaffMember
from antrean.web.http.forms import body, text, wants_html
from antrean.web.http.guard import current_identity
from antrean.web.services import services
from antrean.web.sign_in.checking import checked_password, checked_second, tell, why
from antrean.web.sign_in.entering import go_on
from antrean.web.sign_in.known_browsers import known_browser
from antrean.web.sign_in.views import HALF, LONGEST_PASSWORD, blueprint, half_of, inside

NEW = "new_app"  # in a session: what the secret of an app is derived from that was not confirmed yet
LONGEST_CODE = 40
Page = ResponseReturnValue


@blueprint.route("/sign_in/code", methods=["GET", "POST"])
def second_code() -> Page:
    """Take the code of the authenticator app, or a recovery code, of whoever gave the right password before.

    Refuses (`sign_in_required`) whoever did not, within five minutes, and (`second_code_wrong`) a wrong code.
    """
    half = session.get(HALF)
    member = half_of(half)
    if member is None or not isinstance(half, dict):
        if wants_html():
            return redirect(url_for("start.sign_in"))
        raise Forbidden("sign_in_required")
    target = inside(half["next"]) if half.get("next") else ""
    if request.method == "GET":
        return _code_page(member)
    fields = body("code")
    browser = known_browser()
    try:
        checked_second(member, text(fields, "code", most=LONGEST_CODE), browser)
    except QueueError as refusal:
        if not wants_html():
            raise
        headers = {"Retry-After": str(refusal.retry_after)} if refusal.retry_after else {}
        return _code_page(member, why(refusal)), refusal.status, headers
    session.pop(HALF, None)
    return go_on(member, browser, target, str(half.get("office", "")))


@blueprint.post("/account/second_factor")
def begin_second() -> Page:
    """Draw a secret for an authenticator app, with its QR code; nothing is asked for until a code of it confirms it.

    Refuses a wrong `password`, and everybody but administrators.
    """
    me, hub = current_identity(), services()
    fields = body("password")
    try:
        checked_password(me.name, text(fields, "password", most=LONGEST_PASSWORD), known_browser())
    except QueueError as refusal:
        if not wants_html():
            raise
        return render_template("start/second_factor.html", me=me, secret="", message=why(refusal)), refusal.status
    salt = hub.second_factor.new_salt(me.name)
    session[NEW] = salt
    if wants_html():
        return _set_up_page(me.name, salt)
    return jsonify(secret=hub.second_factor.secret(salt), uri=_uri(me.name, salt))


@blueprint.post("/account/second_factor/confirm")
def confirm_second() -> Page:
    """Ask for codes of the app from the next sign-in on, once a first `code` of it is right; gives recovery codes.

    They are shown only now. Refuses (`second_code_wrong`) a code that the app does not show now.
    """
    me, hub = current_identity(), services()
    code, salt = text(body("code"), "code", most=LONGEST_CODE), session.get(NEW, "")
    step = hub.second_factor.fits(salt, code) if isinstance(salt, str) and salt else None
    if step is None:
        refusal = Forbidden("second_code_wrong")
        if not wants_html() or not salt:
            raise refusal
        return _set_up_page(me.name, salt, why(refusal)), refusal.status
    codes = hub.mode.run_blocking(hub.second_factor.set_up, me.name, salt, step)
    session.pop(NEW, None)
    tell(SECOND_SET, me.name)
    if wants_html():
        return render_template("start/recovery_codes.html", me=me, codes=codes)
    return jsonify(recovery_codes=codes)


@blueprint.post("/account/second_factor/remove")
def remove_second() -> Page:
    """Ask for no codes any more. Refuses a wrong `code`, limited as at the sign-in."""
    me, hub = current_identity(), services()
    fields = body("code")
    member = hub.identities.staff_named(me.name)
    assert member is not None
    try:
        checked_second(member, text(fields, "code", most=LONGEST_CODE), known_browser())
    except QueueError as refusal:
        if not wants_html():
            raise
        return render_template("start/second_factor.html", me=me, secret="", message=why(refusal)), refusal.status
    hub.mode.run_blocking(hub.second_factor.remove, me.name)
    tell(SECOND_REMOVED, me.name)
    return redirect(url_for("start.account", second="removed"), 303) if wants_html() else jsonify(name=me.name)


def _code_page(member: StaffMember, message: str = "") -> str:
    wrong = services().office.guard.state == "wrong"
    return render_template("start/second_code.html", name=member.name, message=message, clock_wrong=wrong)


def _set_up_page(name: str, salt: str, message: str = "") -> str:
    hub = services()
    return render_template(
        "start/second_factor.html",
        me=current_identity(),
        secret=_grouped(hub.second_factor.secret(salt)),
        qr=Markup(segno.make(_uri(name, salt), error="m", micro=False).svg_inline(border=4, omitsize=True)),
        clock_wrong=hub.office.guard.state == "wrong",
        message=message,
    )


def _uri(name: str, salt: str) -> str:
    office = services().office.read(lambda _day, plan: plan.name)
    return services().second_factor.uri(name, salt, office)


def _grouped(secret: str) -> str:
    """Return a secret as people type it: in groups of four."""
    return " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))
