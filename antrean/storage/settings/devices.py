"""The rows of paired devices."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import chain, count
from typing import Any

import sqlalchemy as sa

from antrean.queueing.errors import Refused
from antrean.queueing.names import LONGEST_NAME, looks_like
from antrean.queueing.plan.changes import Change, difference
from antrean.storage.database import schema
from antrean.storage.settings.digests import changing
from antrean.storage.settings.office_tables import OfficeTables
from antrean.storage.times import stored_time

PRINT_AGENT = "print_agent"  # the one kind that is a program; every other one is a browser
SEEN_ON = "seen_on"  # among a device's settings: the last business day on which it was there
ASIDE = "aside"  # among a device's settings: true when an administrator put it aside, so that nobody misses it


@dataclass(frozen=True, slots=True)
class Device:
    """A paired device, such as a kiosk. Only the hash of its token is kept; `settings` is what its kind reads.

    `address` is where the printers of an agent hang that was set up by a release before they were stored as parts.
    `paired_on` is the day of its pairing as ISO text.
    """

    id: str
    kind: str
    name: str
    token_hash: str
    printer: str | None = None
    address: str = ""
    revoked: bool = False
    settings: Mapping[str, Any] = field(default_factory=dict)
    paired_on: str = ""


class DeviceRows(OfficeTables):
    """Reads and writes an office's paired devices."""

    def devices(self) -> list[Device]:
        """Return the paired devices, also revoked ones, oldest first."""
        with self._reading() as connection:
            return [device_of(row) for row in self._all(connection, schema.devices, schema.devices.c.created_at)]

    def is_device_elsewhere(self, token_hash: str) -> bool:
        """Whether another office of the database has the device with this token, revoked or not."""
        table = schema.devices
        others = sa.select(table.c.id).where(table.c.office != self.office, table.c.token_hash == token_hash)
        with self._reading() as connection:
            return connection.scalar(others) is not None

    def add_device(
        self, device: Device, now: datetime, sample_only: bool = False, only_one: bool = False, numbered: bool = False
    ) -> Device | None:
        """Write a newly paired device and return it, None where it is not written.

        With `sample_only` none is in any other office, with `only_one` none beside another of its kind that is paired.
        Refuses (`device_name_taken`) the name of another device of its kind; `numbered`, it gets a number behind it.
        """
        with changing(self._engine, self.office, schema.devices) as connection:
            offices = schema.offices
            if sample_only and not connection.scalar(sa.select(offices.c.demo).where(offices.c.id == self.office)):
                return None
            names = self._names_of(connection, device.kind)
            if only_one and names:
                return None
            if numbered:
                device = replace(device, name=_with_number(device.name, names))
            refuse_taken(device.name, names)
            self._insert_device(connection, device, now)
        return device

    def _names_of(self, connection: sa.Connection, kind: str, but: str = "") -> list[str]:
        """Return the names of the devices of a kind that are paired now, without that of the device `but`."""
        table = schema.devices
        mine = (table.c.office == self.office, table.c.kind == kind, table.c.revoked_at.is_(None), table.c.id != but)
        return list(connection.scalars(sa.select(table.c.name).where(*mine)))

    def _insert_device(self, connection: sa.Connection, device: Device, now: datetime) -> None:
        row = {
            "office": self.office,
            "id": device.id,
            "kind": device.kind,
            "name": device.name,
            "token_hash": device.token_hash,
            "printer": device.printer,
            "address": device.address,
            "created_at": stored_time(now),
            "revoked_at": None,
            "settings": json.dumps(dict(device.settings), ensure_ascii=False),
        }
        connection.execute(sa.insert(schema.devices), row)

    def set_device_token(self, device: str, token_hash: str) -> None:
        """Give a device another token."""
        table = schema.devices
        with changing(self._engine, self.office, schema.devices) as connection:
            connection.execute(
                sa.update(table)
                .where(table.c.office == self.office, table.c.id == device)
                .values(token_hash=token_hash)
            )

    def set_device_settings(self, device: str, settings: Mapping[str, Any]) -> Change:
        """Write a device's own settings over those of the same names; others stay."""
        table = schema.devices
        mine = (table.c.office == self.office, table.c.id == device)
        with changing(self._engine, self.office, schema.devices) as connection:
            row = connection.execute(sa.select(table.c.name, table.c.settings).where(*mine)).first()
            if row is None:
                return Change({}, {})
            before = json.loads(row.settings)
            merged = json.dumps({**before, **settings}, ensure_ascii=False)
            connection.execute(sa.update(table).where(*mine).values(settings=merged))
        return difference({"device": row.name}, {name: before.get(name) for name in settings}, settings)

    def set_device_printer(self, device: str, printer: str) -> Change:
        """Let a kiosk print on the printer of another agent; "" for that of the oldest."""
        table = schema.devices
        mine = (table.c.office == self.office, table.c.id == device)
        with changing(self._engine, self.office, schema.devices) as connection:
            row = connection.execute(sa.select(table.c.name, table.c.printer).where(*mine)).first()
            if row is None:
                return Change({}, {})
            connection.execute(sa.update(table).where(*mine).values(printer=printer or None))
            every = sa.select(table.c.id, table.c.name).where(table.c.office == self.office)
            names = {one.id: one.name for one in connection.execute(every)}
        before, after = ({"printer": names.get(one, one)} for one in (row.printer or "", printer))
        return difference({"device": row.name}, before, after)

    def rename_device(self, device: str, name: str) -> None:
        """Give a device another name. Refuses (`device_name_taken`) that of another device of its kind."""
        table = schema.devices
        with changing(self._engine, self.office, schema.devices) as connection:
            mine = (table.c.office == self.office, table.c.id == device)
            kind = connection.scalar(sa.select(table.c.kind).where(*mine))
            refuse_taken(name, self._names_of(connection, kind or "", but=device))
            connection.execute(sa.update(table).where(*mine).values(name=name))

    def revoke_device(self, device: str, now: datetime) -> None:
        """Take a device's token away for good."""
        table = schema.devices
        with changing(self._engine, self.office, schema.devices) as connection:
            connection.execute(
                sa.update(table)
                .where(table.c.office == self.office, table.c.id == device)
                .values(revoked_at=stored_time(now))
            )


