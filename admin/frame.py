"""What all sections stand in: a page of the administration, the office's plan and clock, and the saving of settings."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask import g
from flask_babel import force_locale

from admin.section import View
from antrean.access.identity import COUNTER_STAFF, Identity
from antrean.queueing.commands import ChangePlan
from antrean.queueing.plan.changes import Change
from antrean.queueing.plan.model import OfficePlan
from antrean.web.http.guard import current_identity, permissions
from antrean.web.screens.slices import drawn_in_slices
from antrean.web.services import services
from antrean.web.text import times
from antrean.web.text.catalogues import own_names


def in_office_language() -> Any:
    """Return the context for rendering admin pages in the office's first language."""
    return force_locale(services().office.read(lambda _day, plan: plan.languages[0]))


def plan() -> OfficePlan:
    """Return the office's plan."""
    return services().office.read(lambda _day, plan: plan)


def is_new() -> bool:
    """Whether the office shows its first steps: not the sample, which is nobody's own, nor once they were put away."""
    here = plan()
    return here.first_steps and not here.demo


def clock() -> Callable[[datetime], str]:
    """Return a function that writes a time of day in the office's zone and first language."""
    here = plan()
    return lambda at: times.clock(at, here.tz, here.languages[0])


def changed(what: str, request: str | None = None, change: Change | None = None) -> None:
    """Journal that settings were saved, with their values before and after: processes reload, screens redraw."""
    change = change or Change({}, {})
    saved = ChangePlan(what=what, before=change.before or None, after=change.after or None)
    services().office.execute(saved, current_identity().actor, request)


def save(what: str, request: str | None, write: Callable[..., Change], *values: Any) -> None:
    """Write settings, with waiting for the database in nobody's way, and journal what they were and are (`changed`)."""
    changed(what, request, services().mode.run_blocking(write, *values))


def current(section: str) -> View:
    """Return the same view as the socket of whoever asks."""
    return services().publisher.current("admin", room_of(section, current_identity()))


def room_of(section: str, identity: Identity) -> str:
    """Return the room of those who see the same of a section: what a role is refused is not drawn for it."""
    return f"{section}:{identity.role}"


def drawn_for(role: str) -> None:
    """Say for which role the fragments of this request are drawn."""
    g.admin_role = role


def role() -> str:
    """Return the role of those for whom is drawn."""
    return str(g.get("admin_role") or current_identity().role)


def may(endpoint: str) -> bool:
    """Return whether those for whom is drawn may ask for an endpoint of the administration."""
    return role() in permissions().pages[f"admin.{endpoint}"]


def page(section: str, template: str = "page", **context: Any) -> str:
    """Return a whole page of a section: its own template, or another one inside the same frame."""
    hub = services()
    with in_office_language():
        around = {
            "section": section,
            "view": current(section),
            "me": current_identity(),
            "sits": current_identity().role in COUNTER_STAFF,
            "own_names": own_names(),
        }
        return drawn_in_slices(
            f"admin/{section}/{template}.html", {**around, **context}, hub.mode.step_aside, hub.office.guard.monotonic
        )
