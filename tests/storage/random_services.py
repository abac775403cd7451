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

    def for_stop_numbers(self, day: ServiceDay, a: int, b: int, odd: bool) -> dict[str, Any]:
        service = "nothing" if odd else self.plan.services[a % 2].code
        return {"service": service, "percent": 80, "counters": b, "closes": "2026-11-24T15:00:00+07:00"}

    def for_resume_numbers(self, day: ServiceDay, a: int, b: int, odd: bool) -> dict[str, Any]:
        stopped = list(day.stopped.items())
        code, line = (stopped[a % len(stopped)][0], stopped[a % len(stopped)][1].seq) if stopped else ("card", 1)
        return {"service": code, "stopped_in": 0 if odd else line, "why": ("counters", "hours", "rule")[b % 3]}

    def for_let_numbers_go_on(self, day: ServiceDay, a: int, b: int, odd: bool) -> dict[str, Any]:
        stopped = [*day.stopped, "card"]
        return {"service": "nothing" if odd else stopped[a % len(stopped)], "reason": "loket baru" if b % 5 else " "}

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
