"""How each item of the stock stands: what is there, promised and used, whether few are left, and how long it lasts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from antrean.queueing.day import ServiceDay
from antrean.queueing.plan.model import OfficePlan, StockItem
from antrean.queueing.stock.outlook import Lasts, lasts
from antrean.queueing.stock.use import promised_here, promised_to_vouchers

LevelState = Literal["unknown", "good", "low", "used_up"]


@dataclass(frozen=True, slots=True)
class Level:
    """One item: how many are `there` (None while nobody keeps count), how many are promised, and how many used today.

    `to_vouchers` counts those of the promised that are for whoever comes back with a number of an earlier day.
    `used_up`: nothing is left for one more person of any service that uses it; `low`: fewer than its limit are left.
    """

    item: StockItem
    there: int | None
    promised: int
    to_vouchers: int
    used_today: int
    state: LevelState
    lasts: Lasts | None

    @property
    def left(self) -> int:
        """How many are there that nobody was promised; never below 0."""
        return max((self.there or 0) - self.promised, 0)


def levels(day: ServiceDay, plan: OfficePlan) -> list[Level]:
    """Return how each item of the plan stands, in its order."""
    if not plan.stock:
        return []
    vouchers = promised_to_vouchers(day, plan)
    given = promised_here(day, plan) + vouchers
    return [_level(day, plan, item, given[item.code], vouchers[item.code]) for item in plan.stock]


def alarming(found: Iterable[Level]) -> list[Level]:
    """Return those that are used up, then those of which few are left."""
    every = list(found)
    return [one for state in ("used_up", "low") for one in every if one.state == state]


def alarming_at(day: ServiceDay, plan: OfficePlan, services: Iterable[str]) -> list[Level]:
    """Return those that are used up or low and that one of these services uses, the worst first."""
    if not day.standing.stock.items:
        return []
    wanted = set(services)
    used = {use.code for service in plan.services if service.code in wanted for use in service.uses}
    return [one for one in alarming(levels(day, plan)) if one.item.code in used] if used else []


def _level(day: ServiceDay, plan: OfficePlan, item: StockItem, given: int, to_vouchers: int) -> Level:
    kept = day.standing.stock.items.get(item.code)
    if kept is None:
        return Level(item, None, given, to_vouchers, 0, "unknown", None)
    today = day.business_day.isoformat()
    left = max(kept.on_hand - given, 0)
    earlier = [count for when, count in kept.days if when < today]
    return Level(
        item=item,
        there=kept.on_hand,
        promised=given,
        to_vouchers=to_vouchers,
        used_today=dict(kept.days).get(today, 0),
        state="used_up" if left < min(_each(plan, item.code), default=1) else "low" if left < item.low else "good",
        lasts=lasts(left, earlier),
    )


def _each(plan: OfficePlan, code: str) -> Iterator[int]:
    """Yield how many each service that uses an item uses for one person."""
    return (use.each for service in plan.services for use in service.uses if use.code == code)
