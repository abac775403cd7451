"""Commands of paired devices: pair, revoke."""

from __future__ import annotations

import click

from antrean.access.devices import pair_device, revoke_device
from antrean.commands.this_office import note_security, opened_office
from antrean.queueing.commands import ChangePlan
from antrean.queueing.events import SecurityNoted
from antrean.queueing.journal.entry import COMMAND
from antrean.queueing.names import checked_name
from antrean.queueing.security.events import (
    DEVICE_PAIRED,
    DEVICE_REVOKED,
)
from app import device_kinds, utc_now


@click.command()
@click.argument("kind", type=click.Choice(tuple(device_kinds())))
@click.argument("name")
def pair(kind: str, name: str) -> None:
    """Pair a device and print its token, alone, on standard output. The second of a kind and name has a number."""
    office, settings = opened_office()
    device, token = pair_device(settings, kind, name, utc_now, numbered=True)
    if device.name != checked_name(name):
        click.echo(f"“{name}” is another {kind}: this one is “{device.name}”.", err=True)
    office.execute(ChangePlan(what="devices"), actor=COMMAND)
    note_security(office, SecurityNoted(DEVICE_PAIRED, device=device.name, device_kind=kind))
    click.echo(token)


@click.command()
@click.argument("name")
def revoke(name: str) -> None:
    """Take a device's token away for good, by its name or id: it is cut off at once."""
    office, settings = opened_office()
    revoked = revoke_device(settings, name, utc_now)
    office.execute(ChangePlan(what="devices"), actor=COMMAND)
    for device in revoked:
        note_security(office, SecurityNoted(DEVICE_REVOKED, device=device.name, device_kind=device.kind))
        click.echo(f"{device.name}: {device.kind} revoked", err=True)
