"""Which words a discipline has for a place, given the facts of a ticket."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from antrean.queueing.calling.disciplines import DISCIPLINES, EarliestDueDate


@pytest.mark.parametrize("facts", [{}, {"waited": 12}, {"credit": 0}])
def test_by_due_time_nothing_is_said_of_a_credit_that_nobody_had(facts: Mapping[str, Any]) -> None:
    assert EarliestDueDate().words_for(facts) is EarliestDueDate.words


def test_by_due_time_a_priority_visitor_s_credit_is_named() -> None:
    words = EarliestDueDate().words_for({"credit": 15})
    assert words is EarliestDueDate.words_with_credit
    assert "%(credit)d" in words.place


def test_by_due_time_the_head_start_of_a_service_is_named_beside_a_credit_or_alone() -> None:
    both = EarliestDueDate().words_for({"credit": 15, "head_start": 10})
    assert {"%(credit)d", "%(head_start)d"} <= set(both.place.split()) | set(both.reason.split())
    alone = EarliestDueDate().words_for({"head_start": 10})
    assert ("%(head_start)d" in alone.place, "%(credit)d" in alone.place) == (True, False)
    assert EarliestDueDate().words_for({"head_start": 0}) is EarliestDueDate.words


def test_all_other_disciplines_have_one_explanation_for_everybody() -> None:
    for discipline in DISCIPLINES.values():
        if not isinstance(discipline, EarliestDueDate):
            assert discipline.words_for({"credit": 15}) is discipline.words
