"""Devices: every paired screen and print agent, pairing by a code, renaming, revoking; for administrators only."""

from __future__ import annotations

from admin.devices.views import render, routes
from admin.section import Section
from antrean.access.identity import ADMINISTRATORS
from antrean.queueing.errors import N_

SECTION = Section(
    name="devices",
    icon="phone",
    title=N_("Devices"),
    render=render,
    routes=routes,
    permissions={
        "devices": ADMINISTRATORS,
        "pair_device": ADMINISTRATORS,
        "rename_device": ADMINISTRATORS,
        "move_device": ADMINISTRATORS,
        "choose_printer": ADMINISTRATORS,
        "put_aside": ADMINISTRATORS,
        "show_name": ADMINISTRATORS,
        "revoke_device": ADMINISTRATORS,
    },
)
