"""The display's page, and what a display reports of a call: that it is shown, and whether it was heard."""

from __future__ import annotations

import json
from collections.abc import Hashable, Mapping
from functools import partial
from typing import Any

from flask import Blueprint, Response, jsonify

from antrean.access.identity import Identity
from antrean.queueing.calls.commands import is_known
from antrean.queueing.calls.sounds import HEARD, SOUNDS
from antrean.queueing.commands import AnnounceCall
from antrean.queueing.day import ServiceDay
from antrean.queueing.errors import Forbidden, Invalid, Unknown
from antrean.queueing.events import CallAnnounced
from antrean.storage.settings.devices import ASIDE, SEEN_ON
from antrean.storage.settings.endings import RENEWED
from antrean.web.http.files.media import send
from antrean.web.http.forms import body, flag, request_id, text, whole
from antrean.web.http.guard import current_identity
from antrean.web.live.publisher import OF_PRINTERS, Screen
from antrean.web.operations.operation import operation
from antrean.web.operations.results import NotedResult
from antrean.web.screens.display_scope import scope_of
from antrean.web.screens.settings import DisplaySettings, display_settings
from antrean.web.screens.zones import zone_code, zone_view
from antrean.web.services import services
from display import render
from display.ready import ReadyBoard
from display.sound import sound_file, sound_view

OF_THE_DEVICE = (ASIDE, SEEN_ON, RENEWED)  # what its settings say of itself, and nothing that it shows
CALLS_REMEMBERED = 60  # as many as can wait on a display
blueprint = Blueprint("display", __name__, url_prefix="/display", template_folder="templates")


class DisplayScreen(Screen):
    """The view of displays: call log, last calls, services and counters, each display within its own scope."""

    name = "display"
    least_seconds = 0.05
    unseen = (CallAnnounced, *OF_PRINTERS)

    def __init__(self) -> None:
        self._ready = ReadyBoard()

    def rooms(self, identity: Identity | None, auth: dict[str, Any]) -> list[str]:
        """Return the room of this display. Each has its own, as each has its own settings."""
        if identity is None or identity.device is None:
            raise Forbidden("device_not_paired")
        return [identity.device.id]

    def render(self, room: str) -> dict[str, Any]:
        """Return the HTML fragments and the numbered log of today's last calls for the display with this id."""
        seen = render.look(_settings(room))
        if seen.settings.layout == "ready":
            return {**render.ready_view(seen, self._ready), "sound": sound_view(room, (), ())}
        if seen.settings.layout != "room":
            return render.counter_view(seen)
        return {
            **render.room_view(seen),
            "sound": sound_view(room, seen.board.calls, seen.said),
            "zone": zone_view(services(), seen.settings.zone),
        }

    def alike(self, room: str) -> Hashable:
        """Return the settings of a display: displays with equal settings show and say the same."""
        kept = {name: value for name, value in _stored(room).items() if name not in OF_THE_DEVICE}
        return json.dumps(kept, sort_keys=True)


@blueprint.get("/")
def page() -> str:
    """Show the display, readable before any script runs."""
    return render.page(_view(), render.look(_settings(_device())), _announced_today(), _device())


@blueprint.get("/view")
def view() -> Response:
    """Return the same view as the socket."""
    return jsonify(_view())


@blueprint.get("/media/<name>")
def media(name: str) -> Response:
    """Return a stored picture or video of the playlist."""
    return send(services().media, name)


