"""Browsers that signed in before, known by a signed cookie, so that strangers' guesses do not lock them out."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass, field

from flask import Response, current_app, request
from itsdangerous import BadData, URLSafeSerializer

from antrean.storage.settings.staff import StaffMember
from antrean.web.services import services

COOKIE = "antrean_known"
PATHS = ("/sign_in", "/account", "/new_password")  # where passwords are asked for: no other request carries it
COOKIE_SECONDS = 400 * 86400  # browsers keep none longer; each sign-in renews it
MOST_NAMES = 12  # a counter's browser is shared
MOST_LETTERS = 3000  # browsers pass over cookies of 4 KB


@dataclass(frozen=True, slots=True)
class KnownBrowser:
    """One browser: an id of its own, and for each name that signed in here a mark of that name's password.

    `last` is at which of several offices, by its code, a name signed in here last.
    """

    id: str
    marks: dict[str, str]
    last: dict[str, str] = field(default_factory=dict)

    def knows(self, member: StaffMember) -> bool:
        """Whether this member of staff has signed in here, with the password of today."""
        return secrets.compare_digest(self.marks.get(member.name, ""), mark_of(member))


def known_browser() -> KnownBrowser:
    """Return what this browser's cookie says; a browser without a sound one is new and knows nobody."""
    try:
        said = _signer().loads(request.cookies.get(COOKIE, ""))
        marks, last = ({str(name): str(of) for name, of in said.get(part, {}).items()} for part in ("marks", "last"))
        return KnownBrowser(str(said["id"]), marks, last)
    except (BadData, KeyError, TypeError, AttributeError):
        return KnownBrowser(secrets.token_hex(8), {})


def remember(answer: Response, browser: KnownBrowser, member: StaffMember) -> None:
    """Let the browser know that this member of staff has signed in here."""
    marks = {name: mark for name, mark in browser.marks.items() if name != member.name}
    marks[member.name] = mark_of(member)
    names = list(marks.items())[-MOST_NAMES:]
    while len(said := _said(browser, dict(names))) > MOST_LETTERS:
        names.pop(0)
    for path in PATHS:
        answer.set_cookie(
            COOKIE,
            said,
            max_age=COOKIE_SECONDS,
            path=path,
            httponly=True,
            samesite="Lax",
            secure=services().config.secure_cookies,
        )


def _said(browser: KnownBrowser, marks: dict[str, str]) -> str:
    last = {name: office for name, office in browser.last.items() if name in marks}
    return str(_signer().dumps({"id": browser.id, "marks": marks, **({"last": last} if last else {})}))


def mark_of(member: StaffMember) -> str:
    """Return a value that changes with a member's password and reveals nothing of it."""
    return hashlib.sha256(f"known browser:{member.mark}".encode()).hexdigest()[:16]


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(str(current_app.secret_key), salt="antrean-known-browser")
