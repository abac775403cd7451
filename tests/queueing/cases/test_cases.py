"""What visitors applied for is followed from the visit until it is collected, by its code alone."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta

import pytest

from antrean.queueing.cases.book import Flow, case_as_data
from antrean.queueing.cases.codes import LETTERS, family, random_code, read, spaced
from antrean.queueing.commands import (
    AskCase,
    CallNext,
    CancelTicket,
    ChangeService,
    CloseDay,
    CompleteTicket,
    IssueTicket,
    KeyInCases,
    MarkNoShow,
    MoveCases,
    ReadmitTicket,
    RedeemVoucher,
    ReopenTicket,
    StartService,
    TakeBackCases,
    TransferTicket,
    UndoStep,
    WithdrawCase,
)
from antrean.queueing.day import ServiceDay
from antrean.queueing.plan.journeys import Journey
from antrean.queueing.plan.model import Limits
from antrean.queueing.standing import NOTHING, as_data, from_data
from tests.queueing.cases.case_office import ANI, FIRST, SECOND, STAGES, THIRD, CaseOffice, foreseen, journeying

TODAY = date(2026, 11, 24)


def test_a_number_has_the_code_of_its_case_from_the_start_and_the_case_begins_when_the_service_is_done() -> None:
    here = CaseOffice()
    ticket = here.issue()
    assert (ticket.case, here.stages()) == (FIRST, {})
    here.serve()
    assert here.stages() == {FIRST: "recorded"}
    case = here.case(FIRST)
    assert (case.service, case.ticket, case.since, case.opened) == ("card", "A-001", here.clock(), here.clock())


@pytest.mark.parametrize("outcome", ["papers_missing", "referred"])
def test_a_visit_that_was_not_finished_opens_no_case(outcome: str) -> None:
    here = CaseOffice()
    here.issue()
    here.serve(outcome)
    assert here.stages() == {}


def test_a_service_without_a_journey_gives_no_code_and_opens_no_case() -> None:
    here = CaseOffice()
    assert here.issue("birth").case == ""
    here.serve()
    assert here.book.cases == {}


def test_each_person_of_a_visit_has_a_case_with_the_same_eight_letters() -> None:
    here = CaseOffice()
    here.record(persons=3)
    assert list(here.book.cases) == [FIRST + "1", FIRST + "2", FIRST + "3"]
    here.move("sent", FIRST)  # the letters alone mean all of them
    here.move("printed", FIRST + "2")
    assert here.stages() == {FIRST + "1": "sent", FIRST + "2": "printed", FIRST + "3": "sent"}


def test_a_visit_has_one_case_where_the_office_wants_one_for_all_persons() -> None:
    here = CaseOffice(journeying(Journey(STAGES, each_person=False)))
    here.record(persons=3)
    assert list(here.book.cases) == [FIRST]


def test_persons_that_were_really_served_are_those_that_count() -> None:
    here = CaseOffice()
    here.issue(persons=3)
    here.serve(persons=2)
    assert list(here.book.cases) == [FIRST + "1", FIRST + "2"]


def test_a_visit_that_is_finished_twice_opens_no_case_twice() -> None:
    here = CaseOffice()
    here.record()
    here.do(ReopenTicket(ticket="A-001"))
    here.serve(persons=2)
    assert list(here.book.cases) == [FIRST, FIRST + "2"]


def test_a_finish_that_is_taken_back_withdraws_the_case_and_one_that_went_on_stays() -> None:
    here = CaseOffice()
    here.record(persons=2)
    here.do(UndoStep(**ANI))
    assert here.stages() == {}
    here.do(CompleteTicket(ticket="A-001", counter="3", persons=2))
    here.move("sent", FIRST + "2")
    here.do(UndoStep(**ANI))
    assert here.stages() == {FIRST + "2": "sent"}
    here.do(CompleteTicket(ticket="A-001", counter="3", persons=2))
    assert here.stages() == {FIRST + "2": "sent", FIRST + "1": "recorded"}


def test_the_second_service_of_a_visit_opens_its_case_under_the_same_letters() -> None:
    plan = journeying()
    plan = replace(
        plan, services=tuple(replace(one, journey=plan.service("card").journey) if one.code == "birth" else one
                             for one in plan.services)
    )  # fmt: skip
    here = CaseOffice(plan)
    here.issue("card", then="birth")
    here.serve()
    here.serve()
    assert {code: case.service for code, case in here.book.cases.items()} == {FIRST: "card", FIRST + "2": "birth"}


def test_a_visitor_who_was_sent_on_from_a_service_without_a_journey_gets_a_code_at_the_end() -> None:
    here = CaseOffice()
    here.issue("birth")
    here.do(CallNext(**ANI))
    here.do(TransferTicket(ticket="C-001", counter="3", service="card"))
    here.serve()
    assert list(here.book.cases) == [FIRST]


def test_cases_are_moved_on_in_one_list_and_those_that_are_there_already_stay() -> None:
    here = CaseOffice()
    for _ in range(3):
        here.record()
    here.move("sent", FIRST)
    since = here.case(FIRST).since
    here.do(MoveCases(cases=(FIRST.lower(), f"{SECOND[:4]} {SECOND[4:]}", THIRD), stage="sent"), actor="Ani")
    assert here.stages() == dict.fromkeys((FIRST, SECOND, THIRD), "sent")
    assert here.case(FIRST).since == since
    assert here.journal.read()[-1].actor == "Ani"
    assert here.refused(MoveCases(cases=(FIRST, SECOND), stage="sent")) == "case_moved"
    assert here.refused(MoveCases(cases=(FIRST,), stage="recorded")) == "case_moved"
    assert here.refused(MoveCases(cases=(FIRST,), stage="ready")) == "stage_for_leaders"
    assert here.refused(MoveCases(cases=(FIRST,), stage="gone")) == "stage_unknown"
    assert here.refused(MoveCases(cases=("NOSUCHCODE",), stage="sent")) == "case_unknown"
    assert here.refused(MoveCases(cases=("?",), stage="sent")) == "value_invalid"
    assert here.refused(MoveCases(cases=("3208123456780001",), stage="sent")) == "note_has_id_number"


def test_a_move_is_taken_back_once_and_the_case_is_where_it_was_since_then() -> None:
    here = CaseOffice()
    here.record()
    before = here.case(FIRST)
    here.move("sent", FIRST)
    back = TakeBackCases(cases=(FIRST,), stage="sent")
    here.do(back)
    assert here.case(FIRST) == replace(before, seq=here.case(FIRST).seq)
    assert here.refused(back) == "case_not_moved"
    assert here.refused(replace(back, stage="recorded")) == "case_not_moved"
    here.move("ready", FIRST)
    assert here.refused(replace(back, stage="ready")) == "stage_for_leaders"


def test_what_is_ready_is_collected_with_a_number_and_the_case_ends() -> None:
    here = CaseOffice()
    here.record(persons=2)
    assert here.refused(IssueTicket(service="family")) == "case_needed"
    assert here.refused(IssueTicket(service="family", case=FIRST)) == "case_not_ready"
    assert here.refused(IssueTicket(service="family", case="BCDFGHJK")) == "case_unknown"
    assert here.refused(IssueTicket(service="card", case=FIRST)) == "value_invalid"
    here.move("ready", FIRST + "2")
    here.next_day(3)
    coming = here.issue("family", case=f"{FIRST[:4]}-{FIRST[4:]}".lower())
    assert (coming.collects, coming.persons, coming.case) == (FIRST + "2", 1, "")
    assert here.refused(IssueTicket(service="family", case=FIRST)) == "case_has_number"
    here.serve()
    assert here.stages() == {FIRST + "1": "recorded", FIRST + "2": "collected"}
    assert here.refused(IssueTicket(service="family", case=FIRST + "2")) == "case_ended"
    here.do(UndoStep(**ANI))
    assert here.stages() == {FIRST + "1": "recorded", FIRST + "2": "ready"}
    here.do(CompleteTicket(ticket="B-001", counter="3"))
    assert here.stages()[FIRST + "2"] == "collected"
    assert here.case(FIRST + "2").seq == here.journal.read()[-2].seq


def test_all_that_is_ready_of_one_visit_is_collected_with_one_number() -> None:
    here = CaseOffice()
    here.record(persons=3)
    here.move("ready", FIRST)
    coming = here.issue("family", case=FIRST)
    assert (coming.collects.split(), coming.persons) == ([FIRST + "1", FIRST + "2", FIRST + "3"], 3)


def test_staff_give_a_number_without_a_code_to_whoever_lost_it() -> None:
    here = CaseOffice()
    assert here.issue("family", by_staff=True).collects == ""


def test_a_visitor_who_came_to_collect_and_was_not_served_keeps_the_code_overnight() -> None:
    here = CaseOffice(journeying(limits=Limits(voucher_days=3)))
    here.record()
    here.move("ready", FIRST)
    here.issue("family", case=FIRST)
    here.issue("card")
    here.next_day()
    vouchers = here.office.read(lambda day, _plan: list(day.standing.vouchers.vouchers.values()))
    assert [(one.collects, one.case) for one in vouchers] == [(FIRST, ""), ("", SECOND)]
    tickets = [here.office.execute(RedeemVoucher(voucher=one.line)).ticket for one in vouchers]
    assert [(one.collects, one.case) for one in tickets if one is not None] == [(FIRST, ""), ("", SECOND)]
    here.serve()
    assert here.stages()[FIRST] == "collected"


def test_cases_from_before_the_system_are_keyed_in_with_their_stage_and_day() -> None:
    here = CaseOffice()
    here.do(KeyInCases(cases=("KTP-2016-01", "ktp 2016 02"), service="card", stage="printed", since=date(2026, 11, 2)))
    assert here.stages() == {"KTP201601": "printed", "KTP201602": "printed"}
    assert here.case("KTP201601").since.isoformat() == "2026-11-02T05:00:00+00:00"  # noon in the office
    known = KeyInCases(cases=("KTP201601",), service="card", stage="printed")
    assert here.refused(known) == "case_known"
    assert here.refused(replace(known, cases=("KTP201603",), stage="collected")) == "stage_unknown"
    assert here.refused(replace(known, cases=("KTP201603",), service="birth")) == "stage_unknown"
    assert here.refused(replace(known, cases=("KTP201603",), since=date(2026, 11, 25))) == "value_invalid"
    here.move("ready", "KTP201601")
    assert here.issue("family", case="KTP-2016-01").collects == "KTP201601"


def test_a_case_that_was_opened_by_mistake_is_withdrawn_with_a_reason() -> None:
    here = CaseOffice()
    here.record()
    assert here.refused(WithdrawCase(case=FIRST, reason=" ")) == "reason_missing"
    here.do(WithdrawCase(case=FIRST, reason="twice"))
    assert here.book.cases == {}
    assert here.refused(WithdrawCase(case=FIRST, reason="twice")) == "case_unknown"


def test_a_case_that_stays_too_long_expires_at_the_close_and_is_forgotten_later() -> None:
    here = CaseOffice(journeying(Journey(STAGES, expires_days=30), limits=Limits(case_days=10)))
    here.record()
    here.next_day(30)
    here.do(CloseDay())
    assert here.stages() == {FIRST: "recorded"}
    here.next_day()
    here.do(CloseDay())
    assert here.stages() == {FIRST: "expired"}
    assert here.refused(MoveCases(cases=(FIRST,), stage="sent")) == "case_ended"
    here.next_day(10)
    here.do(CloseDay())
    assert here.stages() == {FIRST: "expired"}
    here.next_day()
    here.do(CloseDay())
    assert here.stages() == {}


def test_a_case_that_expired_too_early_is_taken_back() -> None:
    here = CaseOffice(journeying(Journey(STAGES, expires_days=1)))
    here.record()
    before = here.case(FIRST)
    here.next_day(2)
    here.do(CloseDay())
    here.do(TakeBackCases(cases=(FIRST,), stage="recorded"))
    assert (here.stages(), here.case(FIRST).since) == ({FIRST: "recorded"}, before.since)
    assert here.book.flows[TODAY]["card", "recorded"] == Flow(came=1)


def test_a_question_is_noted_once_a_day_and_place_and_says_whether_a_visit_was_spared() -> None:
    here = CaseOffice()
    here.record()
    for place in ("office", "phone", "office"):
        here.office.execute(AskCase(case=FIRST, place=place))
    assert here.book.spared == {TODAY: {"card": 2}}
    here.move("ready", FIRST)
    here.next_day()
    here.office.execute(AskCase(case=FIRST, place="office"))
    assert here.book.spared == {TODAY: {"card": 2}}
    assert here.refused(AskCase(case="BCDFGHJK", place="office")) == "case_unknown"


def test_flows_count_who_came_to_a_stage_and_left_it_and_a_move_that_was_taken_back_never_was() -> None:
    here = CaseOffice()
    here.record(persons=2)
    here.move("sent", FIRST + "1")
    here.next_day()
    here.do(TakeBackCases(cases=(FIRST + "1",), stage="sent"))
    here.move("printed", FIRST + "2")
    here.do(KeyInCases(cases=("KTP1",), service="card", stage="sent"))
    here.do(WithdrawCase(case="KTP1", reason="twice"))
    here.move("collected", FIRST + "2")
    flows = {
        day: {stage: tuple(flow) for (_service, stage), flow in of_day.items() if any(flow)}
        for day, of_day in here.book.flows.items()
    }
    assert flows == {
        TODAY: {"recorded": (2, 0, 0)},
        TODAY + timedelta(days=1): {"recorded": (0, 1, 0), "printed": (1, 1, 0), "collected": (1, 0, 0)},
    }


def test_what_stands_is_read_back_as_it_was_and_of_an_earlier_release_too() -> None:
    here = CaseOffice(journeying(limits=Limits(voucher_days=3)))
    here.record(persons=2)
    here.move("sent", FIRST)
    here.issue()
    here.office.execute(AskCase(case=FIRST, place="office"))
    here.do(CloseDay())
    standing = here.office.read(lambda day, _plan: day.standing)
    assert from_data(json.loads(json.dumps(as_data(standing)))) == standing
    one_by_one = [case_as_data(case) for case in standing.cases.cases.values()]
    assert from_data(json.loads(json.dumps(as_data(standing, with_cases=False))), one_by_one) == standing
    earlier = as_data(NOTHING)
    del earlier["cases"]
    assert from_data({**earlier, "form": 2}) == NOTHING


def test_a_day_that_is_folded_again_knows_the_same_of_cases() -> None:
    here = CaseOffice()
    here.record(persons=2)
    here.move("ready", FIRST)
    here.issue("family", case=FIRST)
    here.serve()
    here.do(UndoStep(**ANI))
    shown = here.office.read(lambda day, _plan: day)
    folded = ServiceDay.fold(shown.business_day, here.journal.read())
    for name in ("case_codes", "collecting", "opened_by", "cases_done", "asked"):
        assert getattr(folded, name) == getattr(shown, name), name


def test_codes_have_eight_letters_that_nobody_mistakes_and_are_read_however_they_are_typed() -> None:
    codes = {random_code() for _ in range(1000)}
    assert len(codes) == 1000
    assert {len(code) for code in codes} == {8}
    assert set("".join(codes)) <= set(LETTERS)
    assert not set("AEIOULI01") & set(LETTERS)
    assert [read(text) for text in (" bcdf-ghjk ", "BCDF GHJK 2", "B.C_D/F", "abc", "", "a" * 13, "ÄÖÜÄÖÜ")] == [
        "BCDFGHJK", "BCDFGHJK2", "BCDF", "", "", "", "",
    ]  # fmt: skip
    assert (family("BCDFGHJK12"), family("KTP201601"), family("BCDFGHJK")) == ("BCDFGHJK", "KTP201601", "BCDFGHJK")
    assert (spaced("BCDFGHJK"), spaced("BCDFGHJK12"), spaced("KTP1")) == ("BCDF GHJK", "BCDF GHJK12", "KTP1")


def test_a_finish_that_is_taken_back_twice_counts_once_and_ends_nothing_that_others_ended() -> None:
    here = CaseOffice()
    here.record()
    flows = here.book.flows[TODAY]["card", "recorded"]
    again = CompleteTicket(ticket="A-001", counter="3")
    for command in (UndoStep(**ANI), again, UndoStep(**ANI)):
        here.do(command)
    assert here.stages() == {}
    assert here.book.flows[TODAY]["card", "recorded"] == Flow(came=2, other=-2)
    here.do(again)
    assert (here.stages(), flows) == ({FIRST: "recorded"}, Flow(came=1))
    here.move("ready", FIRST)
    here.issue("family", case=FIRST)
    here.serve()
    here.do(UndoStep(**ANI))
    here.do(CompleteTicket(ticket="B-001", counter="3"))
    here.do(UndoStep(**ANI))
    assert here.book.flows[TODAY]["card", "collected"] == Flow()
    here.move("collected", FIRST)  # by hand, and the number has nothing left to hand out
    here.do(CompleteTicket(ticket="B-001", counter="3"))
    here.do(UndoStep(**ANI))
    assert here.stages() == {FIRST: "collected"}


def test_moves_are_taken_back_one_after_the_other_each_on_the_day_on_which_it_was_made() -> None:
    here = CaseOffice(journeying(Journey(STAGES, expires_days=30)))
    here.record()
    here.next_day()
    here.move("sent", FIRST)
    here.next_day()
    here.move("printed", FIRST)
    here.next_day(31)
    here.do(CloseDay())
    assert here.stages() == {FIRST: "expired"}
    for stage in ("printed", "printed", "sent"):
        here.do(TakeBackCases(cases=(FIRST,), stage=stage))
    assert here.stages() == {FIRST: "recorded"}
    assert {day: flow for day, of_day in here.book.flows.items() for flow in of_day.values() if any(flow)} == {
        TODAY: Flow(came=1)
    }


def test_a_code_is_not_drawn_again_while_a_case_of_its_letters_or_a_voucher_has_it() -> None:
    """Codes are foreseen here, so that each that is free comes again."""
    here = CaseOffice(journeying(limits=Limits(voucher_days=3)))
    here.record(persons=2)
    here.issue()
    here.next_day()
    here.office._draw = foreseen().__next__
    assert here.issue().case == THIRD


def test_whoever_came_from_a_service_without_a_code_keeps_the_one_that_was_given_at_the_end() -> None:
    here = CaseOffice()
    here.issue("birth")
    here.do(CallNext(**ANI))
    here.do(TransferTicket(ticket="C-001", counter="3", service="card"))
    here.serve()
    assert here.office.read(lambda day, _plan: (day.tickets["C-001"].case, day.case_codes)) == (FIRST, {FIRST: "C-001"})
    here.do(ReopenTicket(ticket="C-001"))
    here.serve(persons=2)
    assert list(here.book.cases) == [FIRST, FIRST + "2"]


def test_nobody_gets_a_number_for_a_case_for_which_an_earlier_one_has_come_back() -> None:
    here = CaseOffice()
    here.record()
    here.move("ready", FIRST)
    here.issue("family", case=FIRST)
    here.do(CallNext(**ANI))
    here.do(MarkNoShow(ticket="B-001", counter="3"))
    here.issue("family", case=FIRST)
    here.do(ReadmitTicket(ticket="B-001"))
    here.do(CancelTicket(ticket="B-002", reason="visitor_left"))
    assert here.refused(IssueTicket(service="family", case=FIRST)) == "case_has_number"


def test_a_voucher_of_whoever_came_to_collect_holds_only_while_it_can_be_collected() -> None:
    here = CaseOffice(journeying(limits=Limits(voucher_days=3)))
    for _ in range(2):
        here.record()
    here.move("ready", FIRST, SECOND)
    here.issue("family", case=FIRST)
    here.issue("family", case=SECOND)
    here.next_day()
    first, second = here.office.read(lambda day, _plan: list(day.standing.vouchers.vouchers))
    number = here.issue("family", case=FIRST).number  # by the code, not by the old slip
    assert here.refused(RedeemVoucher(voucher=first)) == "case_has_number"
    here.do(CancelTicket(ticket=number, reason="visitor_left"))
    here.move("collected", FIRST)
    assert here.refused(RedeemVoucher(voucher=first)) == "case_ended"
    here.do(RedeemVoucher(voucher=second))
    assert here.refused(IssueTicket(service="family", case=SECOND)) == "case_has_number"


def test_nobody_takes_what_hands_out_as_a_second_service_without_a_code() -> None:
    here = CaseOffice()
    assert here.refused(IssueTicket(service="birth", then="family")) == "case_needed"
    assert here.issue("birth", then="family", by_staff=True).then == "family"


def test_what_was_not_handed_out_since_the_service_was_wrong_stays_ready() -> None:
    here = CaseOffice()
    here.record()
    here.move("ready", FIRST)
    number = here.issue("family", case=FIRST).number
    here.do(ChangeService(ticket=number, service="birth", counter="3"))
    here.serve()
    assert here.stages() == {FIRST: "ready"}
    assert here.issue("family", case=FIRST).collects == FIRST


def test_whoever_was_sent_on_after_what_was_ready_was_handed_out_has_it() -> None:
    here = CaseOffice()
    here.record()
    here.move("ready", FIRST)
    number = here.issue("family", case=FIRST).number
    here.do(CallNext(**ANI))
    here.do(StartService(ticket=number, counter="3"))
    here.do(TransferTicket(ticket=number, counter="3", service="card"))
    here.serve()
    assert here.stages() == {FIRST: "collected", SECOND: "recorded"}


def test_a_telephone_number_is_no_code_and_a_code_that_only_paper_knows_is_keyed_in() -> None:
    here = CaseOffice()
    for number in ("0812-3456-7890", "62812 3456 789"):
        assert here.refused(KeyInCases(cases=(number,), service="card", stage="sent")) == "value_invalid"
    here.do(KeyInCases(cases=("BCDF GHJK1", "bcdfghjk2", "2016001"), service="card", stage="ready"))
    assert here.issue("family", case="bcdf-ghjk").collects == "BCDFGHJK1 BCDFGHJK2"
