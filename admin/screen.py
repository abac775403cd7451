"""The admin pages as one screen: the blueprint with the pages of all sections, their permissions, and the view."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

from flask import Response, g, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from werkzeug.wrappers import Response as BaseResponse

from admin import today
from admin.blueprint import AdminBlueprint
from admin.frame import current, drawn_for, in_office_language, may, room_of
from admin.section import Section, View
from admin.sections import SECTIONS
from antrean.access.identity import VIEWERS, Identity
from antrean.access.permissions import Permissions
from antrean.queueing.errors import Forbidden, Refused, Unknown
from antrean.queueing.events import PlanChanged
from antrean.web.http.errors import NAMES_FIELDS
from antrean.web.http.forms import body, request_id, wants_html
from antrean.web.http.guard import current_identity, host_in, permissions
from antrean.web.live.publisher import Screen
from antrean.web.services import services

BY_NAME = {one.name: one for one in SECTIONS}
FIRST = today.SECTION.name  # everybody may see it, and it is always shown
OF_THE_FRAME = {"index": VIEWERS, "view": VIEWERS}


def with_pages(blueprint: AdminBlueprint, sections: Iterable[Section]) -> AdminBlueprint:
    """Put the pages of all sections on the blueprint; an endpoint is the name of its function."""
    for section in sections:
        for method, rule, function in section.routes.all:
            blueprint.add_url_rule(rule, function.__name__, function, methods=[method])
    return blueprint


def merged(sections: Iterable[Section]) -> Permissions:
    """Return the permissions of all sections. Refuses (ValueError) an endpoint that two of them name."""
    pages = dict(OF_THE_FRAME)
    for section in sections:
        if twice := pages.keys() & section.permissions.keys():
            raise ValueError(f"{', '.join(sorted(twice))} has permissions twice")
        pages.update(section.permissions)
    return Permissions(pages, namespace=VIEWERS)


blueprint = with_pages(AdminBlueprint(BY_NAME), SECTIONS)


class AdminScreen(Screen):
    """The view of an admin page. All who look at one section in one role see the same."""

    name = "admin"
    least_seconds = 0.3

    def rooms(self, identity: Identity | None, auth: dict[str, Any]) -> list[str]:
        """Return the room of the section that the page names, or of the first section."""
        assert identity is not None
        page = auth.get("page")
        seen = isinstance(page, str) and page in BY_NAME and may_see(page, identity)
        return [room_of(str(page) if seen else FIRST, identity)]

    def render(self, room: str) -> View:
        """Return the whole view of one section for one role, in the office's first language."""
        section, _, role = room.partition(":")
        drawn_for(role)
        with in_office_language():
            view: View = BY_NAME[section].render()
        return view


def may_see(section: str, identity: Identity) -> bool:
    """Return whether a member of staff may open a section."""
    return identity.role in permissions().pages[f"admin.{section}"]


@blueprint.context_processor
def _in_pages() -> dict[str, Any]:
    return {"navigation": navigation}


@blueprint.app_context_processor
def _in_fragments() -> dict[str, Any]:
    return {"may": may}  # fragments are drawn for sockets too, which are no request of this blueprint


def navigation() -> list[tuple[str, str, str]]:
    """Return name, icon and title of the sections that whoever looks may open."""
    me = current_identity()
    return [(one.name, one.icon, gettext(one.title)) for one in _shown_to(me)]


def _shown_to(me: Identity) -> list[Section]:
    return [one for one in SECTIONS if may_see(one.name, me) and one.shown()]


@blueprint.before_request
def leads_to_fields() -> None:
    """Have refusals name the field that they are about: the forms lead to it."""
    setattr(g, NAMES_FIELDS, True)


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
    """Redirect to the first section that is shown to whoever asks."""
    return redirect(url_for(f"admin.{_shown_to(current_identity())[0].name}"))


@blueprint.get("/view")
def view() -> Response:
    """Return the same view of a section as the socket."""
    name = request.args.get("page", FIRST)
    if name not in BY_NAME:
        raise Unknown("not_found")
    if not may_see(name, current_identity()):
        raise Forbidden("not_allowed")
    return jsonify(current(name))
