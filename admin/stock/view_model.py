"""What the stock page says of each item: its figures, and the services with what they use of it. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from antrean.queueing.day import ServiceDay
from antrean.queueing.plan.model import OfficePlan, Service
from antrean.queueing.stock.levels import Level, levels


@dataclass(frozen=True, slots=True)
class ItemRow:
    """An item as it stands, with every service of the office and how many of it that uses for a person; 0: none."""

    level: Level
    services: tuple[tuple[Service, int], ...]

    @property
    def code(self) -> str:
        """The code of the item."""
        return self.level.item.code

    @property
    def users(self) -> list[Service]:
        """The services that use it."""
        return [service for service, each in self.services if each]


def rows(day: ServiceDay, plan: OfficePlan) -> list[ItemRow]:
    """Return the items in the plan's order."""
    return [
        ItemRow(one, tuple((service, each_of(service, one.item.code)) for service in plan.services))
        for one in levels(day, plan)
    ]


def each_of(service: Service, item: str) -> int:
    """Return how many of an item a service uses for one person; 0 for none."""
    return next((use.each for use in service.uses if use.code == item), 0)


def uses_with(service: Service, item: str, each: int) -> list[Mapping[str, object]]:
    """Return what a service uses, as it stands in the plan's document, with so many of an item; 0 takes it out."""
    found: list[Mapping[str, object]] = []
    for use in service.uses:
        if use.code != item:
            found.append({"code": use.code, "each": use.each})
        elif each:
            found.append({"code": item, "each": each})
    if each and all(one["code"] != item for one in found):
        found.append({"code": item, "each": each})
    return found
