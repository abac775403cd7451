"""Every sentence of the panel about a state: said when it is so, and gone when it is not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from antrean.queueing.commands import (
    CallNext,
    CancelTicket,
    CloseCounter,
    CloseDay,
    CloseService,
    CompleteTicket,
    DeferTicket,
    MarkNoShow,
    OpenCounter,
    OpenDay,
    OpenService,
    PauseService,
    ResumeService,
    SayComing,
)
from antrean.queueing.hours.document import write_hours
from antrean.queueing.hours.model import WEEKDAYS, Hours
from antrean.web.screens.closing import beyond_closing
from counter_panel import view_model
from tests.counter_panel.english import Panel
from tests.fakes.page_text import attribute, text_of
from tests.fakes.plan import save_part
from tests.fakes.stands import stands
from tests.web.text.test_waits_shown import serve


def test_the_choice_of_counters_says_who_sits_where_and_what_is_on_hold(panel: Panel) -> None:
    panel.hub.issue(), panel.hub.issue()
    assert panel.says(panel.budi)["work"] == (
        "Give a number Search a number "
        "Where do you sit today? Loket 1 A Free Loket 2 B C Free Loket 3 A B C Ani sits here Your figures"
    )
    for _ in range(2):
        panel.wish(panel.serve(), "hold", reason="papers")
    assert "Ani sits here · 2 on hold" in panel.says(panel.budi)["work"]
    assert panel.ani.delete("/counter_panel/session", json={}).status_code == 200
    assert "Loket 3 A B C Free · 2 on hold" in panel.says(panel.budi)["work"]


def test_a_hand_over_names_who_can_go_on_and_both_are_told_until_the_next_call(panel: Panel) -> None:
    def names() -> str:
        return text_of(panel.ani.get("/counter_panel/hand_over").get_json()["html"])

    panel.hub.issue(), panel.hub.issue()
    panel.serve()
    tablet = "A colleague can also take over from their own tablet, at the choice of counters."
    ends = f"Dewi Eka {tablet}"
    assert names() == f"A-001 stays at this counter, and the time runs on. Who goes on? Budi {ends}"
    panel.execute(OpenCounter(counter="1", operator="Budi"))
    panel.execute(OpenCounter(counter="2", operator="Dewi"))
    assert names().endswith(f"Eka {tablet}")
    assert panel.budi.delete("/counter_panel/session", json={}).status_code == 200
    began = panel.since("work")
    panel.clock.forward(minutes=3)
    assert panel.ani.post("/counter_panel/hand_over", json={"to": "Budi"}).status_code == 200
    assert panel.says()["work"].startswith(
        "Give a number Search a number Where do you sit today? Budi goes on at Loket 3. Loket 1"
    )
    assert "You go on here instead of Ani." in panel.says(panel.budi)["work"]
    assert panel.since("work", panel.budi) == began
    assert panel.budi.post("/counter_panel/calls", json={}).status_code == 201
    assert "instead of" not in panel.says(panel.budi)["work"]
    assert "goes on" not in panel.says()["work"]


def test_whoever_takes_over_is_told_from_whom_and_with_whom(panel: Panel) -> None:
    def seen(counter: str = "3") -> str:
        return text_of(panel.budi.get("/counter_panel/take_over", query_string={"counter": counter}).get_json()["html"])

    panel.hub.issue()
    assert seen() == "Ani sits at Loket 3. Go on instead of Ani"
    panel.serve()
    assert seen() == ("Ani sits at Loket 3. A-001 stays at this counter, and the time runs on. Go on instead of Ani")
    assert seen("1") == "Nobody sits at Loket 1 any more."
    assert panel.budi.get("/counter_panel/take_over?counter=9").status_code == 404
    assert panel.budi.post("/counter_panel/take_over", json={"counter": "3", "before": "Ani"}).status_code == 200
    assert panel.view(panel.budi)["ticket"] == "A-001"
    assert "Budi goes on at Loket 3." in panel.says()["work"]


def test_when_every_colleague_sits_at_a_counter_it_is_said(panel: Panel) -> None:
    plan = panel.hub.office.read(lambda _day, plan: plan)
    more = (*plan.counters, replace(plan.counters[0], code="4"))
    panel.change(counters=more)
    for counter, name in (("1", "Budi"), ("2", "Dewi"), ("4", "Eka")):
        panel.execute(OpenCounter(counter=counter, operator=name))
    assert text_of(panel.ani.get("/counter_panel/hand_over").get_json()["html"]).startswith(
        "Every colleague sits at a counter already."
    )


def test_an_empty_counter_says_how_many_numbers_wait_for_it(panel: Panel) -> None:
    nobody = panel.says()
    assert nobody["work"] == "Nobody is at the counter Nobody waits. New numbers appear here by themselves."
    assert nobody["next"] == "Next 0 waiting Nobody waits for this counter."
    assert nobody["action"] == "Call next Nobody waits"
    panel.hub.issue()
    one = panel.says()
    assert one["work"] == "Nobody is at the counter 1 number waits for this counter"
    assert one["action"] == "Call next 1 waiting"
    assert one["next"].startswith("Next 1 waiting A-001")
    panel.hub.issue("family")
    two = panel.says()
    assert two["work"] == "Nobody is at the counter 2 numbers wait for this counter"
    assert two["action"] == "Call next 2 waiting"


def test_only_numbers_that_this_counter_may_call_now_are_counted(panel: Panel) -> None:
    panel.hub.issue("card"), panel.hub.issue("birth")
    panel.sit(panel.budi, "1")  # card first, family as well
    assert panel.says(panel.budi)["work"] == "Nobody is at the counter 1 number waits for this counter"
    stands(panel.hub.office, "card", "paused")
    assert panel.says(panel.budi)["action"] == "Call next Nobody waits"
    assert panel.says(panel.budi)["next"] == (
        "Next 0 waiting A Card printing Paused 1 waiting Nobody waits for this counter."
    )


def test_everybody_whom_the_counter_can_call_is_listed_in_calling_order_and_can_be_narrowed(panel: Panel) -> None:
    for _ in range(8):
        panel.hub.issue()
    panel.hub.issue("family")
    panel.hub.issue("card", priority=True)
    numbers = attribute(panel.listed(), "data-ticket")
    assert numbers[:5] == attribute(panel.view()["html"]["next"], "data-ticket")
    assert numbers == ["A-009", *(f"A-00{number}" for number in range(1, 9)), "B-001"]
    assert attribute(panel.listed(service="family"), "data-ticket") == ["B-001"]
    assert attribute(panel.listed(q="a3"), "data-ticket") == ["A-003"]
    assert attribute(panel.listed(q="a3", service="family"), "data-ticket") == []
    assert text_of(panel.listed(service="family")).startswith("1 waiting B-001 Family card")
    assert "Show all" in panel.says()["next"]
    assert attribute(panel.listed(), "aria-disabled") == []
    panel.call()
    assert text_of(panel.listed()).startswith("Finish the current visitor first 9 waiting")
    assert attribute(panel.listed(), "aria-disabled") == ["true"] * 9
    panel.wish("A-009", "no_show")
    assert panel.ani.delete("/counter_panel/session").status_code == 200
    assert attribute(panel.listed(), "data-ticket") == []
    for number in range(1, 6):
        panel.execute(CancelTicket(ticket=f"A-00{number}"))
    panel.sit(panel.ani, "3")
    assert "Show all" not in panel.says()["next"]


def test_a_called_number_says_so_and_its_time_counts_from_the_first_call(panel: Panel) -> None:
    panel.hub.issue()
    called_at = panel.clock.forward(minutes=3)
    panel.call()
    assert panel.says()["action"] == "Start service A-001 · the visitor is here"
    panel.clock.forward(seconds=20)
    panel.wish("A-001", "recall")
    work = panel.says()["work"]
    assert "since the call" in work
    assert "being served" not in work
    assert "call 2 of 4" in work
    assert panel.since("work") == [called_at]


def test_after_the_last_call_the_panel_says_what_is_next_also_to_a_tap(panel: Panel) -> None:
    panel.hub.issue()
    panel.call()
    next_step = "Called 4 times and no more. Next: Absent, or Back to the queue."
    for _ in range(3):
        assert "Next:" not in panel.says()["work"]
        assert attribute(panel.view()["html"]["verbs"], "data-why") == []
        panel.clock.forward(seconds=20)
        panel.wish("A-001", "recall")
    assert next_step in panel.says()["work"]
    assert attribute(panel.view()["html"]["verbs"], "data-why") == [next_step]
    panel.wish("A-001", "no_show")
    assert "Next:" not in panel.says()["work"]
    assert attribute(panel.view()["html"]["verbs"], "data-why") == []


def test_calls_are_counted_anew_after_a_return_to_the_queue(panel: Panel) -> None:
    panel.hub.issue()
    panel.call()
    panel.clock.forward(seconds=20)
    panel.wish("A-001", "recall")
    panel.wish("A-001", "return_to_queue")
    panel.call()
    assert "call 1 of 4" in panel.says()["work"]


def test_a_served_number_says_so_and_its_time_counts_from_the_start_of_this_stage(panel: Panel) -> None:
    panel.hub.issue(), panel.hub.issue()
    panel.serve()
    panel.clock.forward(minutes=9)
    panel.wish("A-001", "return_to_queue")
    panel.call()
    started_at = panel.clock.forward(minutes=1)
    panel.wish("A-001", "start")
    work = panel.says()["work"]
    assert "being served" in work
    assert "since the call" not in work
    assert "call 1 of" not in work
    assert panel.since("work") == [started_at]


def test_whether_anybody_else_waits_is_said_on_the_button_that_finishes(panel: Panel) -> None:
    panel.hub.issue()
    panel.serve()
    assert panel.says()["action"] == "Finish Nobody else waits"
    panel.hub.issue()
    assert panel.says()["action"] == "Finish and call next 1 waiting"
    panel.ani.post("/counter_panel/pause", json={"reason": "break"})
    assert panel.says()["action"] == "Finish The counter is paused"
    assert panel.says()["work"].endswith("The counter is paused; this visitor can still be finished.")
    panel.wish("A-001", "complete")
    assert panel.says()["work"].startswith("Counter paused")


def test_a_pause_is_said_with_its_reason_and_since_when_and_ends(panel: Panel) -> None:
    panel.hub.issue()
    reasons = {
        "break": "Break", "prayer": "Prayer", "meeting": "Meeting", "system": "The system is down",
        "other": "Something else",
    }  # fmt: skip
    for code, words in reasons.items():
        paused_at = panel.clock.forward(minutes=1)
        panel.ani.post("/counter_panel/pause", json={"reason": code})
        assert panel.says()["work"] == f"Counter paused {words} · –:–– 1 number waits for this counter Your figures"
        assert panel.says()["action"] == "Open the counter again 1 waiting"
        assert panel.since("work") == [paused_at]
        assert f"Loket 3 Ani Paused: {words}" in panel_of_another(panel)
        panel.ani.post("/counter_panel/resume", json={})
        assert words not in panel.says()["work"]
        assert words not in panel_of_another(panel)


def panel_of_another(panel: Panel) -> str:
    """Return what Budi, at counter 2, reads about the others."""
    panel.sit(panel.budi, "2")
    return panel.says(panel.budi)["others"]


def test_the_minutes_waited_are_whole_ones_until_the_call(panel: Panel) -> None:
    for seconds, words in ((59, "waited 0 minutes"), (60, "waited 1 minute"), (150, "waited 2 minutes")):
        panel.hub.issue()
        panel.clock.forward(seconds=seconds)
        panel.call()
        panel.clock.forward(minutes=30)  # does not count any more
        assert f" {words} " in panel.says()["work"]
        panel.wish(panel.view()["ticket"], "no_show")


def test_after_a_transfer_the_wait_counts_from_it_and_the_service_before_is_named(panel: Panel) -> None:
    panel.hub.issue("card")
    panel.clock.forward(minutes=40)
    panel.serve()
    panel.clock.forward(minutes=5)
    panel.wish("A-001", "transfer", service="birth", position="arrival")
    panel.clock.forward(minutes=7)
    panel.call()
    work = panel.says()["work"]
    assert "waited 7 minutes" in work
    assert "sent on from Card printing" in work
    panel.wish("A-001", "return_to_queue")
    panel.call()
    assert "sent on from" not in panel.says()["work"]


def test_persons_and_priority_are_those_of_now(panel: Panel) -> None:
    panel.hub.issue(persons=1), panel.hub.issue(persons=4, priority=True)
    panel.call()
    assert "4 persons Priority" in panel.says()["work"]
    panel.wish("A-002", "persons", persons=1)
    assert "1 person Priority" in panel.says()["work"]
    panel.wish("A-002", "no_show")
    panel.call()
    assert "Priority" not in panel.says()["work"]
    assert "1 person " in panel.says()["work"]


# Discipline, whether the visitor has priority, the words of the list, and those at the call.
RULES = [
    ("earliest_due_date", False, "In order of due time", "Waited 1 minute and is due first."),
    (
        "earliest_due_date", True, "Priority: counts as arrived 20 min earlier",
        "Waited 1 minute; priority counts as arrived 20 min earlier.",
    ),
    ("first_come_first_served", True, "In order of arrival", "Waited 1 minute and came first."),
    ("strict_priority", True, "Priority visitors go first", "Waited 1 minute; priority visitors go first."),
    ("interleave", False, "Priority and others take turns", "Waited 1 minute; priority and others take turns."),
    (
        "accumulating_priority", True, "Priority counts its wait several times",
        "Waited 1 minute; priority counts its waiting several times.",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("discipline", "priority", "words", "why"), RULES)
def test_the_rule_of_the_office_is_said_in_the_list_and_at_the_call(
    panel: Panel, discipline: str, priority: bool, words: str, why: str
) -> None:
    panel.change(discipline=discipline)
    panel.hub.issue(priority=priority)
    panel.clock.forward(minutes=1)
    assert words in panel.says()["next"]
    panel.call()
    assert panel.says()["work"].endswith(f"Why now: {why}")
    panel.clock.forward(minutes=3)
    panel.wish("A-001", "start")
    assert panel.says()["work"].endswith(f"Why now: {why}")  # it is what it was


@pytest.mark.parametrize(
    ("priority", "words", "why"),
    [
        (
            False, "This service counts as arrived 10 min earlier",
            "Waited 1 minute; this service counts as arrived 10 min earlier.",
        ),
        (
            True, "Priority counts as arrived 20 min earlier, this service 10 min",
            "Waited 1 minute; priority counts as arrived 20 min earlier, this service 10 min.",
        ),
    ],
)  # fmt: skip
def test_the_head_start_of_a_service_is_said_in_the_list_and_at_the_call(
    panel: Panel, priority: bool, words: str, why: str
) -> None:
    services = panel.hub.office.read(lambda _day, plan: plan.services)
    panel.change(services=tuple(replace(one, head_start=10) for one in services))
    panel.hub.issue(priority=priority)
    panel.clock.forward(minutes=1)
    assert words in panel.says()["next"]
    panel.call()
    assert panel.says()["work"].endswith(f"Why now: {why}")


def test_nobody_in_the_list_is_said_to_be_first_but_the_first(panel: Panel) -> None:
    for _ in range(3):
        panel.hub.issue()
    said = panel.says()["next"]
    assert said.count("In order of due time") == 3
    assert "first" not in said


def test_who_was_at_a_counter_before_goes_first_once_and_it_is_said(panel: Panel) -> None:
    list_words, why = "Was at a counter before and goes first", "Why now: Was at a counter before and goes first."

    def goes_first(number: str) -> None:
        assert panel.says()["next"].split(" waiting ", 1)[1].startswith(number)
        assert list_words in panel.says()["next"]
        panel.call()
        assert panel.view()["ticket"] == number
        assert panel.says()["work"].endswith(why)
        panel.wish(number, "return_to_queue")
        assert list_words not in panel.says()["next"]
        panel.wish(number, "cancel", reason="left")

    for _ in range(2):
        panel.hub.issue("birth")
    panel.hub.issue("card"), panel.hub.issue("family")
    panel.wish("A-001", "call", reason="")
    panel.wish("A-001", "transfer", service="birth", position="front")
    goes_first("A-001")
    panel.wish("C-001", "call", reason="")
    panel.wish("C-001", "start")
    panel.wish("C-001", "complete")
    panel.wish("C-001", "reopen")
    goes_first("C-001")
    panel.wish("B-001", "call", reason="")
    panel.execute(CloseDay())
    panel.execute(OpenDay())
    panel.sit(panel.ani, "3")
    goes_first("B-001")


def test_who_was_called_out_of_turn_has_the_reason_that_was_chosen(panel: Panel) -> None:
    panel.hub.issue(), panel.hub.issue()
    panel.wish("A-002", "call", reason="Needs help now")
    assert panel.says()["work"].endswith("Why now: Chosen by the operator: Needs help now")
    panel.wish("A-002", "no_show")
    panel.wish("A-001", "call", reason="")
    assert panel.says()["work"].endswith("Why now: Chosen by the operator.")


def test_who_was_helped_to_a_seat_is_marked_until_the_service_starts(panel: Panel) -> None:
    panel.hub.issue(), panel.hub.issue()
    assert panel.found("A-001").count("Helped to a seat") == 1  # what can be said of the visitor
    panel.wish("A-001", "seat")
    assert "1 person · Helped to a seat" in panel.found("A-001")
    assert panel.found("A-001").count("Helped to a seat") == 1
    assert "1 person · Helped" not in panel.found("A-002")
    assert 'aria-label="Helped to a seat"' in panel.view()["html"]["next"]
    panel.call()
    assert "Helped to a seat: give them time" in panel.says()["work"]
    panel.wish("A-001", "start")
    assert "Helped to a seat" not in panel.says()["work"]
    assert 'aria-label="Helped to a seat"' not in panel.view()["html"]["next"]


def test_who_is_on_the_way_or_needed_more_time_is_marked(panel: Panel) -> None:
    for _ in range(3):
        panel.hub.issue()
    panel.execute(DeferTicket(ticket="A-001"))
    panel.execute(SayComing(ticket="A-002"))
    assert panel.says()["next"].count("Needed more time and let others go first") == 1
    assert panel.view()["html"]["next"].count('aria-label="On the way"') == 1
    assert "1 person · On the way" in panel.found("A-002")
    assert "On the way" not in panel.found("A-001")
    panel.call()
    assert "On the way, says the visitor" in panel.says()["work"]
    panel.wish("A-002", "start")
    assert "On the way" not in panel.says()["work"]


@pytest.mark.parametrize(
    "reason", ["Came back with the papers", "Needs help now", "Was called and not heard", "Something else"]
)
def test_each_reason_for_a_call_out_of_turn_is_offered_as_it_is_recorded(panel: Panel, reason: str) -> None:
    page = panel.ani.get("/counter_panel/", headers={"Accept": "text/html"}).text
    assert reason in attribute(page, "value")
    assert f">{reason}</button>" in page


def test_each_step_that_can_be_taken_back_is_named_with_its_number(panel: Panel) -> None:
    panel.hub.issue(), panel.hub.issue()
    assert panel.says()["undo"] == ""
    panel.call()
    assert panel.says()["undo"] == ""
    for what, words, fields in (
        ("no_show", "marked absent", {}),
        ("return_to_queue", "back to the queue", {}),
        ("transfer", "sent on", {"service": "birth", "position": "end"}),
        ("start", "service started", {}),
        ("complete", "finished", {}),
        ("hold", "put on hold", {"reason": "papers"}),
    ):
        panel.wish("A-001", what, **fields)
        assert panel.says()["undo"] == f"A-001: {words} Take back"
        if what != "start":
            assert panel.ani.post("/counter_panel/undo", json={}).status_code == 200
            assert panel.says()["undo"] == ""
            assert panel.view()["ticket"] == "A-001"


def test_what_can_be_put_right_is_offered_as_it_is_and_named_when_it_can_be_taken_back(panel: Panel) -> None:
    panel.hub.issue(persons=2)
    numbers = "1 2 3 4 5 6 7 8 9"
    assert panel.corrections() == (
        f"Persons {numbers} Priority Give priority "
        "Others wait longer then. Who gave it stands in the audit; why is written nowhere. "
        "Service Now: Card printing. The number and the place by arrival stay. B Family card C Birth certificate"
    )
    for what, fields, words in (
        ("persons", {"persons": 3}, "number of persons changed"),
        ("priority", {"priority": True}, "priority changed"),
        ("service", {"service": "family"}, "service changed"),
    ):
        before = panel.corrections()
        panel.wish("A-001", what, **fields)
        assert panel.says()["undo"] == f"A-001: {words} Take back"
        if what != "persons":
            assert panel.corrections() != before
        assert panel.ani.post("/counter_panel/undo", json={}).status_code == 200
        assert (panel.says()["undo"], panel.corrections()) == ("", before)


def test_what_the_day_does_not_take_any_more_is_not_offered_and_it_is_said_why(panel: Panel) -> None:
    plan = panel.hub.office.read(lambda _day, plan: plan)
    limits = {"card": 3, "birth": 1}
    panel.change(services=tuple(replace(one, daily_limit=limits.get(one.code)) for one in plan.services))
    panel.hub.issue(persons=2)
    assert "9 Only 1 more person can be taken for this service today. Priority" in panel.corrections()
    panel.hub.issue()
    assert "9 No more numbers can be given for this service today. Priority" in panel.corrections()
    stands(panel.hub.office, "family", "paused")
    assert panel.corrections().endswith("B Family card Paused C Birth certificate No more numbers today")
    stands(panel.hub.office, "family", "closed")
    assert "B Family card Closed" in panel.corrections()


def test_what_is_at_another_counter_or_over_is_not_put_right_here_and_it_is_said_where_it_is(panel: Panel) -> None:
    panel.hub.issue()
    panel.execute(OpenCounter(counter="1", operator="Budi"))
    panel.execute(CallNext(counter="1", operator="Budi"))
    assert panel.corrections() == "Being called · Counter 1"
    panel.execute(MarkNoShow(ticket="A-001", counter="1"))
    assert panel.corrections() == "Absent · Counter 1"


def test_finish_and_call_next_is_named_with_both_numbers_and_taken_back_with_one_tap(panel: Panel) -> None:
    panel.hub.issue(), panel.hub.issue()
    panel.serve()
    panel.call()
    assert panel.says()["undo"] == "A-001: finished, A-002 called Take back"
    assert panel.ani.post("/counter_panel/undo", json={}).status_code == 200
    assert (panel.view()["ticket"], panel.view()["ticket_state"]) == ("A-001", "serving")
    assert panel.says()["next"].startswith("Next 1 waiting A-002")
    panel.call()
    panel.wish("A-002", "start")
    assert panel.says()["undo"] == "A-002: service started Take back"


def test_held_numbers_say_why_and_since_when_and_whether_they_can_go_on(panel: Panel) -> None:
    panel.hub.issue(), panel.hub.issue()
    assert panel.says()["held"] == "On hold"
    panel.serve()
    held_at = panel.clock.forward(minutes=2)
    panel.wish("A-001", "hold", reason="papers")
    assert panel.says()["held"] == "On hold 1 A-001 Fetches papers or copies –:–– · Card printing Continue"
    assert panel.since("held") == [held_at]
    assert attribute(panel.view()["html"]["held"], "title") == []
    panel.call()
    assert attribute(panel.view()["html"]["held"], "title") == ["Finish the current visitor first"]
    panel.wish("A-002", "no_show")
    panel.wish("A-001", "resume")
    assert panel.says()["held"] == "On hold"
    panel.wish("A-001", "hold", reason="elsewhere")
    assert "Is in another room" in panel.says()["held"]


def test_a_counter_that_can_hold_no_more_says_what_is_next_also_to_a_tap(panel: Panel) -> None:
    next_step = "3 numbers are on hold and no more fit. Next: Finish, then Continue with one on hold."
    for _ in range(4):
        panel.hub.issue()
    for _ in range(3):
        number = panel.serve()
        assert "no more fit" not in panel.says()["work"]
        assert attribute(panel.view()["html"]["verbs"], "data-why") == []
        panel.wish(number, "hold", reason="papers")
    panel.serve()
    assert next_step in panel.says()["work"]
    assert attribute(panel.view()["html"]["verbs"], "data-why") == [next_step]
    assert attribute(panel.view()["html"]["verbs"], "aria-disabled") == ["true"]
    panel.wish("A-004", "complete")
    panel.wish("A-001", "resume")
    assert "no more fit" not in panel.says()["work"]
    assert attribute(panel.view()["html"]["verbs"], "data-why") == []


def test_the_other_counters_say_what_they_do_now(panel: Panel) -> None:
    panel.hub.issue()
    panel.sit(panel.budi, "2")
    assert panel.says(panel.budi)["others"] == "Other counters Loket 1 Closed Loket 3 Ani Free"
    called_at = panel.clock.forward(minutes=1)
    panel.call()
    assert panel.says(panel.budi)["others"].endswith("Loket 3 Ani A-001 Being called")
    assert panel.since("others", panel.budi) == [called_at]
    started_at = panel.clock.forward(minutes=1)
    panel.wish("A-001", "start")
    assert panel.says(panel.budi)["others"].endswith("Loket 3 Ani A-001 Being served")
    assert panel.since("others", panel.budi) == [started_at]
    panel.wish("A-001", "complete")
    assert panel.says(panel.budi)["others"].endswith("Loket 3 Ani Free")


def test_services_to_send_on_to_say_when_they_are_not_open(panel: Panel) -> None:
    panel.hub.issue()
    panel.call()
    assert panel.says()["services"] == "B Family card C Birth certificate"
    stands(panel.hub.office, "family", "paused")
    stands(panel.hub.office, "birth", "closed")
    assert panel.says()["services"] == "B Family card Paused C Birth certificate Closed"


def test_a_service_of_this_counter_that_is_paused_says_until_about_when_and_who_waits(panel: Panel) -> None:
    panel.hub.issue(), panel.hub.issue()
    panel.execute(PauseService(service="card", reasons={"en": "The network is down"}, until="09:30"))
    panel.execute(CloseService(service="birth"))
    assert panel.says()["next"] == (
        "Next 0 waiting A Card printing Paused until about 09:30: The network is down 2 waiting "
        "C Birth certificate Closed Nobody waits for this counter."
    )
    panel.clock.forward(minutes=30)
    panel.hub.catch_up()
    assert "A Card printing Paused: The network is down 2 waiting" in panel.says()["next"]
    panel.execute(ResumeService(service="card")), panel.execute(OpenService(service="birth"))
    assert panel.says()["next"].startswith("Next 2 waiting A-001 Card printing")


def test_search_says_the_state_of_each_number_and_where_it_is(panel: Panel) -> None:
    for _ in range(8):
        panel.hub.issue()
    assert panel.found("") == "Absent today, latest first Nobody was absent today."
    assert panel.found("77") == "Found No such number today."
    panel.wish(panel.serve(), "hold", reason="papers")
    panel.wish(panel.serve(), "complete")
    panel.call()
    panel.wish("A-003", "no_show")
    panel.call()
    panel.wish("A-004", "cancel", reason="staff")
    panel.serve()
    panel.execute(OpenCounter(counter="1", operator="Budi"))
    panel.execute(CallNext(counter="1", operator="Budi"))
    said = {number: panel.found(number) for number in (f"A-00{n}" for n in range(1, 9))}
    for number, words in {
        "A-001": "On hold · Counter 3", "A-002": "Finished · Counter 3", "A-003": "Absent · Counter 3",
        "A-004": "Cancelled · Counter 3", "A-005": "Being served · Counter 3", "A-006": "Being called · Counter 1",
        "A-007": "Waiting Card printing",
    }.items():  # fmt: skip
        assert said[number].startswith(f"Found {number} {words}"), said[number]
    assert panel.found("").startswith("Absent today, latest first A-003 Absent")
    assert said["A-002"].endswith("Let wait again")
    panel.execute(CompleteTicket(ticket="A-005", counter="3"))
    panel.execute(MarkNoShow(ticket="A-006", counter="1"))
    panel.execute(CloseDay())
    assert panel.found("A-007").startswith("Found A-007 Expired")


def test_a_finished_number_is_let_wait_again_from_the_search_and_is_called_first(panel: Panel) -> None:
    panel.hub.issue(), panel.hub.issue()
    panel.wish(panel.serve(), "complete")
    panel.wish("A-001", "reopen")
    assert panel.found("A-001").startswith("Found A-001 Waiting")
    panel.call()
    assert panel.view()["ticket"] == "A-001"


def test_a_search_says_that_another_visitor_has_to_be_finished_first(panel: Panel) -> None:
    panel.hub.issue(), panel.hub.issue()

    def find() -> str:
        return str(panel.ani.get("/counter_panel/search", query_string={"q": "A-002"}).get_json()["html"])

    assert attribute(find(), "title") == []
    panel.call()
    assert attribute(find(), "title") == ["Finish the current visitor first"]


def test_a_search_says_why_nobody_can_be_called_to_this_counter(panel: Panel) -> None:
    panel.hub.issue()

    def titles() -> list[str]:
        return attribute(
            panel.ani.get("/counter_panel/search", query_string={"q": "A-001"}).get_json()["html"], "title"
        )

    assert titles() == []
    panel.ani.post("/counter_panel/pause", json={"reason": "break"})
    assert titles() == ["The counter is paused."]
    panel.ani.delete("/counter_panel/session", json={})
    assert titles() == ["Sit down at a counter first."]


def test_a_search_lets_wait_again_only_who_may_and_says_why_not(panel: Panel) -> None:
    def absent() -> str:
        panel.call()
        panel.wish("A-001", "no_show")
        return panel.found("A-001")

    panel.hub.issue()
    for _ in range(2):
        assert absent().endswith("Let wait again")
        panel.wish("A-001", "readmit")
    assert absent().endswith("Was let wait again 2 times: a new number is needed.")
    refused = panel.ani.post("/counter_panel/tickets/A-001/readmit", json={})
    assert refused.get_json()["error"]["code"] == "readmit_limit"

    panel.hub.issue()
    panel.call()
    panel.wish("A-002", "no_show")
    panel.clock.forward(minutes=60)
    assert panel.found("A-002").endswith("Let wait again")
    panel.clock.forward(seconds=1)
    assert panel.found("A-002").endswith("Absent for more than 60 minutes: a new number is needed.")
    refused = panel.ani.post("/counter_panel/tickets/A-002/readmit", json={})
    assert refused.get_json()["error"]["code"] == "readmit_limit"

    panel.hub.issue()
    panel.wish(panel.serve(), "complete")
    assert panel.found("A-003").endswith("Let wait again")
    panel.execute(CloseDay())
    assert panel.found("A-003").endswith("The office is closed for today.")


def test_a_closed_day_is_said_where_a_counter_would_be_chosen_until_it_is_opened_again(panel: Panel) -> None:
    panel.execute(CloseDay())
    assert panel.says()["work"] == (
        "The office is closed for today. "
        "Closed by mistake? A supervisor opens the day again in the administration under Today. Your figures"
    )
    panel.execute(OpenDay())
    assert panel.says()["work"].startswith("Give a number Search a number Where do you sit today?")


def test_finishing_alone_calls_nobody(panel: Panel) -> None:
    panel.hub.issue(), panel.hub.issue()
    panel.serve()
    panel.wish("A-001", "complete", outcome="papers_missing", persons=1)
    assert panel.view()["ticket"] is None
    assert panel.hub.ticket("A-002").state == "waiting"


def test_a_cancelled_number_has_no_way_back(panel: Panel) -> None:
    panel.hub.issue()
    panel.call()
    panel.wish("A-001", "cancel", reason="staff")
    assert panel.says()["undo"] == ""
    assert panel.ani.post("/counter_panel/undo", json={}).get_json()["error"]["code"] == "nothing_to_undo"
    assert panel.found("A-001").startswith("Found A-001 Cancelled")
    for what in ("readmit", "reopen", "call"):
        assert panel.ani.post(f"/counter_panel/tickets/A-001/{what}", json={}).status_code == 409


def test_the_panel_says_how_many_of_those_whom_the_counter_can_call_may_not_be_served_today(panel: Panel) -> None:
    office, clock = panel.hub.office, panel.clock
    for _ in range(15):
        panel.hub.issue("card")
    panel.execute(CloseCounter(counter="3", operator="Ani"))
    serve(panel.hub, clock, 6, 5)  # by Ani at counter 1; it is 09:30
    assert "may not be served" not in panel.says()["next"]
    save_part(office, "hours", write_hours(Hours(dict.fromkeys(WEEKDAYS, ((6 * 60, 10 * 60),)))))
    late = office.read(lambda day, plan: len(beyond_closing(day, plan, clock(), ["card"])))
    assert 0 < late < 9
    assert panel.says()["next"].startswith(f"Next 9 waiting {late} may not be served today")
    undated = office.read(lambda day, plan: view_model.panel(day, plan, "Ani", clock(), date_known=False))
    assert (undated.waiting, undated.beyond_closing) == (9, 0)
