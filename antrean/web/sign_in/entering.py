"""Beginning a session at one of the offices where somebody works, once they have shown who they are."""

from __future__ import annotations

from dataclasses import replace

from flask import Response, current_app, jsonify, make_response, redirect, request, session, url_for

from antrean.access.identity import STAFF
from antrean.queueing.errors import Forbidden, Refused, Unknown
from antrean.queueing.events import SecurityNoted
from antrean.queueing.security.events import SIGN_IN, SIGN_OUT
from antrean.storage.settings.digests import SettingsDamaged
from antrean.storage.settings.staff import StaffMember
from antrean.web.http.errors import sentence
from antrean.web.http.forms import wants_html
from antrean.web.http.guard import identify, permissions
from antrean.web.services import Services, offices, services
from antrean.web.sign_in.browsers import browser_words
from antrean.web.sign_in.checking import places_of
from antrean.web.sign_in.known_browsers import KnownBrowser, remember

STAFF_PAGES = "ANTREAN_STAFF_PAGES"  # the endpoint, as the composition root names it: of these the last they may open
PROOF = "proof"  # in a session: the token of who has still to say at which office


def go_on(member: StaffMember, browser: KnownBrowser, target: str, wanted: str = "") -> Response:
    """Sign in whoever has shown who they are: at the office with the code `wanted`, or at their only one.

    Refuses (`office_needed`, with the list of offices) to choose between several; people choose on a page, also when
    another office invites them. Refuses (`office_unknown`) an office where they don't work.
    """
    places = places_of(member.name)
    if wanted:
        found = next((one for one in places if one.config.office == wanted), None)
        if found is None:
            raise Unknown("office_unknown")
        return signed_in_at(found, member, browser, target)
    if len(places) == 1 and not (wants_html() and invitations_of(member.name)):
        return signed_in_at(places[0], member, browser, target)
    give_proof(member.name, member.mark, target)
    if wants_html():
        return make_response(redirect(url_for("start.choose_office"), 303))
    needed = Refused("office_needed")
    choice = [{"code": code, "name": name} for code, name in named(places, browser.last.get(member.name, ""))]
    answer = jsonify(error={"code": needed.code, "message": sentence(needed)}, offices=choice)
    answer.status_code = needed.status
    return answer


def give_proof(name: str, mark: str, target: str) -> None:
    """Let this browser choose an office within two minutes, without the password again."""
    session[PROOF] = offices().proofs.give(name, mark, target)


def forget_proof() -> None:
    """Let this browser choose no office any more, nor whoever has a copy of its cookie."""
    offices().proofs.take(session.pop(PROOF, None))


def signed_in_at(office: Services, member: StaffMember, browser: KnownBrowser, target: str) -> Response:
    """Sign a person in at an office, by its rows as they are now, or as they were read where they are damaged.

    Refuses (`sign_in_required`) whoever works there no longer, or has another password since.
    """
    offices().enter(office)
    try:
        office.mode.run_blocking(office.identities.load)  # memory may still have whoever was removed at the machine
    except SettingsDamaged as damaged:  # an alarm, and no reason to keep everybody from their work
        office.damage.told(damaged.said)
    here = office.identities.staff_named(member.name)
    if here is None or here.mark != member.mark:
        raise Forbidden("sign_in_required")
    target = own_page(target, here)
    said = {"name": here.name, "role": here.role}
    if len(offices()) > 1:
        said["office"] = office.config.office
    answer = make_response(redirect(target, 303) if wants_html() else jsonify(said))
    start_session(answer, browser, here)
    return answer


def start_session(answer: Response, browser: KnownBrowser, member: StaffMember) -> None:
    """Sign a member of staff in, in this browser, at the office that was entered."""
    person = SecurityNoted(SIGN_IN, member.name, member.role)
    services().security.note(person, f"{member.role}:{member.name}", request.remote_addr or "")
    before = identify(STAFF)
    if before is not None:  # whoever was signed in here, such as a colleague who left it locked
        there = offices().get(before.office) or services()
        there.session_watch.end([before.session])
        if there is not services():
            gone = SecurityNoted(SIGN_OUT, before.name, before.role)
            there.security.note(gone, before.actor, request.remote_addr or "")
    session.clear()
    session.permanent = True
    token = services().identities.sessions.begin(member, browser_words(), request.remote_addr or "")
    session.update(staff=member.name, session=token)
    last = {**browser.last, member.name: services().config.office} if len(places_of(member.name)) > 1 else browser.last
    remember(answer, replace(browser, last=last), member)


def own_page(target: str, member: StaffMember) -> str:
    """Return where somebody goes on: on the page that was wanted, or else where those of this role look first.

    So does whoever wanted the first of them, where counters are chosen, and may not: to wish for it is the usual way.
    """
    pages = {url_for(one): permissions().pages[one] for one in current_app.config[STAFF_PAGES]}
    mine = [page for page, roles in pages.items() if member.role in roles]
    return target if target and (target in mine or target != next(iter(pages))) else mine[-1]


def invitations_of(name: str) -> list[tuple[Services, StaffMember]]:
    """Return the offices that invite a person to work there, too, and as what."""
    found = ((one, one.identities.invitation(name)) for one in offices())
    return [(one, invited) for one, invited in found if invited is not None]


def named(places: list[Services], last: str) -> list[tuple[str, str]]:
    """Return the codes of offices with what they are called, the one that was chosen last before the others."""
    found = [(one.config.office, one.office.read(lambda _day, plan: plan.name)) for one in places]
    return sorted(found, key=lambda one: (one[0] != last, one[1].casefold(), one[0]))
