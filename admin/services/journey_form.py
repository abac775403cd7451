"""The form of a journey: the fields of its stages, and what they say as a part of the plan. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from admin.plan_form import text_names, texts_of
from antrean.queueing.errors import Invalid
from antrean.queueing.plan.codes import new_code
from antrean.queueing.plan.document import (
    LEAST_STAGES,
    LONGEST_STAGE,
    LONGEST_STAGE_WORDS,
    MOST_A_DAY,
    MOST_DAYS,
    MOST_EXPIRES,
    MOST_STAGES,
    written,
)
from antrean.queueing.plan.journeys import COUNTERS, MOVERS, Journey, Stage
from antrean.queueing.plan.model import OfficePlan
from antrean.queueing.plan.usual_journeys import USUAL
from antrean.web.http.forms import Fields, choice, flag, left_out, text, whole

ORDER = "stages"  # the field that says which rows there are, in their order: their numbers with blanks between
PRESET = "preset"
ROWS = tuple(str(place) for place in range(1, MOST_STAGES + 1))


@dataclass(frozen=True, slots=True)
class StageRow:
    """A stage as a row of the form. `key` is the number in the names of its fields, which stays when the row moves."""

    key: str
    stage: Stage = field(default_factory=lambda: Stage("", {}))


def rows(journey: Journey | None) -> list[StageRow]:
    """Return the stages of a journey as rows."""
    return [StageRow(key, stage) for key, stage in zip(ROWS, journey.stages if journey else (), strict=False)]


def field_names(plan: OfficePlan) -> list[str]:
    """Return the names of all fields that the form may send."""
    return [
        ORDER, PRESET, "each_person", "expires_days",
        *text_names(plan, *(f"stage_{key}_{kind}" for key in ROWS for kind in ("name", "words"))),
        *(f"stage_{key}{part}" for key in ROWS for part in ("", "_told", "_usual_days", "_capacity", "_moved_by")),
    ]  # fmt: skip


def read_journey(fields: Fields, plan: OfficePlan, kept: Journey | None) -> dict[str, Any]:
    """Return the journey that a form says, as it stands in the plan's document.

    `kept` is the journey as it was: texts in languages that the office does not speak stay. Refuses fewer than two
    stages, one without a name in the office's first language, two of one name, and a figure out of its range.
    """
    known = {stage.code: stage for one in (_preset(fields), kept) if one is not None for stage in one.stages}
    keys = text(fields, ORDER, most=100).split()
    if not LEAST_STAGES <= len(keys) <= MOST_STAGES or not set(keys) <= set(ROWS) or len(set(keys)) < len(keys):
        raise Invalid("value_invalid", field=ORDER)
    stages: list[Stage] = []
    names = set[str]()
    for key in keys:
        said = f"stage_{key}"
        was = known.get(text(fields, said, "", most=40))
        texts = texts_of(fields, plan, f"{said}_name", LONGEST_STAGE, was.names if was is not None else None)
        name = texts.get(plan.languages[0])
        if name is None:
            raise Invalid("value_missing", field=f"{said}_name_{plan.languages[0]}")
        if name.casefold() in names:
            raise Invalid("plan_twice", field=f"{said}_name_{plan.languages[0]}", value=name)
        names.add(name.casefold())
        taken = [*known, *(one.code for one in stages)]
        stages.append(
            Stage(
                was.code if was is not None else new_code(name, taken, "stage"),
                texts,
                texts_of(fields, plan, f"{said}_words", LONGEST_STAGE_WORDS, was.words if was is not None else None),
                flag(fields, f"{said}_told"),
                _figure(fields, f"{said}_usual_days", 0, MOST_DAYS),
                _figure(fields, f"{said}_capacity", 1, MOST_A_DAY),
                choice(fields, f"{said}_moved_by", MOVERS, COUNTERS),
            )
        )
    expires = _figure(fields, "expires_days", 0, MOST_EXPIRES)
    return written(Journey(tuple(stages), flag(fields, "each_person"), expires or 0))


def _preset(fields: Mapping[str, Any]) -> Journey | None:
    """Return the usual journey with which the form began; None for one that began with none."""
    chosen = choice(fields, PRESET, ("", *USUAL), "")
    return USUAL[chosen][1] if chosen else None


def _figure(fields: Fields, name: str, least: int, most: int) -> int | None:
    """Return a whole number in a range; None where nothing was typed."""
    if left_out(fields, name):
        return None
    found = whole(fields, name)
    if not least <= found <= most:
        raise Invalid("value_invalid", field=name)
    return found
