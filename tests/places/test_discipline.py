"""A calling discipline is one object: offered, ranked a second time by hand, and its sentences said by tests."""

from __future__ import annotations

from antrean.queueing.calling import disciplines
from antrean.queueing.calling.disciplines import DISCIPLINES, Discipline
from tests.counter_panel.test_sentences import RULES
from tests.explorer import queue_by_hand
from tests.web.text.test_numbers_said import WAITED


def test_no_discipline_is_left_out_of_the_tuple() -> None:
    written = {
        value
        for value in vars(disciplines).values()
        if isinstance(value, type) and issubclass(value, Discipline) and value is not Discipline
    }
    assert written == {type(one) for one in DISCIPLINES.values()}, "add its object to DISCIPLINES"


def test_the_order_of_every_discipline_is_worked_out_a_second_time() -> None:
    assert set(queue_by_hand.DISCIPLINES) == set(DISCIPLINES), "say how it ranks in tests/explorer/queue_by_hand.py"


def test_what_the_panel_says_of_every_discipline_has_a_test() -> None:
    forgotten = set(DISCIPLINES) - {discipline for discipline, *_rest in RULES}
    assert forgotten == set(), "add a row to RULES of tests/counter_panel/test_sentences.py"
    forgotten = set(DISCIPLINES) - {rule for rule, *_rest in WAITED}
    assert forgotten == set(), "add a row to WAITED of tests/web/text/test_numbers_said.py"
