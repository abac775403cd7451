"""Random wishes about counters, for the random wishes about everything."""

from __future__ import annotations

from typing import Any

from antrean.queueing.day import ServiceDay
from antrean.queueing.plan.model import OfficePlan

OPERATORS = ("Ani", "Budi", "Citra")


class CounterWishes:
    """Arguments that are likely to be granted; odd ones are strange."""

    plan: OfficePlan

    def seat(self, day: ServiceDay, a: int, odd: bool, *states: str) -> dict[str, Any]:
        rows = [row for row in day.counters.values() if row.state in states]
        if odd or not rows:
            return {"counter": self.plan.counters[a % 3].code, "operator": OPERATORS[(a // 3) % 3]}
        return {"counter": rows[a % len(rows)].code, "operator": rows[a % len(rows)].operator}

    def for_open_counter(self, day: ServiceDay, a: int, b: int, odd: bool) -> dict[str, Any]:
        return {"counter": "9" if odd else self.plan.counters[a % 3].code, "operator": OPERATORS[b % 3]}

    def for_pause_counter(self, day: ServiceDay, a: int, b: int, odd: bool) -> dict[str, Any]:
        return {**self.seat(day, a, odd, "open"), "reason": "prayer"}

    def for_resume_counter(self, day: ServiceDay, a: int, b: int, odd: bool) -> dict[str, Any]:
        return self.seat(day, a, odd, "paused")

    def for_close_counter(self, day: ServiceDay, a: int, b: int, odd: bool) -> dict[str, Any]:
        return self.seat(day, a, odd, "open", "paused")

    for_undo_step = for_close_counter

    def for_hand_over_counter(self, day: ServiceDay, a: int, b: int, odd: bool) -> dict[str, Any]:
        return {**self.seat(day, a, odd, "open", "paused"), "to": OPERATORS[b % 3]}

    def for_take_over_counter(self, day: ServiceDay, a: int, b: int, odd: bool) -> dict[str, Any]:
        here = self.seat(day, a, odd, "open", "paused")
        return {"counter": here["counter"], "operator": OPERATORS[b % 3], "before": here["operator"]}

    def for_free_counter(self, day: ServiceDay, a: int, b: int, odd: bool) -> dict[str, Any]:
        counter = self.plan.counters[a % 3].code
        there = day.counter(counter).ticket
        return {"counter": counter, "ticket": "A-001" if odd else there, "served": b % 2 == 0}
