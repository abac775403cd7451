"""The lock: a session that nobody uses only sees until its person opens it, with a PIN or the password."""

from __future__ import annotations

from typing import Any

from flask import jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from antrean.access.pins import MOST_WRONG, pin_hash
from antrean.queueing.errors import Forbidden, QueueError
from antrean.queueing.events import SecurityNoted
from antrean.queueing.security.events import PIN_BLOCKED, PIN_FAILED
from antrean.storage.sessions import StaffSession
from antrean.web.http.forms import body, text, wants_html
from antrean.web.http.guard import current_identity
from antrean.web.services import services
from antrean.web.sign_in.checking import checked_password, failed, why
from antrean.web.sign_in.known_browsers import known_browser
from antrean.web.sign_in.views import LONGEST_PASSWORD, blueprint, inside, target_of

LONGEST_TYPED = 40


@blueprint.get("/sign_in/locked")
def locked() -> ResponseReturnValue:
    """Say whether this session is locked, in how many seconds it will be, and what opens it; a page for people."""
    found, sessions = _mine(), services().identities.sessions
    if not wants_html():
        left = sessions.open_for(found)
        seconds = None if left is None else int(left.total_seconds())
        return jsonify(locked=sessions.locked(found), seconds=seconds, opens=_opens(found))
    if not sessions.locked(found):
        return redirect(inside(request.args.get("next")))
    return _page(found, inside(request.args.get("next")))


@blueprint.post("/sign_in/lock")
def lock() -> ResponseReturnValue:
    """Lock this session now, as whoever leaves the counter does."""
    body()
    services().identities.sessions.lock(_mine().id)
    return redirect(url_for("start.locked"), 303) if wants_html() else jsonify(locked=True)


@blueprint.post("/sign_in/used")
def used() -> ResponseReturnValue:
    """Say that somebody touches this screen, where nothing else told the hub."""
    body()
    return "", 204


@blueprint.post("/sign_in/unlock")
def unlock() -> ResponseReturnValue:
    """Open this session, with the `pin` or the `password` of its person.

    A PIN opens only where its person signed in with the password before: in the session that was locked. Refuses
    (`pin_wrong`) a wrong one, and (`pin_blocked`) any after five wrong ones; a wrong password as at the sign-in.
    """
    fields = body("pin", "password", "next")
    found, next_ = _mine(), target_of(fields)
    try:
        if password := text(fields, "password", "", most=LONGEST_PASSWORD):
            checked_password(found.staff, password, known_browser())
        else:
            _check_pin(found, text(fields, "pin", "", most=LONGEST_TYPED))
    except QueueError as refusal:
        if not wants_html():
            raise
        return _page(_mine(), next_, why(refusal)), refusal.status
    services().identities.sessions.unlock(found.id)
    return redirect(next_, 303) if wants_html() else jsonify(locked=False)


def _check_pin(found: StaffSession, pin: str) -> None:
    hub, me = services(), current_identity()
    hashed = hub.mode.run_blocking(pin_hash, hub.settings, found.staff)
    if not hashed:
        raise Forbidden("pin_none")
    if not hub.identities.sessions.try_pin(found.id, MOST_WRONG):
        raise Forbidden("pin_blocked")
    passwords = hub.identities.passwords
    if hub.passwords.run(lambda: passwords.verify(hashed, pin), 0, f"session {found.id}"):
        return
    failed(PIN_FAILED, me.staff)
    if _mine().wrong_pins >= MOST_WRONG:
        hub.security.note(SecurityNoted(PIN_BLOCKED, me.name, me.role), me.actor, request.remote_addr or "")
        raise Forbidden("pin_blocked")
    raise Forbidden("pin_wrong")


def _mine() -> StaffSession:
    found = services().identities.sessions.by_id(current_identity().session)
    if found is None:  # it ended since the guard looked
        raise Forbidden("sign_in_required")
    return found


def _opens(found: StaffSession) -> str:
    """Return what opens a session: "pin" or "password"."""
    hub = services()
    has = bool(hub.mode.run_blocking(pin_hash, hub.settings, found.staff))
    return "pin" if has and found.wrong_pins < MOST_WRONG else "password"


def _page(found: StaffSession, next_: str, message: str = "") -> str:
    context: dict[str, Any] = {"name": found.staff, "opens": _opens(found), "next": next_, "message": message}
    return render_template("start/locked.html", **context)
