"""Checking passwords and one-time codes: what is counted against limits, and what is told of attempts in vain."""

from __future__ import annotations

import math
from collections.abc import Callable

from flask import g, request
from flask_babel import ngettext

from antrean.access.one_time_codes import OneTimeCodes
from antrean.queueing.errors import Forbidden, QueueError
from antrean.queueing.events import SecurityNoted
from antrean.queueing.security.events import RECOVERY_USED, SECOND_FAILED, SIGN_IN_FAILED, SIGN_IN_SLOWED
from antrean.storage.factors import RECOVERY
from antrean.storage.settings.staff import StaffMember
from antrean.web.http.errors import sentence
from antrean.web.limits.rate_limit import RateLimiter, SlowDown, TooMany, network_of
from antrean.web.services import Services, offices, services
from antrean.web.sign_in.known_browsers import KnownBrowser

A_MOMENT = 20  # seconds; a longer wait is said in minutes


def why(refusal: QueueError) -> str:
    """Return what a refused sign-in says to people, with the minutes that a longer wait lasts."""
    if refusal.retry_after <= A_MOMENT:
        return sentence(refusal)
    minutes = math.ceil(refusal.retry_after / 60)
    again = ngettext("It works again in %(num)d minute.", "It works again in %(num)d minutes.", minutes)
    return f"{sentence(refusal)} {again}"


def checked_password(name: str, password: str, browser: KnownBrowser) -> StaffMember:
    """Return whose name and password these are, or refuse."""
    return _checked(name, browser, lambda name: services().identities.check_password(name, password))


def checked_code(name: str, code: str, browser: KnownBrowser) -> StaffMember:
    """Return whose name and one-time code these are, or refuse; the code stays good."""
    hub = services()

    def check(name: str) -> StaffMember:
        member = hub.identities.staff_named(name)
        if member is None or not hub.mode.run_blocking(one_time_codes().good_for_password, member.name, code):
            raise Forbidden("one_time_code_wrong")
        return member

    return _checked(name, browser, check)


def checked_second(member: StaffMember, code: str, browser: KnownBrowser) -> None:
    """Use up a code of the authenticator app or a recovery code of a member of staff, or refuse.

    After five wrong ones each further one has to wait twice as long. Whoever knows the password and guesses elsewhere
    holds up no browser in which this person has signed in before.
    """
    hub = services()
    key = f"browser {browser.id}:{member.name}" if browser.knows(member) else member.name.lower()
    try:
        hub.second_codes.begin(key)
    except TooMany:
        failed(SIGN_IN_SLOWED, member)
        raise
    kind = hub.mode.run_blocking(hub.second_factor.take, member.name, code)
    if not kind:
        failed(SECOND_FAILED, member)
        raise Forbidden("second_code_wrong")
    hub.second_codes.clear(key)
    if kind == RECOVERY:
        tell(RECOVERY_USED, member.name)


def one_time_codes() -> OneTimeCodes:
    """Return the codes that the office's people are given; asking them blocks."""
    return OneTimeCodes(services().settings, services().identities.sessions.clock)


def pairing_codes() -> OneTimeCodes:
    """Return the codes of screens that are to be paired, which belong to no office yet; asking them blocks."""
    first = offices().first
    return OneTimeCodes(first.settings, first.identities.sessions.clock)


def places_of(name: str) -> list[Services]:
    """Return the offices of this hub where somebody of this name works."""
    return [one for one in offices() if one.identities.staff_named(name) is not None]


def enter_office_of(name: str) -> None:
    """Make what follows be about an office where somebody of this name works: the one at hand, or the first.

    A person and their password are the same at each of them.
    """
    every = offices()
    if len(every) == 1 or (every.is_entered() and services().identities.staff_named(name) is not None):
        return
    every.enter(next(iter(places_of(name)), every.first))


def tell(what: str, name: str, count: int = 1) -> None:
    """Tell at each office where a person works what they did about themselves, such as a new password."""
    for office in places_of(name):
        if (member := office.identities.staff_named(name)) is not None:
            noted = SecurityNoted(what, member.name, member.role, count=count)
            office.security.note(noted, f"{member.role}:{member.name}", request.remote_addr or "")


def _checked(name: str, browser: KnownBrowser, check: Callable[[str], StaffMember]) -> StaffMember:
    """Return who it is, or refuse; only a wrong name, password or code stays counted against the limits.

    A browser in which this name has signed in before has limits and a place of its own: whatever strangers try under
    the name, they neither lock it out nor stand before it. Names that exist never wait behind invented ones.
    """
    enter_office_of(name)
    hub, address, key = services(), network_of(request.remote_addr or ""), name.strip().lower()
    expected = hub.identities.staff_named(name)
    known = expected is not None and browser.knows(expected)
    asker = f"browser {browser.id}" if known else address
    counted: list[tuple[RateLimiter | SlowDown, str]] = [(hub.attempts, f"{asker}:{key}")]
    if not known:
        counted = [(hub.addresses, address), *counted, (hub.names, key)]
    begun: list[tuple[RateLimiter | SlowDown, str]] = []
    try:
        for limit, of in counted:
            _begin(limit, of, expected)
            begun.append((limit, of))
        rank = 0 if known else 1 if expected is not None else 2
        member = hub.passwords.run(lambda: check(name), rank, asker)
    except Forbidden:
        failed(SIGN_IN_FAILED, expected)
        raise
    except BaseException:
        _take_back(begun)
        raise
    _take_back(begun)
    if not known:
        hub.names.clear(key)
    return member


def _begin(limit: RateLimiter | SlowDown, of: str, expected: StaffMember | None) -> None:
    try:
        limit.begin(of)
    except TooMany:
        failed(SIGN_IN_SLOWED, expected)
        raise


def failed(what: str, expected: StaffMember | None = None) -> None:
    """Count an attempt that failed, at each office of the person whose session it is not.

    A name that nobody here has is not told: people type passwords there.
    """
    name = expected.name if expected is not None else ""
    places = [services()] if "identity" in g else places_of(name) or [services()]
    for office in places:
        office.security.failed(what, name, request.remote_addr or "")


def _take_back(begun: list[tuple[RateLimiter | SlowDown, str]]) -> None:
    for limit, of in begun:
        limit.take_back(of)
