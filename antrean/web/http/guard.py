"""Who may do what: one table of every route and socket namespace, checked before anything else runs."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from flask import Flask, Response, g, redirect, request, session, url_for

from antrean.queueing.errors import Forbidden
from antrean.storage.settings.rows import Device, StaffMember
from antrean.web.http.answers import wants_html
from antrean.web.hub import hub

ANYONE = frozenset({"anyone"})
STAFF = frozenset({"operator", "supervisor", "administrator"})
LEADERS = frozenset({"supervisor", "administrator"})
ADMINISTRATORS = frozenset({"administrator"})

# Endpoint -> who may ask. An endpoint that is not here is refused to everyone, and a test says so.
ACCESS: dict[str, frozenset[str]] = {
    "static": ANYONE,
    "kiosk.static": ANYONE,
    "display.static": ANYONE,
    "counter_panel.static": ANYONE,
    "mobile_ticket.static": ANYONE,
    "admin.static": ANYONE,
    "start.index": ANYONE,
    "start.sign_in": ANYONE,
    "start.sign_out": ANYONE,
    "start.pair": ANYONE,
    "start.pair_demo": ANYONE,
    "health.alive": ANYONE,
    "health.ready": ANYONE,
    "health.metrics": ANYONE,  # the view itself answers this machine and paired devices only
    "health.openapi": ANYONE,
    "sockets": ANYONE,  # the library answers; each namespace asks who it is
    "mobile_ticket.page": ANYONE,  # whoever holds the ticket's unguessable token
    "mobile_ticket.view": ANYONE,
    "mobile_ticket.leave": ANYONE,
    "kiosk.page": frozenset({"kiosk"}),
    "kiosk.services": frozenset({"kiosk"}),
    "kiosk.tickets": frozenset({"kiosk"}),
    "kiosk.ticket": frozenset({"kiosk"}),
    "kiosk.print_again": frozenset({"kiosk"}),
    "kiosk.view": frozenset({"kiosk"}),
    "kiosk.speech": frozenset({"kiosk"}),
    "display.page": frozenset({"display"}),
    "display.view": frozenset({"display"}),
    "display.announcements": frozenset({"display"}),
    "display.media": frozenset({"display"}),
    "display.voice": frozenset({"display"}),
    "print_agent.view": frozenset({"print_agent"}),
    "print_agent.results": frozenset({"print_agent"}),
    "print_agent.printed": frozenset({"print_agent"}),
    "print_agent.printer": frozenset({"print_agent"}),
    "print_agent.answers": frozenset({"print_agent"}),
    "print_agent.head": frozenset({"print_agent"}),
    "print_agent.virtual_printer": STAFF,
    "print_agent.virtual_slip": STAFF,
    "counter_panel.page": STAFF,
    "counter_panel.view": STAFF,
    "counter_panel.sit_down": STAFF,
    "counter_panel.leave": STAFF,
    "counter_panel.calls": STAFF,
    "counter_panel.ticket_command": STAFF,
    "counter_panel.undo": STAFF,
    "counter_panel.pause": STAFF,
    "counter_panel.resume": STAFF,
    "counter_panel.search": STAFF,
    "admin.index": LEADERS,
    "admin.view": LEADERS,
    "admin.today": LEADERS,
    "admin.set_service": LEADERS,
    "admin.free_counter": LEADERS,
    "admin.close_day": LEADERS,
    "admin.open_day": LEADERS,
    "admin.audit": ADMINISTRATORS,
    "admin.backups": LEADERS,
    "admin.back_up": LEADERS,
    "admin.clock": LEADERS,
    "admin.tell_time": LEADERS,
    "admin.printers": LEADERS,
    "admin.printer_command": LEADERS,
    "admin.cancel_slip": LEADERS,
    "admin.reprint": LEADERS,
    "admin.set_up": LEADERS,
    "admin.ask": ADMINISTRATORS,
    "admin.use": ADMINISTRATORS,
    "admin.second": ADMINISTRATORS,
    "admin.seen": ADMINISTRATORS,
    "admin.slip": LEADERS,
    "admin.save_slip": LEADERS,
    "admin.slip_preview": LEADERS,
    "admin.voice": LEADERS,
    "admin.voice_sample": LEADERS,
    "admin.save_voice": LEADERS,
    "admin.save_volumes": LEADERS,
    "admin.screens": LEADERS,
    "admin.set_screen": LEADERS,
    "admin.set_notices": LEADERS,
    "admin.add_interlude": LEADERS,
    "admin.remove_interlude": LEADERS,
    "admin.media_file": LEADERS,
}
NAMESPACES: dict[str, frozenset[str]] = {
    "/kiosk": frozenset({"kiosk"}),
    "/display": frozenset({"display"}),
    "/print_agent": frozenset({"print_agent"}),
    "/counter_panel": STAFF,
    "/mobile_ticket": frozenset({"follower"}),
    "/admin": LEADERS,
}
DEVICES = ("kiosk", "display", "print_agent")
SAFE_METHODS = ("GET", "HEAD", "OPTIONS")


@dataclass(frozen=True, slots=True)
class Who:
    """Someone known: a paired device or a signed-in member of staff."""

    role: str
    name: str
    device: Device | None = None
    staff: StaffMember | None = None

    @property
    def actor(self) -> str:
        """How the journal names them: no two devices have one id, and several may have one name."""
        return f"{self.role}:{self.device.id if self.device is not None else self.name}"


def guard(app: Flask) -> None:
    """Check every request of the app against the table."""
    app.before_request(_check)


def who() -> Who:
    """Return who is asking; views behind the table always have someone."""
    return g.who  # type: ignore[no-any-return]


def identify(allowed: frozenset[str], token: str = "") -> Who | None:
    """Return who is asking, if it is someone allowed: by token, by device cookie, or by staff session."""
    if token:
        return _device(token, allowed)
    for kind in DEVICES:
        if kind in allowed and (found := _device(request.cookies.get(f"antrean_{kind}", ""), allowed)):
            return found
    if allowed & STAFF and "staff" in session:
        member = hub().identities.staff_member(session["staff"], session.get("session", ""))
        if member is not None and member.role in allowed:
            return Who(member.role, member.name, staff=member)
    return None


def still_known(someone: Who) -> bool:
    """Whether someone identified earlier still is who they were: not revoked, not given a new password or role."""
    identities = hub().identities
    if someone.device is not None:
        return any(device.id == someone.device.id for device in identities.devices())
    member = identities.staff_member(someone.name, someone.staff.session) if someone.staff is not None else None
    return member is not None and member.role == someone.role


def _device(token: str, allowed: frozenset[str]) -> Who | None:
    if not token:
        return None
    identities = hub().identities
    device = identities.device(token)
    if device is None:
        hub().fresh_look.wait()  # it may have been paired a moment ago by another process
        device = identities.device(token)
    if device is None or device.kind not in allowed:
        return None
    return Who(device.kind, device.name, device=device)


def bearer() -> str:
    """Return the token that the request carries as a program does, "" without one."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def _check() -> Response | None:
    if request.endpoint is None:
        return None
    if request.method not in SAFE_METHODS:
        _check_origin()
    allowed = ACCESS.get(request.endpoint, frozenset())
    if allowed is ANYONE:
        return None
    found = identify(allowed, bearer())
    if found is not None:
        g.who = found
        return None
    if wants_html() and request.method in SAFE_METHODS:
        return redirect(_entrance(allowed))  # type: ignore[return-value]
    if allowed & STAFF:
        raise Forbidden("not_allowed" if "staff" in session else "sign_in_required")
    raise no_such_device(allowed, bearer())


def no_such_device(allowed: frozenset[str], token: str = "") -> Forbidden:
    """Return why a device is refused: its token is of another kind of device, or of none."""
    carried = [token] if token else [request.cookies.get(f"antrean_{kind}", "") for kind in DEVICES if kind in allowed]
    known = any(hub().identities.device(one) is not None for one in carried)
    return Forbidden("wrong_device_kind" if known else "device_not_paired")


def _entrance(allowed: frozenset[str]) -> str:
    if allowed & STAFF:
        return url_for("start.sign_in", next=request.path)
    kind = next(iter(allowed & set(DEVICES)), "kiosk")
    return url_for("start.pair", kind=kind)


def _check_origin() -> None:
    """Refuse a change that another site's page asks for with this browser's cookies (Origin and Fetch Metadata)."""
    if bearer():
        return  # cookies count for nothing beside a token
    origin = request.headers.get("Origin")
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        raise Forbidden("wrong_origin")
    if origin and host_in(origin) != request.host:
        raise Forbidden("wrong_origin")


def host_in(url: str) -> str:
    """Return the host and port that a header's address names, "" for what is no address."""
    try:
        return urlsplit(url).netloc
    except ValueError:
        return ""
