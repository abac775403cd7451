"""Every sentence of the kiosk about a state: said when it is so, and gone when it is not."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any, get_args

import pytest
from flask.testing import FlaskClient

from antrean.queueing.commands import (
    Announce,
    CallNext,
    CancelTicket,
    ChangePlan,
    CloseDay,
    EndAnnouncement,
    HoldPrinter,
    OpenCounter,
    OpenDay,
    PauseService,
    ReportPrinter,
    ResumeService,
    SettleSlip,
    StartService,
)
from antrean.queueing.hours.model import Hours, SpecialDay
from antrean.queueing.plan.model import OfficePlan
from kiosk.view_model import SlipWord
from tests.conftest import SetClock, small_plan
from tests.fakes.office_hub import OfficeHub
from tests.fakes.page_text import text_of
from tests.fakes.slips import SlipKey
from tests.fakes.stands import stands

# What the result says of a slip, by its word.
SLIPS = {
    "none": "Take a photo of this number or write it down.",
    "printing": "Your slip is being printed …",
    "held_up": "The slip can't be printed now. Take a photo of this number or write it down: it is valid.",
    "printed": "Take your slip below.",
    "sent": "Your slip comes out below. If not, take a photo of this number or write it down: it is valid.",
    "elsewhere": "Your slip comes out of another printer. Ask the staff for it, or take a photo of this number.",
    "uncertain": "Did no slip come out? Take a photo of this number or write it down: it is valid.",
    "failed": "The slip was not printed. Take a photo of this number or write it down: it is valid.",
}


def start(kiosk: FlaskClient, language: str = "en") -> str:
    """Return what the start screen says while all services have room and the first one is asked for."""
    drawn = kiosk.get("/kiosk/view").get_json()["html"][f"start.{language}"]
    of_second = r'<span class="for-second">.*?</span>|<button type="button" class="tile tile-back".*?</button>'
    return text_of(re.sub(rf'{of_second}|<div class="pages" hidden>.*?</div>', "", drawn, flags=re.DOTALL))


def change(hub: OfficeHub, **changes: Any) -> None:
    plan: OfficePlan = hub.office.read(lambda _day, plan: plan)
    hub.office._load_plan = lambda: replace(plan, **changes)
    hub.office.execute(ChangePlan(what="services"))


def stand(hub: OfficeHub, **by_code: str) -> None:
    """Pause and close services with a reason; all others are open."""
    for service in small_plan().services:
        stands(hub.office, service.code, by_code.get(service.code, "open"), {"en": "no cards", "id": "blangko habis"})


def result_of(kiosk: FlaskClient, number: str) -> str:
    """Return what the result says, of the slip only the sentence that the page shows for its word."""
    page = kiosk.get(f"/kiosk/tickets/{number}", headers={"Accept": "text/html"}).text
    drawn = page[page.index('<div class="result ') :]
    word = re.search(r'data-slip="(\w+)"', drawn)
    assert word is not None
    said = re.sub(rf'<p class="slip-(?!{word.group(1)}")\w+">.*?</p>', "", drawn, flags=re.DOTALL)
    return text_of(said.split("<footer")[0])


def test_each_tile_says_how_many_are_called_before_or_that_nobody_is(hub: OfficeHub, kiosk: FlaskClient) -> None:
    assert start(kiosk) == (
        "Which service do you need? No counter is open yet A Card printing B Family card C Birth certificate"
    )
    for counter, operator in (("1", "Ani"), ("2", "Budi")):  # cards · families and births
        hub.office.execute(OpenCounter(counter=counter, operator=operator))
    hub.issue("card"), hub.issue("card"), hub.issue("family")
    # The two counters take turns: A-001, B-001, A-002. A new birth certificate is the second counter's second call.
    assert "A Card printing 3 ahead of you B Family card 3 ahead of you C Birth certificate 3 ahead of you" in start(
        kiosk
    )
    hub.office.execute(CancelTicket(ticket="B-001", reason=""))
    assert "A Card printing 2 ahead of you B Family card 1 ahead of you C Birth certificate 1 ahead" in start(kiosk)
    hub.office.execute(CancelTicket(ticket="A-001", reason=""))
    hub.office.execute(CancelTicket(ticket="A-002", reason=""))
    assert "B Family card No queue" in start(kiosk)


def test_a_tile_that_can_not_be_chosen_says_why_in_the_residents_language(hub: OfficeHub, kiosk: FlaskClient) -> None:
    hub.issue("card")
    stand(hub, card="paused", family="closed")
    said = start(kiosk)
    assert "A Card printing Paused for now : no cards 1 waiting" in said
    assert "B Family card Closed today : no cards C Birth certificate No counter is open yet" in said
    assert "blangko habis" in start(kiosk, "id")
    assert "Paused" not in said.split("Birth")[1]
    stand(hub)
    assert "Paused for now" not in start(kiosk)
    assert "Closed today" not in start(kiosk)


def test_a_pause_says_until_about_when_as_long_as_that_is_to_come(
    hub: OfficeHub, kiosk: FlaskClient, clock: SetClock
) -> None:
    paused = PauseService(service="card", reasons={"en": "no cards", "id": "blangko habis"}, until="09:30")
    hub.office.execute(paused)
    assert "A Card printing Paused until about 09:30 : no cards B" in start(kiosk)
    assert "Dijeda sampai sekitar pukul 09.30 : blangko habis" in start(kiosk, "id")
    assert "tabuh 09.30 : blangko habis" in start(kiosk, "su")
    listed = kiosk.get("/kiosk/services").get_json()["services"]
    assert [(one["state"], one["until"]) for one in listed] == [("paused", "09:30"), ("open", None), ("open", None)]
    clock.forward(minutes=30)
    hub.catch_up()
    assert "A Card printing Paused for now : no cards B" in start(kiosk)
    assert kiosk.get("/kiosk/services").get_json()["services"][0]["until"] is None
    hub.office.execute(ResumeService(service="card"))
    assert start(kiosk).startswith("Which service do you need? No counter is open yet A Card printing B")


def test_whose_service_is_paused_while_the_wish_is_on_its_way_reads_until_when(
    hub: OfficeHub, kiosk: FlaskClient, clock: SetClock
) -> None:
    hub.office.execute(PauseService(service="card", reasons={"id": "Printer rusak."}, until="09:30"))
    wish = {"service": "card", "language": "id"}
    said = kiosk.post("/kiosk/tickets", json=wish).get_json()["error"]["message"]
    assert said == (
        "Layanan ini sedang dihentikan sementara. Diperkirakan dilanjutkan sekitar pukul 09.30. Printer rusak."
    )
    clock.forward(minutes=31)
    said = kiosk.post("/kiosk/tickets", json=wish).get_json()["error"]["message"]
    assert said == "Layanan ini sedang dihentikan sementara. Printer rusak."


def test_a_kiosk_without_an_open_service_says_whether_there_are_any(hub: OfficeHub, kiosk: FlaskClient) -> None:
    stand(hub, card="paused", family="closed", birth="paused")
    assert start(kiosk).startswith("No service is open right now.")
    stand(hub, card="paused", family="closed")
    assert start(kiosk).startswith("Which service do you need?")
    change(hub, services=(), counters=())
    assert start(kiosk) == "No services are offered here yet."


def test_a_closed_day_is_said_instead_of_services_until_it_is_opened_again(hub: OfficeHub, kiosk: FlaskClient) -> None:
    hub.office.execute(CloseDay())
    assert start(kiosk) == "The office is closed for today. Please take a new number on the next opening day."
    hub.office.execute(OpenDay())
    assert start(kiosk).startswith("Which service do you need?")


WEEK = {"tuesday": ((8 * 60, 12 * 60), (13 * 60, 15 * 60)), "wednesday": ((8 * 60, 9 * 60),)}  # it is a Tuesday
MEETING = SpecialDay(date(2026, 11, 25), (), {"en": "Meeting", "id": "Rapat"})


def test_outside_hours_the_kiosk_says_when_it_opens_and_shows_the_week(
    hub: OfficeHub, kiosk: FlaskClient, clock: SetClock
) -> None:
    change(hub, hours=Hours(WEEK))
    assert start(kiosk).startswith("Which service do you need?")
    clock.forward(hours=3)
    hub.catch_up()
    assert start(kiosk).startswith("The office is on a break. Opens today at 13:00 ")
    assert start(kiosk, "id").startswith("Kantor sedang istirahat. Buka hari ini pukul 13.00 ")
    clock.forward(hours=1)
    hub.catch_up()
    assert start(kiosk).startswith("Which service do you need?")
    clock.forward(hours=2)
    hub.catch_up()
    said = start(kiosk)
    assert said.startswith("The office is closed now. Opens tomorrow at 08:00 ")
    assert "Tuesday 08:00–12:00, 13:00–15:00 Wednesday 08:00–09:00 Thursday closed" in said


def test_a_closed_day_says_why_and_the_next_day_that_is_open(
    hub: OfficeHub, kiosk: FlaskClient, clock: SetClock
) -> None:
    change(hub, hours=Hours(WEEK, days=(MEETING,)))
    clock.forward(hours=7)
    hub.catch_up()
    said = start(kiosk)
    assert said.startswith("The office is closed now. Opens on Tuesday, 1 December at 08:00 ")
    assert "Wednesday closed Meeting Thursday closed" in said
    clock.forward(hours=12)
    hub.catch_up()
    assert start(kiosk).startswith(
        "The office is closed now. Meeting Opens on Tuesday at 08:00 Opening hours Wednesday closed Thursday closed"
    )
    assert "Rapat Buka hari Selasa pukul 08.00" in start(kiosk, "id")


def test_a_day_that_was_closed_says_when_the_next_one_opens(hub: OfficeHub, kiosk: FlaskClient) -> None:
    change(hub, hours=Hours(WEEK))
    hub.office.execute(CloseDay())
    assert start(kiosk).startswith("The office is closed for today. Opens tomorrow at 08:00 ")


def test_a_service_outside_its_own_hours_says_on_its_tile_when_it_opens(hub: OfficeHub, kiosk: FlaskClient) -> None:
    plan: OfficePlan = hub.office.read(lambda _day, plan: plan)
    card = replace(plan.services[0], hours={"tuesday": ((13 * 60, 14 * 60),)})
    change(hub, hours=Hours(WEEK), services=(card, *plan.services[1:]))
    assert "No counter is open yet A Card printing Opens today at 13:00 B Family card C" in start(kiosk)
    listed = kiosk.get("/kiosk/services").get_json()["services"]
    assert [(one["state"], one["opens_at"]) for one in listed[:2]] == [
        ("closed", "2026-11-24T06:00:00+00:00"), ("open", None),
    ]  # fmt: skip


def test_a_number_that_is_asked_for_outside_hours_is_refused_with_when_it_opens(
    hub: OfficeHub, kiosk: FlaskClient, clock: SetClock
) -> None:
    plan: OfficePlan = hub.office.read(lambda _day, plan: plan)
    card = replace(plan.services[0], hours={"tuesday": ((13 * 60, 14 * 60),)})
    change(hub, hours=Hours(WEEK, days=(MEETING,)), services=(card, *plan.services[1:]))
    wish = {"service": "card", "language": "id"}
    assert kiosk.post("/kiosk/tickets", json=wish).get_json()["error"] == {
        "code": "service_closed", "message": "Layanan ini tutup. Buka hari ini pukul 13.00.",
    }  # fmt: skip
    clock.forward(hours=3)
    assert kiosk.post("/kiosk/tickets", json={**wish, "language": "en"}).get_json()["error"] == {
        "code": "closed_now", "message": "The office is closed now. Opens today at 13:00.",
    }  # fmt: skip
    clock.forward(hours=16)
    refused = kiosk.post("/kiosk/tickets", json=wish)
    assert refused.status_code == 409
    assert refused.get_json()["error"]["message"] == "Kantor sedang tutup. Buka hari Selasa pukul 08.00. Rapat"


def test_an_urgent_announcement_to_the_whole_office_stands_instead_of_services_until_it_is_ended(
    hub: OfficeHub, kiosk: FlaskClient
) -> None:
    hub.office.execute(Announce(texts={"en": "Leave upstairs."}, urgent=True, zone="Upstairs"))
    hub.office.execute(Announce(texts={"en": "The tea is ready."}))
    assert start(kiosk).startswith("Which service do you need?")
    made = hub.office.execute(Announce(texts={"en": "Leave the building."}, urgent=True)).seq
    assert start(kiosk) == "Leave the building."
    hub.office.execute(EndAnnouncement(announcement=made))
    assert start(kiosk).startswith("Which service do you need?")


def test_the_minutes_on_a_tile_are_those_a_newcomer_is_told(
    hub: OfficeHub, kiosk: FlaskClient, clock: SetClock
) -> None:
    hub.office.execute(OpenCounter(counter="3", operator="Ani"))
    for _ in range(12):
        hub.issue("card")
    for _ in range(6):
        clock.forward(minutes=5)
        called = hub.office.execute(CallNext(counter="3", operator="Ani")).ticket
        assert called is not None
        hub.office.execute(StartService(ticket=called.number, counter="3"))
    told = kiosk.post("/kiosk/tickets", json={"service": "card"}).get_json()["ticket"]["wait"]
    hub.office.execute(CancelTicket(ticket="A-013", reason=""))
    assert f"A Card printing about {told['low']}–{told['high']} minutes 6 ahead of you" in start(kiosk)
    stand(hub, card="paused")
    assert "about" not in start(kiosk)


def test_that_no_slips_are_printed_is_said_while_no_printer_prints(hub: OfficeHub, kiosk: FlaskClient) -> None:
    words = "No slips are printed now. Take a photo of your number on the screen, or write it down."
    printer = hub.office.read(lambda _day, plan: plan.printer_of(""))
    assert words not in start(kiosk)
    hub.office.execute(ReportPrinter(printer=printer, state="cover_open"))
    assert words in start(kiosk)
    hub.office.execute(ReportPrinter(printer=printer, state="ready"))
    assert words not in start(kiosk)
    hub.office.execute(HoldPrinter(printer=printer, reason=""))
    assert words in start(kiosk)
    change(hub, printers={})
    assert words not in start(kiosk)


def test_the_result_says_what_was_told_when_the_number_was_given(hub: OfficeHub, kiosk: FlaskClient) -> None:
    hub.issue("card")
    wish = {"service": "card", "persons": 3, "priority": False, "language": "en"}
    number = kiosk.post("/kiosk/tickets", json=wish).get_json()["ticket"]["number"]
    hub.issue("card"), hub.office.execute(CancelTicket(ticket="A-001", reason=""))
    said = result_of(kiosk, number)
    assert "Your queue number A-002 Ahead of you 1 number Estimated wait not known yet 3 persons" in said
    assert "Please take a seat. Your number will be called and shown on the screen." in said


def settle(hub: OfficeHub, number: str, result: str, evidence: str, reason: str = "", fallback: bool = False) -> None:
    slip: SlipKey = {"ticket": number, "copy": 0, "claim": "run"}
    hub.office.execute(SettleSlip(**slip, result="sending"))
    hub.office.execute(SettleSlip(**slip, result=result, evidence=evidence, reason=reason, fallback=fallback))


def test_the_result_says_of_the_slip_what_is_known_and_no_more(hub: OfficeHub, kiosk: FlaskClient) -> None:
    def take() -> str:
        return str(
            kiosk.post("/kiosk/tickets", json={"service": "card", "language": "en"}).get_json()["ticket"]["number"]
        )

    def says(number: str) -> str:
        said = [word for word, sentence in SLIPS.items() if f" {sentence} " in result_of(kiosk, number)]
        assert len(said) == 1, said
        return said[0]

    printer = hub.office.read(lambda _day, plan: plan.printer_of(""))
    number = take()
    assert says(number) == "printing"
    hub.office.execute(ReportPrinter(printer=printer, state="paper_out"))
    assert says(number) == "held_up"
    hub.office.execute(ReportPrinter(printer=printer, state="ready"))
    assert says(number) == "printing"
    found = {}
    for word, result, evidence, more in (
        ("confirmed", "printed", "printed", {}),
        ("answered after it", "printed", "echoed", {}),
        ("handed over", "printed", "drained", {}),
        ("only sent", "printed", "sent", {}),
        ("second printer", "printed", "printed", {"fallback": True}),
        ("nobody knows", "uncertain", "sent", {"reason": "no_confirmation"}),
        ("not printed", "failed", "none", {"reason": "too_old"}),
        ("cancelled by staff", "failed", "none", {"reason": "cancelled"}),
    ):
        number = take()
        settle(hub, number, result, evidence, **more)
        found[word] = says(number)
    assert found == {
        "confirmed": "printed", "answered after it": "printed", "handed over": "sent", "only sent": "sent",
        "second printer": "elsewhere", "nobody knows": "uncertain", "not printed": "failed",
        "cancelled by staff": "failed",
    }  # fmt: skip
    change(hub, printers={})
    assert says(take()) == "none"


@pytest.mark.parametrize("word", get_args(SlipWord))
def test_each_word_of_a_slip_has_its_sentence_and_the_page_shows_that_one_alone(word: str) -> None:
    root = Path(__file__).parents[2] / "kiosk"
    template = (root / "templates" / "kiosk" / "result.html").read_text(encoding="utf-8")
    styles = (root / "static" / "result.css").read_text(encoding="utf-8")
    paragraph = re.search(rf'<p class="slip-{word}">.*?_\("(.+?)"\)', template)
    assert paragraph is not None
    assert paragraph.group(1) == SLIPS[word]
    assert f'[data-slip="{word}"] .slip-{word}' in styles


def test_a_refusal_says_that_nothing_was_issued_and_nothing_was(hub: OfficeHub, kiosk: FlaskClient) -> None:
    stand(hub, card="closed")
    page = kiosk.post(
        "/kiosk/tickets", data={"service": "card", "persons": "1", "language": "en"}, headers={"Accept": "text/html"}
    ).text
    assert 'data-screen="problem"' in page
    assert "Nothing was issued. Please choose again, or ask the staff for help." in text_of(page)
    assert hub.office.read(lambda day, _plan: len(day.tickets)) == 0