@blueprint.post("/announcements")
@operation(AnnounceCall, gives=NotedResult, status=204, reads=("sound",))
def announcements() -> NotedResult:
    """Take a display's word on a call: `shown` once it is drawn, `sound` once it was heard, or could not be.

    Whoever was heard has drawn it, so `sound` says both; so does a word with neither. Refuses `shown` that is not true.
    The small screen beside a counter has a word on that counter's calls alone, and none on their sound. A board of what
    is ready has none: whoever looks for a code there need not have seen the call.
    """
    fields = body("seq", "shown", "sound")
    call = whole(fields, "seq")
    sound = text(fields, "sound", "", most=20)
    if "shown" in fields and not flag(fields, "shown"):
        raise Invalid("value_invalid", field="shown")
    settings = _settings(_device())
    if settings.layout == "ready":
        return NotedResult()
    beside = settings.layout == "counter"
    sound = "" if beside else sound  # a page whose layout has just changed may still say one
    if beside and not services().office.read(lambda day, _plan: _is_of(day, call, settings.counter)):
        return NotedResult()
    if sound and sound in SOUNDS:
        services().devices_seen.sounded(_device(), sound)
    if sound in HEARD:
        services().speakers.spoken(_zone(settings), _device(), call)
    again = request_id(fields)
    if not beside and ("sound" in fields or "shown" not in fields):
        _note_announced(call)  # before the line is written: whoever loads the page in this moment announces it no more
    # Most displays say what another has said: that needs no writer.
    if again is not None or not services().office.read(lambda day, _plan: is_known(day, call, sound, beside)):
        services().office.execute(
            AnnounceCall(call=call, display=current_identity().name, sound=sound, beside=beside),
            actor=current_identity().actor,
            request_id=again,
        )
    return NotedResult()


@blueprint.post("/turns")
def turns() -> Response:
    """Tell a display whether it is its turn to say a call, so that one voice is heard in each zone.

    `still`: it is saying it already; `over`: it gives its turn back, `heard` when the call was said. A turn that is not
    asked for again within four seconds is another's. An announcement of staff is asked for like a call. Refuses one
    that is none of today's.
    """
    fields = body("seq", "still", "over", "heard")
    call, hub, settings = whole(fields, "seq"), services(), _settings(_device())
    zone, still, heard = _zone(settings), flag(fields, "still"), flag(fields, "heard")
    if flag(fields, "over"):
        hub.speakers.over(zone, _device(), call, heard)
        return jsonify(mine=False)
    if hub.office.read(lambda day, _plan: day.call(call) is None and not _is_announced(day, call)):
        raise Unknown("call_unknown")
    alone = settings.layout != "room"
    could = partial(_could_say, call)
    return jsonify(mine=not alone and hub.speakers.ask(zone, _device(), call, still, could))


def _could_say(call: int, display: str) -> bool:
    """Whether a display is there, shows this call and has a voice."""
    hub = services()
    found, announced = hub.office.read(lambda day, _plan: (day.call(call), _is_announced(day, call)))
    shown = announced or (found is not None and scope_of(_settings(display)).has_call(found))
    return shown and hub.publisher.present("display", display) and _stored(display).get("voice", {}).get("volume") != 0


def _is_announced(day: ServiceDay, seq: int) -> bool:
    said = {one.said for one in day.announcements.values()} | {one.said for one in day.outages.values()}
    return seq in said


def _is_of(day: ServiceDay, call: int, counter: str) -> bool:
    found = day.call(call)
    return found is not None and found.counter == counter


@blueprint.get("/voice/<key>.wav")
def voice(key: str) -> Response:
    """Return a sound that a call of the view names. Its key names its content, so browsers may keep it for a year."""
    answer = Response(sound_file(key, _device()), mimetype="audio/wav")
    answer.headers["Cache-Control"] = "private, max-age=31536000, immutable"
    return answer


def _device() -> str:
    device = current_identity().device
    return device.id if device is not None else ""


def _note_announced(call: int) -> None:
    """Remember that this display announced a call of today; what is none would hide one that comes later."""
    if services().office.read(lambda day, _plan: day.call(call) is not None or _is_announced(day, call)):
        told = services().announced
        told[_device()] = tuple(sorted({*told.get(_device(), ()), call})[-CALLS_REMEMBERED:])


def _announced_today() -> list[int]:
    """Return the calls of today that this display has announced, as far as this hub knows, oldest first."""
    told = services().announced.get(_device(), ())
    first = services().office.read(lambda day, _plan: day.calls[0].seq if day.calls else day.seq + 1)
    return [call for call in told if call >= first]


def _settings(device: str) -> DisplaySettings:
    return display_settings(_stored(device))


def _zone(settings: DisplaySettings) -> str:
    """Return what a display has in common with the others of its zone."""
    return services().office.read(lambda _day, plan: zone_code(plan, settings.zone))


def _stored(device: str) -> Mapping[str, Any]:
    found = next((one for one in services().identities.devices() if one.id == device), None)
    return found.settings if found is not None else {}


def _view() -> dict[str, Any]:
    return services().publisher.current("display", _device())
