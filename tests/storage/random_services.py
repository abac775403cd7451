"""Random wishes about services and the campaign that counts them, for the random wishes about everything."""

from __future__ import annotations

from typing import Any

from antrean.queueing.day import ServiceDay
from antrean.queueing.plan.model import OfficePlan

REASONS: tuple[dict[str, str], ...] = (
    {"id": "Jaringan terputus", "en": "The network is down"},
    {"id": "Blangko habis"},
    {},
)


class ServiceWishes:
    """Arguments that are likely to be granted; odd ones are strange."""

    plan: OfficePlan

    def for_pause_service(self, day: ServiceDay, a: int, b: int, odd: bool) -> dict[str, Any]:
        until = "00:00" if odd else ("", "23:58", "23:59")[b % 3]
        return {**self.for_close_service(day, a, b, odd), "until": until}

    def for_close_service(self, day: ServiceDay, a: int, b: int, odd: bool) -> dict[str, Any]:
        reasons = {"tlh": "Qo"} if odd else REASONS[(a + b) % 3]
        return {"service": self.plan.services[a % 3].code, "reasons": reasons}

    def for_spare_visit(self, day: ServiceDay, a: int, b: int, odd: bool) -> dict[str, Any]:
        return {"service": "birth" if odd else "card"}

    def for_correct_campaign(self, day: ServiceDay, a: int, b: int, odd: bool) -> dict[str, Any]:
        return {"persons": a - 5 or 7, "reason": " " if odd else "dari desa"}

    def for_resume_service(self, day: ServiceDay, a: int, b: int, odd: bool) -> dict[str, Any]:
        return self._one_of(day, a, odd, "paused")

    def for_open_service(self, day: ServiceDay, a: int, b: int, odd: bool) -> dict[str, Any]:
        return self._one_of(day, a, odd, "closed")

    def _one_of(self, day: ServiceDay, a: int, odd: bool, state: str) -> dict[str, Any]:
        found = [code for code, today in day.services.items() if today.state == state]
        others = [service.code for service in self.plan.services]
        return {"service": "nothing" if odd else (found or others)[a % len(found or others)]}
