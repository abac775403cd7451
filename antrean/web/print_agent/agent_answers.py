"""Reads a print agent's answers to questions of the set-up pages strictly, because pages show them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from antrean.hub.agents.print_agents import AgentAnswer, FoundPrinter
from antrean.queueing.errors import Invalid
from antrean.queueing.slips.printers import STATES
from antrean.web.http.forms import text

MOST_FOUND = 50  # agents of this release tell of no more than 20
LONGEST = 200
LONGEST_NAME = 80


def read_answer(what: str, fields: Mapping[str, Any]) -> AgentAnswer:
    """Return the answer to a question of this kind; refuses (422) a field that is missing or has another shape.

    Fields that this version does not know are passed over: the agent may be newer. `what` is empty for a question that
    is no longer asked: then whatever is there is checked and nothing is missed.
    """
    given = dict(fields)
    if what == "find" and "error" not in given and "found" not in given:
        raise Invalid("value_missing", field="found")
    if what == "identify" and "error" not in given and "state" not in given:
        raise Invalid("value_missing", field="state")
    return AgentAnswer(
        error=text(given, "error", "", most=LONGEST),
        found=_found(given.get("found", [])),
        state=_state(given),
        model=text(given, "model", "", most=LONGEST_NAME),
        detail=text(given, "detail", "", most=LONGEST),
        profile=text(given, "profile", "", most=LONGEST_NAME),
    )


def _found(given: object) -> tuple[FoundPrinter, ...]:
    if not isinstance(given, list) or len(given) > MOST_FOUND or not all(isinstance(one, dict) for one in given):
        raise Invalid("value_invalid", field="found")
    return tuple(
        FoundPrinter(
            text(one, "address", most=LONGEST),
            text(one, "words", "", most=LONGEST),
            text(one, "profile", "", most=LONGEST_NAME),
            text(one, "model", "", most=LONGEST_NAME),
            _state(one),
        )
        for one in given
    )


def _state(given: Mapping[str, object]) -> str:
    state = text(given, "state", "", most=20)
    if state and state not in STATES:
        raise Invalid("value_invalid", field="state")
    return state
