"""What the kiosk shows of a day and a plan."""

from __future__ import annotations

from dataclasses import replace

from antrean.queueing.commands import (
    CallNext,
    CancelSlip,
    CancelTicket,
    CloseCounter,
    HoldPrinter,
    IssueTicket,
    OpenCounter,
    ReportPrinter,
    SettleSlip,
)
from antrean.queueing.office import Office
from antrean.queueing.plan.model import OfficePlan
from antrean.queueing.tickets.ticket import Ticket
from kiosk.view_model import (
    ServiceTile,
    issued_ticket,
    no_slips,
    recent_again,
    recent_slips,
    served_alike,
    service_tiles,
    services_json,
    slip_word,
)
from tests.conftest import ListJournal, SetClock
from tests.fakes.slips import SlipKey
from tests.fakes.stands import stands


def issue(office: Office, service: str = "card", persons: int = 1) -> Ticket:
    answer = office.execute(IssueTicket(service=service, persons=persons, language="id"))
    assert answer.ticket is not None
    return answer.ticket


def tiles(office: Office, language: str = "id") -> dict[str, ServiceTile]:
    return {tile.code: tile for tile in office.read(lambda day, plan: service_tiles(day, plan, [language])[language])}


def office_with(clock: SetClock, plan: OfficePlan) -> Office:
    return Office(ListJournal(), lambda: plan, clock)


def test_tiles_stand_in_the_plans_order_and_count_waiting_tickets_of_their_own_service(office: Office) -> None:
    issue(office, "card", persons=4)
    issue(office, "card")
    issue(office, "birth")
    shown = office.read(lambda day, plan: service_tiles(day, plan, ["id"])["id"])
    assert [(tile.series, tile.waiting) for tile in shown] == [("A", 2), ("B", 0), ("C", 1)]


def test_a_called_ticket_no_longer_waits(office: Office) -> None:
    issue(office)
    office.execute(OpenCounter(counter="1", operator="Ani"))
    office.execute(CallNext(counter="1", operator="Ani"))
    assert tiles(office)["card"].waiting == 0


def test_that_no_counter_is_open_is_said_once_where_it_holds_for_every_service(office: Office) -> None:
    def said() -> tuple[str, list[str]]:
        shown = tiles(office).values()
        return served_alike(shown), [tile.serving for tile in shown]

    assert said() == ("none_yet", ["none_yet"] * 3)
    office.execute(OpenCounter(counter="1", operator="Ani"))  # no birth certificates
    assert said() == ("open", ["open", "open", "none_yet"])
    office.execute(CloseCounter(counter="1", operator="Ani"))
    assert said() == ("none", ["none", "none", "none_yet"])
    for service in ("family", "birth"):
        stands(office, service, "paused", {"id": "server pusat gangguan"})
    assert said()[0] == "open"  # one is left, and says it itself


def test_names_come_in_the_asked_language_and_fall_back_to_the_offices_first(office: Office) -> None:
    assert tiles(office, "en")["family"].name == "Family card"
    assert tiles(office, "su")["family"].name == "Kartu Keluarga"


def test_a_paused_service_tells_its_reason_and_no_wait(clock: SetClock, plan: OfficePlan) -> None:
    office = office_with(clock, plan)
    stands(office, "card", "paused", {"id": "server pusat gangguan"})
    shown = office.read(lambda day, plan: service_tiles(day, plan, ["id"], lambda service: (10, 20))["id"])
    assert (shown[0].open, shown[0].notice, shown[0].wait) == (False, "server pusat gangguan", None)
    assert shown[1].wait == (10, 20)


def test_a_service_at_its_daily_limit_is_full_and_opens_when_somebody_gives_a_number_back(
    clock: SetClock, plan: OfficePlan
) -> None:
    limited = replace(plan.services[0], daily_limit=12)
    office = office_with(clock, replace(plan, services=(limited, *plan.services[1:])))

    def seen() -> tuple[str, bool, int | None]:
        first = office.read(lambda day, plan: service_tiles(day, plan, ["id"])["id"])[0]
        return first.state, first.open, first.left

    assert seen() == ("open", True, None)  # for any party
    issue(office, "card", persons=4)
    assert seen() == ("open", True, 8)
    last = issue(office, "card", persons=8)
    assert seen() == ("full", False, 0)
    assert office.read(lambda day, plan: services_json(day, plan))[0]["state"] == "full"
    assert tiles(office)["family"].state == "open"
    office.execute(CancelTicket(ticket=last.number, reason="visitor_left"))
    assert seen() == ("open", True, 8)
    clock.forward(days=1)
    office.catch_up()
    assert seen() == ("open", True, None)


def test_closed_says_more_than_full_and_full_more_than_paused(clock: SetClock, plan: OfficePlan) -> None:
    for state, shown in (("open", "full"), ("paused", "full"), ("closed", "closed")):
        service = replace(plan.services[0], daily_limit=0)
        office = office_with(clock, replace(plan, services=(service, *plan.services[1:])))
        stands(office, "card", state)
        assert tiles(office)["card"].state == shown


def test_any_colour_number_lands_on_one_of_the_eight_hues(clock: SetClock, plan: OfficePlan) -> None:
    services = tuple(replace(plan.services[0], code=f"s{n}", hue=n) for n in (1, 8, 9, 0, 16))
    office = office_with(clock, replace(plan, services=services))
    assert [tile.hue for tile in tiles(office).values()] == [1, 8, 1, 8, 8]


