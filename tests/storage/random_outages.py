"""Random wishes about what services need, for the random wishes about everything."""

from __future__ import annotations

from typing import Any

from antrean.queueing.day import ServiceDay

SERVICES = ("card", "family", "birth")
NEEDS = ("server", "power")


class OutageWishes:
    """Arguments that are likely to be granted; odd ones are strange."""

    def for_begin_outage(self, day: ServiceDay, a: int, b: int, odd: bool) -> dict[str, Any]:
        need = "gone" if odd else NEEDS[a % 2]
        return {"need": need, "minutes": (0, 15, 60)[b % 3], "numbers": b % 2 == 0}

    def for_end_outage(self, day: ServiceDay, a: int, b: int, odd: bool) -> dict[str, Any]:
        down = list(day.outages)
        return {"need": down[a % len(down)] if down and not odd else NEEDS[a % 2]}

    def for_answer_standstill(self, day: ServiceDay, a: int, b: int, odd: bool) -> dict[str, Any]:
        services = "gone" if odd else " ".join(SERVICES[: a % 3 + 1])
        return {"services": services, "answer": ("break", "goes_on")[b % 2]}
