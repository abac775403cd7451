"""What services need, as it stands now: for those who say that it is down, or back, and for the room."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass
from datetime import datetime

from flask_babel import force_locale

from antrean.queueing.announcements.state import Announcement
from antrean.queueing.day import ServiceDay
from antrean.queueing.outages.state import Outage
from antrean.queueing.plan.model import OfficePlan
from antrean.queueing.plan.texts import in_language
from antrean.web.text.outages import room_words

END_CHOICES = (15, 30, 60, 0)  # minutes in which it may be back; 0: nobody knows


@dataclass(frozen=True, slots=True)
class NeedNow:
    """Something that services need: whether it is down, since when, and until about when, such as 10:30.

    `services` are the names of those that need it; of those that are held up while it is down. `numbers`: kiosks go on
    giving numbers meanwhile. `waited` counts the numbers that it has kept waiting.
    """

    code: str
    name: str
    services: tuple[str, ...]
    down: bool = False
    since: datetime | None = None
    until: str = ""
    numbers: bool = True
    waited: int = 0


def needs_now(day: ServiceDay, plan: OfficePlan, at: datetime) -> list[NeedNow]:
    """Return what services need, in the plan's order, and what is down still though no service needs it any more."""
    language, found = plan.languages[0], list[NeedNow]()
    for need in plan.needs:
        services = tuple(one.name(language) for one in plan.services if need.code in one.needs)
        if services and need.code not in day.outages:
            found.append(NeedNow(need.code, need.name(language), services))
    names = {need.code: need.name(language) for need in plan.needs}
    down = [
        NeedNow(
            code=one.need,
            name=names.get(one.need) or one.names.get(language) or one.need,
            services=tuple(plan.service_name(code) for code in one.services),
            down=True,
            since=one.at,
            until=end_of(one, day, plan, at),
            numbers=one.numbers,
            waited=one.waited,
        )
        for one in day.outages.values()
    ]
    order = [need.code for need in plan.needs]
    return sorted(down + found, key=lambda one: order.index(one.code) if one.code in order else len(order))


def end_of(outage: Outage, day: ServiceDay, plan: OfficePlan, at: datetime) -> str:
    """Return the time at which an outage is expected to end, such as 10:30; "" where nobody knows, or it is past."""
    return day.still_to_come(outage.until, plan.tz, at)


def outages_said(
    day: ServiceDay, plan: OfficePlan, at: datetime, services: Set[str] | None = None
) -> list[Announcement]:
    """Return what is said to the room of outages that hold up one of these services, None: of all; each is said once.

    It is said like an announcement, by the line that told it last.
    """
    return [
        Announcement(
            seq=one.said, at=one.at, actor="", texts=_said(one, plan, end_of(one, day, plan, at)), zone="",
            urgent=False, until=None, every=0, said=one.said, said_at=one.said_at,
        )
        for one in day.outages.values()
        if one.services and (services is None or not services.isdisjoint(one.services))
    ]  # fmt: skip


def _said(outage: Outage, plan: OfficePlan, until: str) -> dict[str, str]:
    """Return in each language of the office what is down, and when it is expected back."""

    def say(language: str) -> str:
        with force_locale(language):
            why = in_language(outage.words or outage.names, language) or outage.need
            return room_words(why, until)

    return {language: say(language) for language in plan.languages}
