"""A campaign of the plan: so many persons by a day, what was done when it began, and what counts towards it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from antrean.queueing.plan.codes import LONGEST_CODE
from antrean.queueing.plan.rules import Problem, Rule, code, day, flag, listed, record, under, whole

MOST_PERSONS = 1_000_000_000
MOST_REVISIONS = 1_000_000_000
LONGEST = timedelta(days=3653)  # from the day of the start count to the last day: ten years


@dataclass(frozen=True, slots=True)
class Campaign:
    """An office works towards `target` persons, to be reached by the end of the day `deadline`.

    `start_count` were done before the day `start_on`. From that day on, persons count who are finished in one of the
    `services`; a service that has left the office still counts what it did. `pace` is how many persons a day the office
    reckons with while it has too few days of its own, 0 for none.
    With `on_displays` the waiting room sees how it stands. `began` is the revision of the plan with which it began, and
    tells it from another one: corrections count for theirs alone. It is 0 in plans of earlier releases and from files.
    """

    target: int
    start_count: int
    start_on: date
    deadline: date
    services: tuple[str, ...]
    pace: int = 0
    on_displays: bool = False
    began: int = 0


CAMPAIGN: Rule = record(
    {
        "target": whole(1, MOST_PERSONS),
        "start_count": whole(0, MOST_PERSONS),
        "start_on": day,
        "deadline": day,
        "services": listed(code(LONGEST_CODE), least=1),
        "pace": whole(0, MOST_PERSONS),
        "on_displays": flag,
        "began": whole(0, MOST_REVISIONS),
    },
    may_miss=("pace", "on_displays", "began"),
)


def across(written: Mapping[str, Any] | None) -> Iterator[Problem]:
    """Say what can't be together in a campaign of the document."""
    if written is None:
        return
    since, until = date.fromisoformat(written["start_on"]), date.fromisoformat(written["deadline"])
    if until < since:
        yield Problem("campaign_ends_early", under("campaign", "deadline"), until.isoformat())
    elif until - since > LONGEST:
        yield Problem("campaign_too_long", under("campaign", "deadline"), until.isoformat())
    if written["target"] <= written["start_count"]:
        yield Problem("campaign_target_small", under("campaign", "target"), str(written["target"]))


def read(written: Mapping[str, Any] | None) -> Campaign | None:
    """Return the campaign of a document that was checked; None for none."""
    if written is None:
        return None
    return Campaign(
        written["target"],
        written["start_count"],
        date.fromisoformat(written["start_on"]),
        date.fromisoformat(written["deadline"]),
        tuple(written["services"]),
        written.get("pace", 0),
        written.get("on_displays", False),
        written.get("began", 0),
    )
