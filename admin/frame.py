"""The frame of the admin pages: one blueprint, one namespace, and the list of sections.

A section is one module: its routes on `blueprint`, its `render`, and `add(Section(…))`. Its name is its address, its
template's name and its socket room.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from flask import Response, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale, gettext
from werkzeug.wrappers import Response as BaseResponse

from admin.blueprint import AdminBlueprint
from antrean.access.identity import Identity
from antrean.queueing.commands import ChangePlan
from antrean.queueing.errors import Forbidden, Refused, Unknown
from antrean.queueing.events import PlanChanged
from antrean.queueing.plan.model import OfficePlan
from antrean.storage.settings.changes import Change
from antrean.web.http.forms import body, request_id, wants_html
from antrean.web.http.guard import current_identity, host_in, permissions
from antrean.web.http.languages import OWN_NAMES
from antrean.web.live.publisher import Screen
from antrean.web.services import services
from antrean.web.text import times

FOLDERS = ("today", "printers", "screens", "slip", "voice", "audit", "backups", "clock")
blueprint = AdminBlueprint(FOLDERS)
View = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Section:
    """One entry of the navigation. `title` is English and translated where it is shown; `render` gives the view."""

    name: str
    icon: str
    title: str
    render: Callable[[], View]


SECTIONS: dict[str, Section] = {}


def add(section: Section) -> None:
    """Add a section at the end of the navigation; its module calls this once."""
    SECTIONS[section.name] = section


class AdminScreen(Screen):
    """The view of an admin page. All who look at one section see the same."""

    name = "admin"
    least_seconds = 0.3

    def rooms(self, identity: Identity | None, auth: dict[str, Any]) -> list[str]:
        """Return the room of the section that the page names, or of the first section."""
        page = auth.get("page")
        if isinstance(page, str) and page in SECTIONS and identity is not None and may_see(page, identity):
            return [page]
        return [next(iter(SECTIONS))]

    def render(self, room: str) -> View:
        """Return the whole view of one section, in the office's first language."""
        with in_office_language():
            return SECTIONS[room].render()


def may_see(section: str, identity: Identity) -> bool:
    """Return whether a member of staff may open a section."""
    return identity.role in permissions().pages[f"admin.{section}"]


def in_office_language() -> Any:
    """Return the context for rendering admin pages in the office's first language."""
    return force_locale(services().office.read(lambda _day, plan: plan.languages[0]))


def plan() -> OfficePlan:
    """Return the office's plan."""
    return services().office.read(lambda _day, plan: plan)


def clock() -> Callable[[datetime], str]:
    """Return a function that writes a time of day in the office's zone and first language."""
    here = plan()
    return lambda at: times.clock(at, here.tz, here.languages[0])


def changed(what: str, request: str | None = None, change: Change | None = None) -> None:
    """Journal that settings were saved, with their values before and after: processes reload, screens redraw."""
    change = change or Change({}, {})
    saved = ChangePlan(what=what, before=change.before or None, after=change.after or None)
    services().office.execute(saved, current_identity().actor, request)


def current(section: str) -> View:
    """Return the same view as the socket."""
    return services().publisher.current("admin", section)


def page(section: str, template: str = "page", **context: Any) -> str:
    """Return a whole page of a section: its own template, or another one inside the same frame."""
    me = current_identity()
    with in_office_language():
        return render_template(
            f"admin/{section}/{template}.html",
            section=section,
            sections=[(one.name, one.icon, gettext(one.title)) for one in SECTIONS.values() if may_see(one.name, me)],
            view=current(section),
            me=me,
            own_names=OWN_NAMES,
            **context,
        )


@blueprint.before_request
def saved_before() -> Response | None:
    """Answer a request that saved settings before and is repeated, without saving them again.

    Refuses the request id of another actor before anything is saved.
    """
    if request.method != "POST" or not request.is_json:
        return None
    wished = request_id(body(more=True))
    answered = services().office.read(lambda day, _plan: day.results.get(wished)) if wished is not None else None
    if answered is not None and not answered.is_for(current_identity().actor):
        raise Refused("request_id_taken")
    return jsonify(said=gettext("Saved.")) if answered is not None and answered.event_kind == PlanChanged.kind else None


@blueprint.after_request
def lead_back(response: BaseResponse) -> BaseResponse:
    """Redirect a browser that sent a form without the page's script back to its page."""
    if request.method != "POST" or not wants_html() or response.status_code != 200 or not response.is_json:
        return response
    referrer = request.referrer or ""
    page = urlsplit(referrer).path if host_in(referrer) == request.host else ""
    mine = page.startswith(f"{blueprint.url_prefix}/")
    to = response.get_json().get("next") or (page if mine else url_for("admin.index"))
    return redirect(to, 303)


@blueprint.get("/")
def index() -> ResponseReturnValue:
    """Redirect to the first section."""
    return redirect(url_for(f"admin.{next(iter(SECTIONS))}"))


@blueprint.get("/view")
def view() -> Response:
    """Return the same view of a section as the socket."""
    name = request.args.get("page", next(iter(SECTIONS)))
    if name not in SECTIONS:
        raise Unknown("not_found")
    if not may_see(name, current_identity()):
        raise Forbidden("not_allowed")
    return jsonify(current(name))
