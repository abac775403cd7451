"""The rows of an office's plan: the office itself, its services and its counters."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, replace
from datetime import date
from typing import Any

import sqlalchemy as sa

from antrean.queueing.names import checked_name
from antrean.queueing.office import JournalError
from antrean.queueing.plan.changes import Change, difference
from antrean.queueing.plan.model import Counter, Limits, OfficePlan, Service
from antrean.queueing.privacy import refuse_identity_numbers, with_whole
from antrean.queueing.unseen import refuse_unseen
from antrean.storage.database import schema
from antrean.storage.database.engine import reading
from antrean.storage.database.errors import DatabaseError, in_a_line
from antrean.storage.settings.devices import device_of, printers_by_kiosk
from antrean.storage.settings.digests import SettingsDamaged, changing, check
from antrean.storage.settings.office_tables import OfficeTables
from antrean.storage.settings.playlist import playlist_items

log = logging.getLogger(__name__)
LONGEST_OFFICE = 120


class OfficeMissing(Exception):
    """The database holds no office with this id."""


class PlanRows(OfficeTables):
    """Reads and writes an office's plan."""

    def exists(self) -> bool:
        """Whether the office has been set up."""
        with reading(self._engine) as connection:
            found = connection.execute(sa.select(schema.offices.c.id).where(schema.offices.c.id == self.office))
            return found.first() is not None

    def load_plan(self) -> OfficePlan:
        """Return the office's plan; raises OfficeMissing when there is none, JournalError when it can't be read."""
        try:
            return self._load_plan()
        except DatabaseError as error:
            raise JournalError(in_a_line(error)) from error
        except SettingsDamaged as damaged:
            log.error("%s", damaged)
            raise JournalError(damaged.said) from damaged

    def _load_plan(self) -> OfficePlan:
        with self._reading() as connection:
            row = connection.execute(sa.select(schema.offices).where(schema.offices.c.id == self.office)).first()
            check(connection, self.office, schema.offices, [row] if row is not None else [])
            if row is None:
                raise OfficeMissing(self.office)
            services = self._all(connection, schema.services, schema.services.c.position)
            counters = self._all(connection, schema.counters, schema.counters.c.position)
            rows = self._all(connection, schema.devices, schema.devices.c.created_at)
            devices = [device_of(device) for device in rows]
            playlist = playlist_items(connection, self.office)
        return OfficePlan(
            office=row.id,
            name=row.name,
            zone=row.zone,
            services=tuple(_service(service) for service in services),
            counters=tuple(_counter(counter) for counter in counters),
            languages=tuple(json.loads(row.languages)),
            discipline=row.discipline,
            credit_minutes=row.credit_minutes,
            interleave=row.interleave,
            limits=Limits(**json.loads(row.limits)),
            printers=printers_by_kiosk(devices),
            ticker=json.loads(row.notices),
            voice=json.loads(row.voice),
            slip=json.loads(row.slip),
            playlist=playlist,
            demo=row.demo,
        )

    def create_office(self, plan: OfficePlan) -> None:
        """Write a new office with its services and counters; refuses (IntegrityError) one that exists.

        Refuses (Invalid) names that can't be seen, and identity numbers in any text.
        """
        _check_texts(plan)
        with changing(self._engine, self.office, schema.offices, schema.services, schema.counters) as connection:
            connection.execute(
                sa.insert(schema.offices),
                {
                    "id": self.office,
                    "name": plan.name,
                    "zone": plan.zone,
                    "languages": json.dumps(plan.languages),
                    "discipline": plan.discipline,
                    "credit_minutes": plan.credit_minutes,
                    "interleave": plan.interleave,
                    "limits": json.dumps(asdict(plan.limits)),
                    "notices": json.dumps(dict(plan.ticker), ensure_ascii=False),
                    "voice": json.dumps(dict(plan.voice)),
                    "slip": json.dumps(dict(plan.slip), ensure_ascii=False),
                    "demo": plan.demo,
                },
            )
            for position, service in enumerate(plan.services):
                values = {
                    "code": service.code,
                    "series": service.series,
                    "names": json.dumps(dict(service.names), ensure_ascii=False),
                    "icon": service.icon,
                    "colour": service.hue,
                    "promised_wait": service.promised_wait,
                    "head_start": service.head_start,
                    "notices": json.dumps(dict(service.closure_reasons), ensure_ascii=False),
                    "daily_limit": service.daily_limit,
                    "closed": service.closed,
                    "opens_on": service.opens_on and service.opens_on.isoformat(),
                }
                connection.execute(sa.insert(schema.services), {"office": self.office, "position": position, **values})
            for position, counter in enumerate(plan.counters):
                values = {
                    "code": counter.code,
                    "name": counter.name,
                    "primary": json.dumps(counter.primary),
                    "overflow": json.dumps(counter.overflow),
                }
                connection.execute(sa.insert(schema.counters), {"office": self.office, "position": position, **values})

    def close_service(self, code: str, opens_on: date | None, closure_reasons: Mapping[str, str]) -> Change:
        """Close a service until a date, when it is open again, or until somebody opens it; reasons are by language."""
        _check_words(closure_reasons.values())
        return self._set_service(code, True, opens_on, closure_reasons)

    def open_service(self, code: str) -> Change:
        """Open a service that was closed for longer than a day."""
        return self._set_service(code, False, None, {})

    def _set_service(self, code: str, closed: bool, opens_on: date | None, reasons: Mapping[str, str]) -> Change:
        table = schema.services
        one = (table.c.office == self.office, table.c.code == code)
        after = {"closed": closed, "opens_on": opens_on and opens_on.isoformat(), "notices": dict(reasons)}
        with changing(self._engine, self.office, schema.services) as connection:
            row = connection.execute(sa.select(table.c.closed, table.c.opens_on, table.c.notices).where(*one)).first()
            before = dict(row._mapping, notices=json.loads(row.notices)) if row is not None else {}
            written = {**after, "notices": json.dumps(after["notices"], ensure_ascii=False)}
            connection.execute(sa.update(table).where(*one).values(**written))
        return difference({"service": code}, before, after)

    def set_discipline(self, code: str) -> Change:
        """Write which calling discipline the office goes by."""
        return self._set_column("discipline", code)

    def set_head_starts(self, minutes: Mapping[str, int]) -> Change:
        """Write how many minutes earlier the visitors of these services count as arrived; others stay as they are."""
        table = schema.services
        with changing(self._engine, self.office, table) as connection:
            rows = connection.execute(
                sa.select(table.c.code, table.c.head_start).where(table.c.office == self.office)
            ).all()
            before = {row.code: row.head_start for row in rows if row.code in minutes}
            changed = {code: count for code, count in minutes.items() if before.get(code, count) != count}
            for code, count in changed.items():
                one = (table.c.office == self.office, table.c.code == code)
                connection.execute(sa.update(table).where(*one).values(head_start=count))
        if not changed:
            return Change({}, {})
        return Change({"head_start": {code: before[code] for code in changed}}, {"head_start": changed})

    def set_languages(self, codes: Sequence[str]) -> Change:
        """Write the languages of the office, in their order; the first one is its own."""
        return self._set_column("languages", list(codes), json.dumps, json.loads)

    def set_ticker(self, texts: Mapping[str, str]) -> Change:
        """Write the running text of displays, by language."""
        return self._set_of_office("notices", texts)

    def set_slip(self, slip: Mapping[str, Any]) -> Change:
        """Write how the office wants its slips."""
        return self._set_of_office("slip", slip)

    def set_voice(self, voice: Mapping[str, Any]) -> Change:
        """Write how calls are spoken."""
        return self._set_of_office("voice", voice)

    def set_lock_minutes(self, minutes: int) -> Change:
        """Write after how many minutes a panel that nobody touches is locked, 0 for never."""
        table = schema.offices
        one = table.c.id == self.office
        with changing(self._engine, self.office, table) as connection:
            limits = Limits(**json.loads(connection.scalar(sa.select(table.c.limits).where(one)) or "{}"))
            written = json.dumps(asdict(replace(limits, lock_minutes=minutes)))
            connection.execute(sa.update(table).where(one).values(limits=written))
        return difference({}, {"lock_minutes": limits.lock_minutes}, {"lock_minutes": minutes})

    def _set_column(
        self,
        name: str,
        value: Any,
        written: Callable[[Any], str] = str,
        read: Callable[[str], Any] = str,
    ) -> Change:
        table = schema.offices
        one = table.c.id == self.office
        with changing(self._engine, self.office, table) as connection:
            before = read(str(connection.scalar(sa.select(table.c[name]).where(one))))
            connection.execute(sa.update(table).where(one).values({name: written(value)}))
        return difference({}, {name: before}, {name: value})

    def _set_of_office(self, name: str, values: Mapping[str, Any]) -> Change:
        table = schema.offices
        one = table.c.id == self.office
        with changing(self._engine, self.office, table) as connection:
            before = json.loads(connection.scalar(sa.select(table.c[name]).where(one)) or "{}")
            written = json.dumps(dict(values), ensure_ascii=False)
            connection.execute(sa.update(table).where(one).values({name: written}))
        return difference({}, before, values)


