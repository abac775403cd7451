"""People: who may sign in, where they are signed in, and one-time codes for a forgotten password."""

from __future__ import annotations

from flask import Response, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from admin import frame
from admin.audit.words import ROLES
from admin.section import Routes, View
from antrean.access.one_time_codes import in_groups
from antrean.queueing.errors import Unknown
from antrean.queueing.events import SecurityNoted
from antrean.queueing.security.events import CODE_GIVEN, SESSIONS_ENDED
from antrean.storage.sessions import StaffSession
from antrean.storage.settings.staff import StaffMember
from antrean.web.http.forms import body, text, wants_html
from antrean.web.http.guard import current_identity
from antrean.web.services import services
from antrean.web.sign_in.checking import one_time_codes

routes = Routes()
HANDLE = 16  # letters of a session's id, as pages name it


def render() -> View:
    """Return the section's fragment: everybody who may sign in, and where they are signed in."""
    identities, clock = services().identities, frame.clock()
    people = [
        {
            "name": member.name,
            "role": gettext(ROLES[member.role]),
            "sessions": [
                {
                    "handle": one.id[:HANDLE],
                    "browser": one.browser,
                    "address": one.address,
                    "since": clock(one.began_at),
                    "used": clock(one.used_at),
                }
                for one in identities.sessions_of(member)
            ],
        }
        for member in identities.members()
    ]
    return {"html": {"people": render_template("admin/people/list.html", people=people)}}


@routes.get("/people")
def people() -> str:
    """List everybody who may sign in."""
    return frame.page("people", given=None)


@routes.post("/people/sessions/<session>/end")
def end_session(session: str) -> Response:
    """End one session, in whichever browser it is. Refuses (`session_unknown`) one that has ended."""
    body()
    found = [one for one in services().identities.sessions.all() if one.id[:HANDLE] == session]
    if not found:
        raise Unknown("session_unknown")
    _end(found, found[0].staff)
    return jsonify(said=gettext("Signed out."))


@routes.post("/people/sessions/end")
def end_sessions() -> Response:
    """End all sessions of one member of staff, named in the field `name`. Refuses an unknown name."""
    member = _member(text(body("name"), "name", most=60))
    _end(services().identities.sessions.all(member.name), member.name)
    return jsonify(said=gettext("Signed out."))


@routes.post("/people/code")
def give_code() -> ResponseReturnValue:
    """Give a one-time code with which the member of staff named in the field `name` sets a new password.

    It is shown once. An earlier one is good no longer; the password of today is, until the code is used.
    """
    member, hub = _member(text(body("name"), "name", most=60)), services()
    code = in_groups(hub.mode.run_blocking(one_time_codes().for_password, member.name))
    noted = SecurityNoted(CODE_GIVEN, member.name, member.role)
    hub.security.note(noted, current_identity().actor, request.remote_addr or "")
    if wants_html():
        return frame.page("people", given={"name": member.name, "code": code})
    return jsonify(name=member.name, code=code)


def _member(name: str) -> StaffMember:
    found = services().identities.staff_named(name)
    if found is None:
        raise Unknown("staff_unknown")
    return found


def _end(sessions: list[StaffSession], name: str) -> None:
    if not sessions:
        return
    hub = services()
    hub.session_watch.end([one.id for one in sessions])
    noted = SecurityNoted(SESSIONS_ENDED, person=name, count=len(sessions))
    hub.security.note(noted, current_identity().actor, request.remote_addr or "")
    hub.publisher.redraw("admin")
