"""Choosing the office: at the sign-in, going over to another one, and answering an office that invites."""

from __future__ import annotations

from dataclasses import dataclass

from flask import jsonify, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from antrean.access.identity import COUNTER_STAFF, STAFF
from antrean.access.staff import accept, decline
from antrean.queueing.commands import ChangePlan
from antrean.queueing.errors import Forbidden, QueueError, Unknown
from antrean.queueing.events import SecurityNoted
from antrean.queueing.security.events import INVITATION_ENDED, STAFF_ADDED
from antrean.storage.settings.staff import StaffMember
from antrean.web.http.forms import body, choice, text, wants_html
from antrean.web.http.guard import identify, is_locked
from antrean.web.services import Services, offices
from antrean.web.sign_in.checking import places_of, why
from antrean.web.sign_in.entering import PROOF, give_proof, invitations_of, named, signed_in_at
from antrean.web.sign_in.known_browsers import known_browser
from antrean.web.sign_in.views import blueprint
from antrean.web.text.roles import ROLES

LONGEST_CODE = 40
ACCEPT, DECLINE = "accept", "decline"


@dataclass(frozen=True, slots=True)
class Asker:
    """Who chooses: whoever has just shown who they are, or is signed in at the office with the code `at`.

    `locks`: that session is locked when nobody uses it.
    """

    name: str
    mark: str
    target: str
    at: str = ""
    locks: bool = False


@blueprint.app_context_processor
def _other_offices() -> dict[str, object]:
    """Give templates what says whether somebody may go over to another office."""
    return {"works_elsewhere": lambda name: len(offices()) > 1 and len(places_of(name)) > 1}


@blueprint.get("/sign_in/office")
def choose_office() -> ResponseReturnValue:
    """Show the offices where somebody works, the last one first, and those that invite them.

    Refuses (`sign_in_required`) whoever has not given the right password within two minutes and is not signed in.
    """
    asker = _asker(used=False)
    if asker is None:
        return _sign_in_first()
    return _page(asker)


@blueprint.post("/sign_in/office")
def enter_office() -> ResponseReturnValue:
    """Sign in at the `office` with this code, without the password again. A session that there was elsewhere ends.

    Refuses (`sign_in_required`) whoever has not given the right password within two minutes and is not signed in, or
    is so only where nothing locks their session, while this office would; and (`office_unknown`) an office where they
    don't work.
    """
    code = text(body("office"), "office", most=LONGEST_CODE)
    asker = _asker(used=True)
    if asker is None:
        return _sign_in_first()
    found = next((one for one in places_of(asker.name) if one.config.office == code), None)
    member = found.identities.staff_named(asker.name) if found is not None else None
    if found is None or member is None:
        raise Unknown("office_unknown")
    if _asks_the_password(found, member, asker):
        return _sign_in_first()
    if member.mark != asker.mark:
        raise Forbidden("sign_in_required")
    return signed_in_at(found, member, known_browser(), asker.target)


@blueprint.post("/sign_in/invitation")
def answer_invitation() -> ResponseReturnValue:
    """Accept or decline (`answer`) to work at the `office` with this code, too; whoever accepts is signed in there.

    Refuses (`sign_in_required`) as choosing an office does, and (`invitation_gone`) what was taken back meanwhile.
    """
    fields = body("office", "answer")
    code, answer = text(fields, "office", most=LONGEST_CODE), choice(fields, "answer", (ACCEPT, DECLINE))
    asker = _asker(used=True)
    if asker is None:
        return _sign_in_first()
    office = offices().get(code)
    if office is None:
        raise Unknown("office_unknown")
    invited = office.identities.invitation(asker.name)
    if answer == ACCEPT and invited is not None and _asks_the_password(office, invited, asker):
        return _sign_in_first()
    try:
        offices().enter(office)
        member = _answered(office, asker, answer)
    except QueueError as refusal:
        if not wants_html():
            raise
        return _page(_again(asker), why(refusal)), refusal.status
    if answer == ACCEPT:
        return signed_in_at(office, member, known_browser(), asker.target)
    if wants_html():
        _again(asker)
        return redirect(url_for("start.choose_office"), 303)
    return jsonify(name=member.name)


def _answered(office: Services, asker: Asker, answer: str) -> StaffMember:
    """Write what a person answered to an invitation, and tell it in the office that invited."""
    decided, what = (accept, STAFF_ADDED) if answer == ACCEPT else (decline, INVITATION_ENDED)
    member = office.mode.run_blocking(decided, office.settings, asker.name, asker.mark)
    office.mode.run_blocking(office.identities.load)
    actor = f"{member.role}:{member.name}"
    office.office.execute(ChangePlan(what="staff"), actor)
    office.security.note(SecurityNoted(what, member.name, member.role), actor, request.remote_addr or "")
    office.publisher.redraw()
    return member


def _asker(used: bool) -> Asker | None:
    """Return who chooses, None for nobody; with `used` a proof is good no longer. A locked session chooses nothing."""
    proofs, token = offices().proofs, session.get(PROOF)
    proof = proofs.take(token) if used else proofs.look(token)
    if proof is not None:
        return Asker(proof.name, proof.mark, proof.target)
    someone = identify(STAFF)
    if someone is None or someone.staff is None:
        return None
    if is_locked(someone):
        raise Forbidden("session_locked")
    here = offices().get(someone.office)
    locks = here is not None and _locks(here, someone.role)
    return Asker(someone.name, someone.staff.mark, "", someone.office, locks)


def _locks(office: Services, role: str) -> bool:
    """Whether an office locks a session of this role that nobody uses."""
    return role in COUNTER_STAFF and office.identities.sessions.locks_after() > 0


def _asks_the_password(office: Services, member: StaffMember, asker: Asker) -> bool:
    """Whether the session of whoever chooses is not enough: it is never locked, and the one at this office would be.

    A screen that somebody left with a viewer signed in must not become an administrator's.
    """
    return bool(asker.at) and not asker.locks and _locks(office, member.role)


def _again(asker: Asker) -> Asker:
    """Let somebody go on choosing after their proof was used; whoever is signed in needs none."""
    if not asker.at:
        give_proof(asker.name, asker.mark, asker.target)
    return asker


def _sign_in_first() -> ResponseReturnValue:
    if wants_html():
        return redirect(url_for("start.sign_in"))
    raise Forbidden("sign_in_required")


def _page(asker: Asker, message: str = "") -> str:
    last = asker.at or known_browser().last.get(asker.name, "")
    invited = [
        {
            "code": office.config.office,
            "name": office.office.read(lambda _day, plan: plan.name),
            "role": gettext(ROLES[member.role]),
        }
        for office, member in invitations_of(asker.name)
    ]
    return render_template(
        "start/choose_office.html",
        name=asker.name,
        offices=named(places_of(asker.name), last),
        at=asker.at,
        invited=invited,
        message=message,
    )
