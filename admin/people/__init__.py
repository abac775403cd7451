"""People: who may sign in, where they are signed in, and one-time codes; for administrators only."""

from __future__ import annotations

from admin.people.views import render, routes
from admin.section import Section
from antrean.access.identity import ADMINISTRATORS
from antrean.queueing.errors import N_

SECTION = Section(
    name="people",
    icon="person",
    title=N_("People"),
    render=render,
    routes=routes,
    permissions={
        "people": ADMINISTRATORS,
        "add_person": ADMINISTRATORS,
        "invite_person": ADMINISTRATORS,
        "set_person_role": ADMINISTRATORS,
        "remove_person": ADMINISTRATORS,
        "end_session": ADMINISTRATORS,
        "end_sessions": ADMINISTRATORS,
        "give_code": ADMINISTRATORS,
    },
)
