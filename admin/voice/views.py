"""The voice page: the voices, how calls are spoken, and how loud each display is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Response, jsonify
from flask_babel import gettext

from admin import frame
from admin.plan_form import plan_fields, save_plan
from admin.section import Routes, View
from antrean.hub.voices import settings_of
from antrean.queueing.errors import N_, Invalid, Unknown
from antrean.queueing.plan.changes import Change
from antrean.queueing.plan.document import plain
from antrean.queueing.plan.model import Counter
from antrean.queueing.tickets.numbers import sample_number
from antrean.storage.settings.devices import Device
from antrean.voice import sentences
from antrean.voice.languages import LANGUAGES
from antrean.voice.settings import SettingError, VoiceSettings, read_settings, read_span, span_text
from antrean.web.http.forms import body, flag, request_id, text, whole
from antrean.web.services import services

routes = Routes()

VOLUMES = (100, 80, 60, 40, 20, 0)
LEAST_SPANS, MOST_SPANS = 2, 9
AS_THE_OFFICE = "office"
SAVED = N_("Saved. The next call sounds like this.")


def render() -> View:
    """Return the section's view: nothing on the page changes by itself."""
    return {"html": {}, "voice": dict(frame.plan().voice)}


@routes.get("/voice")
def voice() -> str:
    """Show the voices and the settings."""
    plan = frame.plan()
    settings = settings_of(plan.voice, {})
    first = LANGUAGES[next((code for code in plan.languages if code in LANGUAGES), "id")]
    displays = [
        (device.id, device.name, settings_of({}, _own(device)).volume if "volume" in _own(device) else None)
        for device in _displays()
    ]
    spans = [span_text((start, end % (24 * 60))).split("-") for start, end in settings.mute]
    return frame.page(
        "voice",
        revision=plan.revision,
        settings=settings,
        voices=[(code, *services().voices.speaker(code)) for code in LANGUAGES if code in plan.languages],
        spoken=settings.languages or plan.languages[:1],
        said={mode: sentences.text(sentences.ticket(first, sample_number(plan), mode)) for mode in ("digits", "words")},
        example=sample_number(plan),
        volumes=sorted(
            {*VOLUMES, settings.volume, *(own for _id, _name, own in displays if own is not None)}, reverse=True
        ),
        spans=spans + [["", ""]] * max(LEAST_SPANS - len(spans), 1),
        displays=displays,
    )


@routes.get("/voice/sample/<language>.wav")
def voice_sample(language: str) -> Response:
    """Return a call as spoken in a language. Refuses a language without a voice."""
    plan, hub = frame.plan(), services()
    if hub.voices.speaker(language)[0] == "none":  # a call would be said in another language
        raise Unknown("not_found")
    settings = VoiceSettings(languages=(language,), numbers=settings_of(plan.voice, {}).numbers)
    counter = next(iter(plan.counters), Counter("", "", ()))
    keys = hub.voices.keys(sample_number(plan), counter.name, settings, (), counter.way)["call"]
    if not keys:
        raise Unknown("not_found")
    return Response(hub.voices.sound(keys[0]), mimetype="audio/wav")


@routes.post("/voice")
def save_voice() -> Response:
    """Save how calls are spoken; displays follow at once."""
    spans = (f"mute_{side}_{number}" for number in range(1, MOST_SPANS + 1) for side in ("from", "to"))
    fields = plan_fields("numbers", "repeat", "volume", *(f"language_{code}" for code in LANGUAGES), *spans)
    wanted = {
        "languages": [code for code in LANGUAGES if flag(fields, f"language_{code}")],
        "numbers": text(fields, "numbers", most=20),
        "repeat": whole(fields, "repeat"),
        "volume": whole(fields, "volume"),
    }
    try:
        settings = read_settings({**wanted, "mute": _spans(fields)})
    except SettingError as error:
        raise Invalid("value_invalid", field=error.name) from None
    revision = save_plan("voice", fields, {"voice": plain(settings.stored())})
    return jsonify(said=gettext(SAVED), revision=revision)


@routes.post("/voice/displays")
def save_volumes() -> Response:
    """Save how loud each display is; other settings of a display stay."""
    fields = body(*(f"volume_{device.id}" for device in _displays()))
    changed: dict[str, Mapping[str, Any]] = {}
    for device in _displays():
        name = f"volume_{device.id}"
        own = {setting: value for setting, value in _own(device).items() if setting != "volume"}
        if fields.get(name, AS_THE_OFFICE) != AS_THE_OFFICE:
            own["volume"] = whole(fields, name)
        try:
            read_settings({}, own)
        except SettingError as error:
            raise Invalid("value_invalid", field=error.name) from None
        changed[device.id] = own
    hub = services()
    changes = [
        hub.mode.run_blocking(hub.settings.set_device_settings, device_id, {"voice": own})
        for device_id, own in changed.items()
    ]
    real = [change for change in changes if change.before != change.after]
    change = Change({"devices": [one.before for one in real]}, {"devices": [one.after for one in real]})
    frame.changed("voice", request_id(fields), change)
    return jsonify(said=gettext(SAVED))


def _spans(fields: dict[str, Any]) -> list[tuple[int, int]]:
    spans = []
    for number in range(1, MOST_SPANS + 1):
        start, end = (text(fields, f"mute_{side}_{number}", "", most=5) for side in ("from", "to"))
        if start or end:
            spans.append(read_span(f"{start}-{end}"))
    return spans


def _displays() -> list[Device]:
    return [device for device in services().identities.devices() if device.kind == "display"]


def _own(device: Device) -> Mapping[str, Any]:
    own = device.settings.get("voice")
    return own if isinstance(own, dict) else {}