def _check_texts(plan: OfficePlan) -> None:
    for name in (plan.name, *(one.name for one in plan.counters)):
        checked_name(name, most=LONGEST_OFFICE)
    for service in plan.services:
        for name in service.names.values():
            checked_name(name, most=LONGEST_OFFICE)
        _check_words(service.closure_reasons.values())
    _check_words(plan.ticker.values())
    _check_words([json.dumps({**plan.slip, "logo": ""}, ensure_ascii=False)])


def _check_words(languages: Iterable[str]) -> None:
    """Refuse a text, as it is in each language, with signs that nobody sees or an identity number."""
    texts = with_whole(languages)
    refuse_unseen(*texts)
    refuse_identity_numbers(*texts)


def _service(row: Any) -> Service:
    return Service(
        code=row.code,
        series=row.series,
        names=json.loads(row.names),
        icon=row.icon,
        hue=row.colour,
        promised_wait=row.promised_wait,
        head_start=row.head_start,
        closed=row.closed,
        opens_on=date.fromisoformat(row.opens_on) if row.opens_on else None,
        closure_reasons=json.loads(row.notices),
        daily_limit=row.daily_limit,
    )


def _counter(row: Any) -> Counter:
    return Counter(row.code, row.name, tuple(json.loads(row.primary)), tuple(json.loads(row.overflow)))
