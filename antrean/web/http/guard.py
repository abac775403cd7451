"""The guard: checks every request against the table of permissions before anything else runs."""

from __future__ import annotations

from functools import partial
from urllib.parse import urlsplit

from flask import Flask, Request, current_app, g, redirect, request, session, url_for
from flask.globals import request_ctx
from flask.typing import ResponseReturnValue

from antrean.access.identity import ANYONE, COUNTER_STAFF, STAFF, Identity, Roles
from antrean.access.permissions import PermissionTable
from antrean.queueing.errors import Forbidden
from antrean.web.http.forms import wants_html
from antrean.web.services import offices, services

# Endpoints that belong to no blueprint: the library answers for sockets, and each namespace asks who it is.
OWN_PAGES: dict[str, Roles] = {"static": ANYONE, "sockets": ANYONE}
TABLE = "antrean_permissions"  # among the app's extensions
LONGEST_PROGRAM = 300  # of what a browser says of itself
SAFE_METHODS = ("GET", "HEAD", "OPTIONS")


def guard(app: Flask, table: PermissionTable) -> None:
    """Check every request of the app against the table."""
    app.extensions[TABLE] = table
    app.before_request(partial(_check, table))


def permissions(app: Flask | None = None) -> PermissionTable:
    """Return the permissions of an app, the current one without a name."""
    table: PermissionTable = (app or current_app).extensions[TABLE]
    return table


def current_identity() -> Identity:
    """Return the identity behind the request. Only views that the table closes to strangers may ask."""
    identity: Identity = g.identity
    return identity


def identify(allowed: Roles, token: str = "") -> Identity | None:
    """Return the identity behind the request, by its token, a device's cookie or the staff session.

    None when there is none of these roles. A request with a token is judged by the token alone.
    """
    if token:
        return _device(token, allowed)
    cookies = request_ctx.request.cookies
    for kind in services().device_kinds:
        if kind in allowed and (found := _device(cookies.get(f"antrean_{kind}", ""), allowed)):
            return found
    if allowed & STAFF and (found := _signed_in()) is not None and found.role in allowed:
        return found
    return None


def enter(identity: Identity) -> None:
    """Make what follows be about the office of an identity."""
    every = offices()
    if len(every) > 1 and (office := every.get(identity.office)) is not None:
        every.enter(office)


def _signed_in() -> Identity | None:
    token = session.get("session", "")
    if not isinstance(token, str) or not token:
        return None
    found = _session_of(token)
    if found is None and not any(one.identities.sessions.has_ended(token) for one in offices()):
        services().fresh_look.wait()  # it may have begun a moment ago at another hub of this database
        found = _session_of(token)
        if found is None:
            for one in offices():
                one.identities.sessions.not_found(token)
    return found


def _session_of(token: str) -> Identity | None:
    for office in offices():
        if (found := office.identities.signed_in(token)) is not None:
            (signed_in, member), code = found, office.config.office
            return Identity(member.role, member.name, staff=member, session=signed_in.id, office=code)
    return None


def _device(token: str, allowed: Roles) -> Identity | None:
    if not token:
        return None
    found = device_with(token)
    if found is None:
        services().fresh_look.wait()  # it may have been paired a moment ago by another process
        found = device_with(token)
    return found if found is not None and found.role in allowed else None


def device_with(token: str) -> Identity | None:
    """Return the paired device that holds a token, None when there is none of it in any office here."""
    for office in offices():
        if (device := office.identities.device(token)) is not None:
            return Identity(device.kind, device.name, device=device, office=office.config.office)
    return None


def bearer() -> str:
    """Return the token that the request carries as a program does, "" without one."""
    return _token_of(request_ctx.request)


def _token_of(asked: Request) -> str:
    scheme, _, token = asked.environ.get("HTTP_AUTHORIZATION", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def _check(table: PermissionTable) -> ResponseReturnValue | None:
    asked = request_ctx.request  # each look through Flask's name for it takes as long as what is done here
    if asked.endpoint is None:
        return None
    token = _token_of(asked)
    if asked.method not in SAFE_METHODS and not token:  # cookies count for nothing beside a token
        _check_origin(asked)
    allowed = table.pages.get(asked.endpoint, frozenset())
    if allowed is ANYONE:
        return None
    found = identify(allowed, token)
    if found is not None:
        g.identity = found
        enter(found)
        _note_seen(found, asked)
        if is_locked(found):
            return _locked()
        if found.session and not _by_itself():
            services().identities.sessions.used(found.session)
        return None
    if wants_html() and asked.method in SAFE_METHODS:
        if allowed & STAFF and identify(STAFF, token) is not None:
            raise Forbidden("not_allowed")  # to sign in once more would change nothing
        return redirect(_entrance(allowed))
    if allowed & STAFF:
        raise Forbidden("not_allowed" if identify(STAFF) is not None else "sign_in_required")
    raise no_such_device(allowed, token)


def is_locked(identity: Identity) -> bool:
    """Whether this is a member of staff whose session is locked. Of those who only look, none is."""
    if identity.role not in COUNTER_STAFF:
        return False
    office = offices().get(identity.office) or services()
    sessions = office.identities.sessions
    found = sessions.by_id(identity.session) if identity.session else None
    return found is not None and sessions.locked(found)


def _locked() -> ResponseReturnValue | None:
    """Let a locked session see what it may see, and lead a person to where it is opened."""
    if request.endpoint in permissions().while_locked:
        return None
    if wants_html() and request.method in SAFE_METHODS:
        return redirect(url_for("start.locked", next=request.path))
    raise Forbidden("session_locked")


def note_seen(identity: Identity) -> None:
    """Note that a device asked for something now; nothing for people."""
    _note_seen(identity, request_ctx.request)


def _note_seen(identity: Identity, asked: Request) -> None:
    if identity.device is not None:
        environ = asked.environ
        program = environ.get("HTTP_USER_AGENT", "")[:LONGEST_PROGRAM]
        services().devices_seen.saw(identity.device.id, environ.get("REMOTE_ADDR", ""), program)


def _by_itself() -> bool:
    """Whether a page asked for its view, or whether it is locked, as it does while nobody is there."""
    return request.method in SAFE_METHODS and str(request.endpoint).endswith((".view", ".locked"))


def no_such_device(allowed: Roles, token: str = "") -> Forbidden:
    """Return why a device is refused: its token is of another kind of device, or of none."""
    cookies = (f"antrean_{kind}" for kind in services().device_kinds if kind in allowed)
    carried = [token] if token else [request.cookies.get(name, "") for name in cookies]
    known = any(device_with(one) is not None for one in carried)
    return Forbidden("wrong_device_kind" if known else "device_not_paired")


def _entrance(allowed: Roles) -> str:
    if allowed & STAFF:
        return url_for("start.sign_in", next=request.path)
    return url_for("start.pair", kind=next(iter(allowed & set(services().device_kinds)), None))


def _check_origin(asked: Request) -> None:
    """Refuse a change that another site's page asks for with this browser's cookies (Origin and Fetch Metadata)."""
    origin = asked.environ.get("HTTP_ORIGIN")
    if asked.environ.get("HTTP_SEC_FETCH_SITE", "same-origin") not in ("same-origin", "none"):
        raise Forbidden("wrong_origin")
    if origin and host_in(origin) != asked.host:
        raise Forbidden("wrong_origin")


def host_in(url: str) -> str:
    """Return the host and port that a header's address names, "" for what is no address."""
    try:
        return urlsplit(url).netloc
    except ValueError:
        return ""
