"""What a display needs to speak its calls: keys of sounds, volume, mute hours."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from antrean.hub.voices import CHIME, settings_of
from antrean.queueing.announcements.state import Announcement
from antrean.queueing.errors import Unknown
from antrean.web.screens.outages import outages_said
from antrean.web.services import services
from display.view_model import CALLS_TOLD, CallRow, call_row


def sound_view(room: str, calls: Sequence[CallRow], announcements: Sequence[Announcement]) -> dict[str, Any]:
    """Return the sound part of the view of the display with this device id; calls and announcements by their seq."""
    hub = services()
    plan = hub.office.read(lambda _day, plan: plan)
    device = next((device for device in hub.identities.devices() if device.id == room), None)
    settings = settings_of(plan.voice, device.settings.get("voice", {}) if device is not None else {})
    settings = replace(settings, languages=tuple(code for code in settings.languages if code in plan.languages))
    said = {
        str(call.seq): hub.voices.keys(call.number, call.counter_name, settings, plan.languages, call.way)
        for call in calls
    }
    said |= {str(one.said): hub.voices.announcement_keys(one.texts, settings, plan.languages) for one in announcements}
    return {
        "chime": CHIME,
        "calls": said,
        **settings.to_display(),
    }


def sound_file(key: str, room: str) -> bytes:
    """Return the sound with a key. Refuses a key that neither a call of today nor an announcement has.

    Another hub of the office may have rendered the view, so the keys of today's calls are computed here as well.
    """
    hub = services()
    try:
        return hub.voices.sound(key)
    except Unknown:
        calls, announcements = hub.office.read(
            lambda day, plan: (
                [call_row(call, plan, "") for call in day.calls[-CALLS_TOLD:]],
                [*day.announcements.values(), *outages_said(day, plan, hub.office.clock())],
            )
        )
        sound_view(room, calls, announcements)
        return hub.voices.sound(key)
