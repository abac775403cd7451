"""Making the sample office one's own: a form of an administrator, and the end of everything that is the sample's."""

from __future__ import annotations

from flask import Response, jsonify, session, url_for

from admin import frame
from admin.section import Routes
from antrean.access.ownership import make_mine as owned
from antrean.queueing.errors import Refused
from antrean.web.first_start.forms import time_zones
from antrean.web.http.forms import body, request_id, text
from antrean.web.http.guard import current_identity
from antrean.web.services import services

routes = Routes()
LONGEST_NAME, LONGEST_ZONE, LONGEST_PASSWORD = 60, 64, 200


@routes.get("/office/mine")
def own_office() -> str:
    """Show the form. Refuses (`office_not_sample`) where the office is no sample."""
    _refuse_own()
    return frame.page("office", "mine", zones=time_zones())


@routes.post("/office/mine")
def make_mine() -> Response:
    """End the sample office: its people, devices, sessions and numbers; only the new administrator signs in afterwards.

    `again` is the new `office_name` once more. Refuses (`office_name_differs`) another one, (`office_not_sample`) an
    office that is no sample, (`office_busy`) while requests of the sample are under way that don't end, what is no
    name or time zone, (`name_elsewhere`) a name of somebody at another office of the database, and a weak password.
    """
    hub, fields = services(), body("office_name", "again", "time_zone", "administrator", "password")
    _refuse_own()
    names = (text(fields, name, most=LONGEST_NAME) for name in ("office_name", "again"))
    zone = text(fields, "time_zone", most=LONGEST_ZONE)
    person, password = (
        text(fields, "administrator", most=LONGEST_NAME),
        text(fields, "password", most=LONGEST_PASSWORD),
    )
    command = hub.passwords.run(
        lambda: hub.mode.run_blocking(owned, hub.settings, *names, zone, person, password, hub.identities.passwords)
    )
    with hub.sample_gate.ending():
        hub.office.execute(command, current_identity().actor, request_id(fields))
    session.clear()
    return jsonify(next=url_for("start.sign_in"))


def _refuse_own() -> None:
    if not frame.plan().demo:
        raise Refused("office_not_sample")
