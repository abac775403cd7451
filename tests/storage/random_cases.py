"""Random wishes about cases, for the random wishes about everything."""

from __future__ import annotations

from typing import Any

from antrean.queueing.day import ServiceDay
from antrean.queueing.plan.journeys import LEADERS, Journey, Stage

JOURNEY = Journey(
    (
        Stage("recorded", {"id": "Direkam"}),
        Stage("sent", {"id": "Dikirim"}, told=False),
        Stage("ready", {"id": "Siap diambil"}, moved_by=LEADERS),
        Stage("collected", {"id": "Diambil"}),
    ),
    expires_days=1,
)
BY_HAND = ("KTP-01", "KTP-02", "KTP-03", "bcdf ghjk")


class CaseWishes:
    """Arguments that are likely to be granted; odd ones are strange."""

    def a_case(self, day: ServiceDay, a: int) -> str:
        codes = list(day.standing.cases.cases)
        return codes[a % len(codes)] if codes else BY_HAND[0]

    def for_move_cases(self, day: ServiceDay, a: int, b: int, odd: bool) -> dict[str, Any]:
        codes = tuple({self.a_case(day, n)[: 8 if b % 2 else None] for n in range(a, a + b % 3 + 1)})
        return {"cases": codes, "stage": "gone" if odd else JOURNEY.stages[a % 3 + 1].code, "leads": b != 3}

    def for_take_back_cases(self, day: ServiceDay, a: int, b: int, odd: bool) -> dict[str, Any]:
        moved = [one for one, case in day.standing.cases.cases.items() if case.passed or case.ended]
        code = moved[a % len(moved)] if moved else self.a_case(day, a)
        case = day.standing.cases.cases.get(code)
        return {"cases": (code,), "stage": case.stage if case is not None and not odd else "sent", "leads": b != 3}

    def for_key_in_cases(self, day: ServiceDay, a: int, b: int, odd: bool) -> dict[str, Any]:
        stage = JOURNEY.stages[3 if odd else b % 3].code
        return {"cases": (BY_HAND[a % 4],), "service": "card", "stage": stage, "since": day.business_day}

    def for_withdraw_case(self, day: ServiceDay, a: int, b: int, odd: bool) -> dict[str, Any]:
        return {"case": self.a_case(day, a), "reason": " " if odd else "dua kali"}

    def for_ask_case(self, day: ServiceDay, a: int, b: int, odd: bool) -> dict[str, Any]:
        return {"case": "BCDFGHJK" if odd else self.a_case(day, a), "place": ("office", "phone")[b % 2]}