def test_the_result_tells_what_was_told_at_issue_although_the_queue_has_moved(office: Office) -> None:
    issue(office)
    second = issue(office)
    office.execute(OpenCounter(counter="1", operator="Ani"))
    office.execute(CallNext(counter="1", operator="Ani"))
    now = office.read(lambda day, _plan: day.ticket(second.number).snapshot())
    shown = office.read(lambda _day, plan: issued_ticket(now, plan, "en", "http://x/1"))
    assert (shown.number, shown.people_ahead, shown.name, shown.follow_url) == (
        "A-002",
        1,
        "Card printing",
        "http://x/1",
    )


def test_a_slip_is_told_from_waiting_to_printed_or_failed(clock: SetClock, plan: OfficePlan) -> None:
    office = office_with(clock, replace(plan, printers={"": "p1"}))
    first, second = issue(office), issue(office)
    assert office.read(lambda day, _plan: slip_word(day, first)) == "printing"
    for word, ticket in (("printed", first), ("failed", second)):
        slip: SlipKey = {"ticket": ticket.number, "copy": 0, "claim": "c"}
        office.execute(SettleSlip(**slip, result="sending", evidence="echoed"))
        office.execute(SettleSlip(**slip, result=word, evidence="echoed"))
    assert office.read(lambda day, _plan: recent_slips(day)) == {"A-001": "printed", "A-002": "failed"}


def test_without_a_printer_nobody_waits_for_paper(office: Office) -> None:
    ticket = issue(office)
    assert office.read(lambda day, _plan: slip_word(day, ticket)) == "none"


def test_only_the_newest_slips_are_told_so_that_the_message_stays_small(office: Office) -> None:
    for _ in range(45):
        issue(office)
    told = office.read(lambda day, _plan: recent_slips(day))
    assert len(told) == 30
    assert "A-045" in told
    assert "A-015" not in told


def test_programs_read_names_in_every_language(office: Office) -> None:
    issue(office)
    first = office.read(lambda day, plan: services_json(day, plan, lambda service: (5, 15), {"card": 1}))[0]
    assert first == {
        "code": "card",
        "series": "A",
        "names": {"id": "Pencetakan KTP-el", "en": "Card printing"},
        "icon": "document",
        "state": "open",
        "held_up": False,
        "notice": "",
        "until": None,
        "opens_at": None,
        "waiting": 1,
        "ahead": 1,
        "wait": {"low": 5, "high": 15},
        "reach": "",
        "closes_at": None,
        "counters": "none_yet",
        "explanations": {},
        "requirements": [],
        "costs": {},
        "legal_days": None,
        "legal_times": {},
        "priority_allowed": True,
        "spare_questions": {},
        "spare_words": {},
        "group": None,
        "journey": False,
        "collects": [],
    }


def printing_office(clock: SetClock, plan: OfficePlan) -> Office:
    return office_with(clock, replace(plan, printers={"": "p1"}))


def word(office: Office, number: str) -> str:
    return office.read(lambda day, _plan: slip_word(day, day.ticket(number)))


def again(office: Office) -> list[str]:
    return office.read(recent_again)


def test_a_slip_that_can_not_be_printed_now_is_said_to_be_held_up_and_not_printing(
    clock: SetClock, plan: OfficePlan
) -> None:
    office = printing_office(clock, plan)
    number = issue(office).number
    assert word(office, number) == "printing"
    for state in ("paper_out", "cover_open", "offline", "error", "agent_away"):
        office.execute(ReportPrinter(printer="p1", state=state, detail=""))
        assert (word(office, number), office.read(no_slips)) == ("held_up", True), state
    office.execute(ReportPrinter(printer="p1", state="paper_out", fallback="ready", fallback_address="b"))
    assert (word(office, number), office.read(no_slips)) == ("printing", False)
    office.execute(ReportPrinter(printer="p1", state="agent_away"))  # nobody drives the second one either
    assert (word(office, number), office.read(no_slips)) == ("held_up", True)
    office.execute(ReportPrinter(printer="p1", state="near_end", detail=""))
    assert (word(office, number), office.read(no_slips)) == ("printing", False)
    office.execute(HoldPrinter(printer="p1", reason=""))
    assert (word(office, number), office.read(no_slips)) == ("held_up", True)


def test_the_word_of_a_slip_claims_no_more_than_its_evidence(clock: SetClock, plan: OfficePlan) -> None:
    office = printing_office(clock, plan)
    words = []
    outcomes = [
        ("printed", "printed", False),
        ("printed", "drained", False),
        ("printed", "printed", True),
        ("uncertain", "sent", False),
        ("failed", "none", False),
    ]
    for result, evidence, fallback in outcomes:
        slip: SlipKey = {"ticket": issue(office).number, "copy": 0, "claim": "run"}
        office.execute(SettleSlip(**slip, result="sending", evidence="composed", reason="x"))
        office.execute(SettleSlip(**slip, result=result, evidence=evidence, reason="x", fallback=fallback))
        words.append(word(office, slip["ticket"]))
    assert words == ["printed", "sent", "elsewhere", "uncertain", "failed"]
    assert again(office) == ["A-005", "A-004"]
    office.execute(ReportPrinter(printer="p1", state="paper_out", detail=""))
    assert again(office) == []


def test_no_copy_is_offered_of_a_ticket_that_is_over_or_a_slip_that_staff_cancelled(
    clock: SetClock, plan: OfficePlan
) -> None:
    office = printing_office(clock, plan)
    first, second = issue(office).number, issue(office).number
    office.execute(CancelSlip(ticket=first, copy=0))
    office.execute(SettleSlip(ticket=second, copy=0, result="failed", claim="", reason="too_old"))
    assert again(office) == [second]
    office.execute(CancelTicket(ticket=second, reason="left"))
    assert again(office) == []