def refuse_taken(name: str, names: Iterable[str]) -> None:
    """Refuse (`device_name_taken`) a name that people could take for one of these."""
    for other in names:
        if looks_like(name, other):
            raise Refused("device_name_taken", name=other)


def _with_number(name: str, names: Sequence[str]) -> str:
    """Return a name that none of these looks like: where it is needed, with the first free number at its end.

    Behind a number of the name's own it stands in brackets: what follows "Display Lantai 2" is not on floor 3.
    """
    stem = re.sub(r" \(\d+\)$", "", name)[: LONGEST_NAME - 6].rstrip()
    form = "{} ({})" if stem[-1].isnumeric() else "{} {}"
    numbered = (form.format(stem, number) for number in count(2))
    return next(one for one in chain((name,), numbered) if not any(looks_like(one, other) for other in names))


def device_of(row: Any) -> Device:
    """Return the device of a row."""
    revoked = row.revoked_at is not None
    settings = json.loads(row.settings)
    identity = (row.id, row.kind, row.name, row.token_hash)
    return Device(*identity, row.printer, row.address, revoked, settings, row.created_at[:10])


def printers_by_kiosk(devices: Sequence[Device]) -> dict[str, str]:
    """Return the printer of each kiosk; the oldest print agent serves every kiosk that names none."""
    agents = [device.id for device in devices if device.kind == PRINT_AGENT and not device.revoked]
    printers = {"": agents[0]} if agents else {}
    for device in devices:
        if device.kind == "kiosk" and device.printer in agents and not device.revoked:
            printers[device.id] = str(device.printer)
    return printers
