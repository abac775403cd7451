"""People: who may sign in and what as, where they are signed in, and one-time codes for a new password."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Response, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from admin import frame
from admin.section import Routes, View
from antrean.access.identity import COUNTER_STAFF
from antrean.access.one_time_codes import in_groups
from antrean.access.staff import (
    add_without_password,
    end_invitation,
    invite,
    refuse_works_elsewhere,
    remove_staff,
    set_role,
)
from antrean.hub.leaving import free_counter_of
from antrean.queueing.errors import QueueError, Refused, Unknown
from antrean.queueing.events import SecurityNoted
from antrean.queueing.names import same_name
from antrean.queueing.security.events import (
    CODE_GIVEN,
    COUNTER_LEFT,
    INVITATION_ENDED,
    SESSIONS_ENDED,
    STAFF_ADDED,
    STAFF_CHANGED,
    STAFF_INVITED,
    STAFF_REMOVED,
)
from antrean.storage.sessions import StaffSession
from antrean.storage.settings.staff import ROLES as STAFF_ROLES
from antrean.storage.settings.staff import StaffMember
from antrean.web.http.errors import sentence
from antrean.web.http.forms import Fields, body, choice, request_id, text, wants_html
from antrean.web.http.guard import current_identity
from antrean.web.services import services
from antrean.web.sign_in.checking import one_time_codes
from antrean.web.text.roles import ROLES

routes = Routes()
HANDLE = 16  # letters of a session's id, as pages name it


def render() -> View:
    """Return the section's fragment: everybody who may sign in, and where they are signed in."""
    identities, clock = services().identities, frame.clock()
    people = [
        {
            "name": member.name,
            "role": gettext(ROLES[member.role]),
            "is": member.role,
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
    invited = [
        {"name": one.name, "role": gettext(ROLES[one.role]), "holds": one.may_accept} for one in identities.invited()
    ]
    html = render_template("admin/people/list.html", people=people, roles=roles(), invited=invited)
    return {"html": {"people": html}}


@routes.get("/people")
def people() -> str:
    """List everybody who may sign in."""
    return _page()


def roles() -> list[tuple[str, str]]:
    """Return what somebody can be, with what they may do, the narrowest first of those who work at counters."""
    return [
        ("operator", gettext("Operator: works at the counters")),
        ("supervisor", gettext("Supervisor: also leads the day and sets screens, voice and slip")),
        ("administrator", gettext("Administrator: also people, devices, printers and backups")),
        ("viewer", gettext("Viewer: sees the day and changes nothing")),
    ]


@routes.post("/people")
def add_person() -> ResponseReturnValue:
    """Add somebody under a `name`, in a `role`, and give the one-time code with which they set their first password.

    Refuses what is no name, one that is here or looks like one, and an unknown role; the page keeps what was typed.
    Refuses (`name_elsewhere`) the name of somebody at another office, whom the page then offers to invite.
    """
    hub, fields = services(), Fields({}, written=False)
    try:
        fields = body("name", "role")
        name, role = text(fields, "name", most=60), choice(fields, "role", STAFF_ROLES)
        added = hub.passwords.run(
            lambda: hub.mode.run_blocking(add_without_password, hub.settings, name, role, hub.identities.passwords)
        )
    except QueueError as refusal:
        if not wants_html():
            raise
        elsewhere = str(refusal.values.get("name", "")) if refusal.code == "name_elsewhere" else ""
        person = elsewhere if same_name(elsewhere, str(fields.get("name", ""))) else ""
        return _page(message=sentence(refusal), typed=fields, invite=person), refusal.status
    _changed(STAFF_ADDED, added, request_id(fields))
    return _give_code(added)


@routes.post("/people/invite")
def invite_person() -> ResponseReturnValue:
    """Invite somebody who works in another office, by `name`, to work here, too, in a `role`.

    They keep their password and accept at their next sign-in; until then nothing is so. Refuses (`nobody_elsewhere`) a
    name that nobody has there, (`name_taken`) that of somebody here, and an unknown role.
    """
    hub, fields = services(), body("name", "role")
    name, role = text(fields, "name", most=60), choice(fields, "role", STAFF_ROLES)
    try:
        invited = hub.mode.run_blocking(invite, hub.settings, name, role)
    except QueueError as refusal:
        if not wants_html():
            raise
        return _page(message=sentence(refusal), typed=fields), refusal.status
    _changed(STAFF_INVITED, invited, request_id(fields))
    if wants_html():
        return redirect(url_for("admin.people"), 303)
    return jsonify(name=invited.name, role=invited.role)


@routes.post("/people/role")
def set_person_role() -> Response:
    """Give the member of staff named in the field `name` another `role`: what it may not do is refused from now on.

    Refuses (`last_administrator`) to leave the office without an administrator.
    """
    fields, hub = body("name", "role"), services()
    member, role = _member(text(fields, "name", most=60)), choice(fields, "role", STAFF_ROLES)
    if role != member.role:
        _changed(STAFF_CHANGED, hub.mode.run_blocking(set_role, hub.settings, member.name, role), request_id(fields))
        if role not in COUNTER_STAFF:
            _leave_counter(member.name)
    return jsonify(said=gettext("Saved."))


@routes.post("/people/remove")
def remove_person() -> Response:
    """Take the member of staff named in the field `name` off the list: at once at no counter and signed out here.

    What they are at other offices stays. Of somebody who is only invited, the invitation ends. Refuses
    (`last_administrator`) the last administrator.
    """
    fields, hub = body("name"), services()
    name = text(fields, "name", most=60)
    if any(same_name(one.name, name) for one in hub.identities.invited()):
        gone = hub.mode.run_blocking(end_invitation, hub.settings, name)
        _changed(INVITATION_ENDED, gone, request_id(fields))
        return jsonify(said=gettext("%(person)s is no longer invited.", person=gone.name))
    member = _member(name)
    open_there = hub.identities.sessions.all(member.name)
    removed = hub.mode.run_blocking(remove_staff, hub.settings, member.name)
    _changed(STAFF_REMOVED, removed, request_id(fields))
    _end(open_there, removed.name)
    _leave_counter(removed.name)
    return jsonify(said=gettext("%(person)s is no longer on the list.", person=removed.name))


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

    It is shown once. An earlier one is good no longer; the password of today is, until the code is used. Refuses
    (`works_elsewhere`) somebody who works at another office, too: the code would open that one.
    """
    try:
        member, hub = _member(text(body("name"), "name", most=60)), services()
        hub.mode.run_blocking(refuse_works_elsewhere, hub.settings, member.name)
    except Refused as refusal:
        if not wants_html():
            raise
        return _page(message=sentence(refusal)), refusal.status
    return _give_code(member)


def _give_code(member: StaffMember) -> ResponseReturnValue:
    hub = services()
    code = in_groups(hub.mode.run_blocking(one_time_codes().for_password, member.name))
    noted = SecurityNoted(CODE_GIVEN, member.name, member.role)
    hub.security.note(noted, current_identity().actor, request.remote_addr or "")
    if wants_html():
        return _page(given={"name": member.name, "code": code})
    return jsonify(name=member.name, code=code)


def _page(
    message: str = "",
    typed: Mapping[str, Any] | None = None,
    given: Mapping[str, str] | None = None,
    invite: str = "",
) -> str:
    with frame.in_office_language():
        choices = roles()
    return frame.page("people", given=given, message=message, typed=typed or {}, roles=choices, invite=invite)


def _changed(what: str, member: StaffMember, request_id: str | None) -> None:
    """Know it here before anything is told, then tell: other hubs reload by the journal, also where it comes late."""
    hub = services()
    hub.mode.run_blocking(hub.identities.load)
    hub.session_watch.cut_off_soon()
    frame.changed("staff", request_id)
    noted = SecurityNoted(what, member.name, member.role)
    hub.security.note(noted, current_identity().actor, request.remote_addr or "")
    hub.publisher.redraw("admin")


def _leave_counter(name: str) -> None:
    hub = services()
    if hub.mode.run_blocking(free_counter_of, hub.office, name, current_identity().actor):
        noted = SecurityNoted(COUNTER_LEFT, person=name)
        hub.security.note(noted, current_identity().actor, request.remote_addr or "")


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
