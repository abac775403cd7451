"""Who did something, in words: the one place that turns an actor of the journal into what people read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from flask_babel import gettext

from antrean.access.identity import STAFF
from antrean.queueing.clock.office_time import INVENTED
from antrean.queueing.errors import N_
from antrean.queueing.journal.entry import COMMAND, CONSOLE
from antrean.storage.settings.devices import Device
from antrean.web.services import services
from antrean.web.text.roles import ROLES

HUB, VISITOR = "hub", "visitor"
# Who is neither a person nor a device, by the actor of the line.
OTHERS = {
    HUB: N_("the hub itself"),
    CONSOLE: N_("somebody at the machine"),
    COMMAND: N_("somebody at the machine"),
    "restore": N_("somebody at the machine"),
    VISITOR: N_("the visitor"),
    INVENTED: N_("the simulation"),
}


def names_of_devices(devices: Iterable[Device]) -> dict[str, str]:
    """Return the names of devices by their ids, also of those that are paired no more."""
    return {one.id: one.name for one in devices}


def actor_words(actor: str, devices: Mapping[str, str], names: bool = True) -> str:
    """Return who wrote a line: a person by name, a device by that of its id, others by what they are.

    Without `names`, a member of staff is said by the role alone. `devices` are names by id; a device that is not on
    record is said by its kind, since nobody knows it by its id. A line without an actor is the hub's own. Who is behind
    a failed sign-in is not known, whatever name was typed: whoever shows that line says so.
    """
    role, _, name = actor.partition(":")
    if role in STAFF:
        return name if names and name else gettext(ROLES[role])
    if name in devices:
        return devices[name]
    if (kind := services().device_kinds.get(role)) is not None:
        return gettext(kind.noun)
    if name and names and role not in OTHERS:
        return name  # of a role that there is no more
    return gettext(OTHERS.get(role or HUB, N_("unknown")))
