"""When what services need was down: from the lines of the journal, paired; days that have left it are gone."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, datetime

import sqlalchemy as sa

from antrean.queueing.events import KINDS, OutageBegun, OutageEnded
from antrean.storage.database.schema import AUDITED, journal
from antrean.storage.journal.lines import event_of


@dataclass(frozen=True, slots=True)
class PastOutage:
    """An outage of a business day.

    `names` are what was down, by language, and `services` the codes of those that it held up. `minutes` is None as long
    as nobody has said that it is back. `waited` and `left` count numbers, as its end says.
    """

    day: date
    need: str
    names: Mapping[str, str]
    services: tuple[str, ...]
    began: datetime
    minutes: int | None = None
    waited: int = 0
    left: int = 0


def outages_between(connection: sa.Connection, office: str, first: date, last: date) -> list[PastOutage]:
    """Return the outages of the business days from `first` to `last`, oldest first."""
    lines = connection.execute(
        sa.select(journal.c.at, journal.c.business_day, journal.c.kind, journal.c.data)
        .where(
            journal.c.office == office,
            sa.text(AUDITED),  # the index that holds few lines
            journal.c.kind.in_(KINDS.of(OutageBegun, OutageEnded)),
            journal.c.business_day.between(first.isoformat(), last.isoformat()),
        )
        .order_by(journal.c.seq)
    )
    found: list[PastOutage] = []
    open_now: dict[tuple[str, str], int] = {}
    for at, business_day, kind, data in lines:
        with suppress(KeyError, TypeError, ValueError):  # a damaged line, which the chain's check reports
            event = event_of(kind, data)
            if isinstance(event, OutageBegun):
                open_now[business_day, event.need] = len(found)
                day, began = date.fromisoformat(business_day), datetime.fromisoformat(at)
                found.append(PastOutage(day, event.need, event.names, tuple(event.services.split()), began))
            elif isinstance(event, OutageEnded):
                place = open_now.pop((business_day, event.need))
                found[place] = replace(found[place], minutes=event.minutes, waited=event.waited, left=event.left)
    return found
