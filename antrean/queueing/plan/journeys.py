"""Journeys: the stages through which what visitors applied for goes, until it is collected."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from antrean.queueing.plan.texts import in_language

COUNTERS, LEADERS = "counters", "leaders"
MOVERS = (COUNTERS, LEADERS)  # who may move a case to a stage: whoever works at a counter, or only those who lead


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage of a journey, such as “Sent” or “Printed”.

    By language, `names` are what staff call it, and `words` what residents are told; without words they are told its
    name, and nothing of it when it is not `told`: they read the last stage before it that is. A case stays in it for
    `usual_days` service days, None where nobody knows. The office can bring `capacity` a day here, None for no limit.
    `moved_by` is who may move a case here.
    """

    code: str
    names: Mapping[str, str]
    words: Mapping[str, str] = field(default_factory=dict)
    told: bool = True
    usual_days: int | None = None
    capacity: int | None = None
    moved_by: str = COUNTERS

    def name(self, language: str) -> str:
        """Return the name in this language, or in the first one of its chain that has it."""
        return in_language(self.names, language) or self.code

    def said(self, language: str) -> str:
        """Return what residents are told, in this language or in the first one of its chain that has it."""
        return in_language(self.words, language) or self.name(language)


@dataclass(frozen=True, slots=True)
class Journey:
    """The stages of what a service leads to, two at least.

    A case is opened in the first stage when the service is done. In the last stage but one it is ready to be collected,
    and the last one ends it. `each_person`: a case for each person of the visit, not one for all of them. A case that
    stays in one stage for more than `expires_days` days ends at the close of a day, never with 0.
    """

    stages: tuple[Stage, ...]
    each_person: bool = True
    expires_days: int = 0

    @property
    def first(self) -> Stage:
        """The stage in which a case begins."""
        return self.stages[0]

    @property
    def ready(self) -> Stage:
        """The stage in which a case can be collected."""
        return self.stages[-2]

    @property
    def last(self) -> Stage:
        """The stage that ends a case."""
        return self.stages[-1]

    def stage(self, code: str) -> Stage | None:
        """Return the stage with this code; None where there is none."""
        return next((one for one in self.stages if one.code == code), None)

    def place(self, code: str) -> int:
        """Return which stage this is, from 0 on; -1 for one that left the journey: every other stage comes after it."""
        return next((place for place, one in enumerate(self.stages) if one.code == code), -1)

    def after(self, code: str) -> Stage | None:
        """Return the stage that follows one; None after the last, the first after one that left the journey."""
        place = self.place(code) + 1
        return self.stages[place] if place < len(self.stages) else None

    def told_in(self, code: str) -> Stage:
        """Return the stage that residents read of while a case is in this one."""
        told = [one for one in self.stages[: self.place(code) + 1] if one.told]
        return told[-1] if told else self.first
