"""Voice: how calls are spoken, and how loud."""

from __future__ import annotations

from admin.section import Section
from admin.voice.views import render, routes
from antrean.access.identity import LEADERS
from antrean.queueing.errors import N_

SECTION = Section(
    name="voice",
    icon="sound",
    title=N_("Voice"),
    render=render,
    routes=routes,
    permissions={
        "voice": LEADERS,
        "voice_sample": LEADERS,
        "save_voice": LEADERS,
        "save_volumes": LEADERS,
    },
)
