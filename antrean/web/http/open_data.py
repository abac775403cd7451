"""Open data: how the queue of an office is, for anyone, where the machine's settings say so (`open_data`)."""

from __future__ import annotations

import json

from flask import Blueprint, Response, request

from antrean.access.identity import ANYONE
from antrean.access.permissions import Permissions
from antrean.queueing.errors import Forbidden, Invalid
from antrean.reporting.open_data import normalized, queue_monitors
from antrean.web.services import Services, offices

__all__ = ["PERMISSIONS", "blueprint"]

blueprint = Blueprint("open_data", __name__, url_prefix="/open_data")
PERMISSIONS = Permissions({"queue_monitor": ANYONE})  # the view itself refuses offices that publish nothing
FRESH_SECONDS = 30  # for so long whoever passes an answer on need not ask again
KEY_VALUES = "keyValues"


@blueprint.get("/queue_monitor")
def queue_monitor() -> Response:
    """Give how many wait at each service, and which number was called last (NGSI-LD, QueueMonitor).

    Of every office here that publishes it, or of the one whose code `office` says. `options=keyValues` gives plain
    values. Refuses (`not_allowed`) where no such office does.
    """
    options, wanted = request.args.get("options", ""), request.args.get("office", "")
    if options not in ("", KEY_VALUES):
        raise Invalid("value_invalid", field="options")
    published = [
        one for one in offices() if one.config.publishes(one.config.office) and wanted in ("", one.config.office)
    ]
    if not published:
        raise Forbidden("not_allowed")
    found = [entity for one in published for entity in _entities(one, plain=options == KEY_VALUES)]
    body = json.dumps(found, ensure_ascii=False, separators=(",", ":"))
    answer = Response(body, mimetype="application/ld+json")
    answer.headers["Cache-Control"] = f"public, max-age={FRESH_SECONDS}"
    answer.headers["Access-Control-Allow-Origin"] = "*"  # any page may show it
    return answer


def _entities(hub: Services, plain: bool) -> list[dict[str, object]]:
    at = hub.office.clock()
    found = hub.office.read(lambda day, plan: queue_monitors(day, plan, at))
    return [dict(one) if plain else normalized(one, at) for one in found]
