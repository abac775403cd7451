"""What visitors bring for a service, pay and may expect by law, in one language."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import ngettext

from antrean.queueing.plan.model import OfficePlan, Service
from antrean.queueing.plan.texts import in_language


@dataclass(frozen=True, slots=True)
class Bring:
    """What the kiosk says before it gives a number of a service; a text is empty where the office says nothing."""

    code: str
    explanation: str
    documents: tuple[str, ...]
    cost: str
    legal_time: str


def asks(service: Service) -> bool:
    """Return whether the kiosk asks for documents before it gives a number of this service."""
    return bool(service.requirements) and service.ask_requirements


def bring(service: Service, language: str) -> Bring:
    """Return what a service asks for, in the language, which is that of the request as well."""
    return Bring(
        code=service.code,
        explanation=in_language(service.explanations, language) or "",
        documents=tuple(one.name(language) for one in service.requirements),
        cost=in_language(service.costs, language) or "",
        legal_time=in_language(service.legal_times, language) or _days(service.legal_days),
    )


def brings(plan: OfficePlan, language: str) -> list[Bring]:
    """Return what each service asks for that asks for anything."""
    return [bring(service, language) for service in plan.services if asks(service)]


def _days(count: int | None) -> str:
    return "" if count is None else ngettext("%(num)d working day", "%(num)d working days", count)
