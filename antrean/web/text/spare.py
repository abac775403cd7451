"""What kiosks say of visits that are not needed: the question that is asked first, and why, in one language."""

from __future__ import annotations

from dataclasses import dataclass

from antrean.queueing.plan.model import OfficePlan, Service
from antrean.queueing.plan.texts import in_language


@dataclass(frozen=True, slots=True)
class Spare:
    """What the kiosk asks before a service is taken, and what it says to whoever came for nothing else."""

    code: str
    question: str
    words: str


def spare(service: Service, language: str) -> Spare:
    """Return what a service asks and says, in the language."""
    return Spare(
        code=service.code,
        question=in_language(service.spare_questions, language) or "",
        words=in_language(service.spare_words, language) or "",
    )


def spares(plan: OfficePlan, language: str) -> list[Spare]:
    """Return what each service asks and says that may spare a visit."""
    return [spare(service, language) for service in plan.services if service.may_spare]
