"""Sentences of the administration about a state: said when it is so, and gone when it is not."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from antrean.access.devices import pair_device
from antrean.queueing.commands import (
    CallNext,
    CancelTicket,
    ChangePlan,
    HoldTicket,
    OpenCounter,
    PauseCounter,
    StartService,
)
from antrean.queueing.plan.model import CLOSED, PAUSED, OfficePlan
from antrean.storage.backup.rounds import MARKER, BackupPlaces
from tests.admin.conftest import Agent
from tests.conftest import SetClock, small_plan
from tests.fakes.office_hub import OfficeHub
from tests.fakes.page_text import attribute, text_of


@pytest.fixture
def plan() -> OfficePlan:
    return small_plan(languages=("en", "id"))


def drawn(dewi: FlaskClient, page: str, fragment: str) -> str:
    return str(dewi.get(f"/admin/view?page={page}").get_json()["html"][fragment])


def says(dewi: FlaskClient, page: str, fragment: str) -> str:
    return text_of(drawn(dewi, page, fragment))


def told(dewi: FlaskClient, path: str, **fields: Any) -> str:
    """Return what the page says after a wish, as its script asks for it."""
    answer = dewi.post(f"/admin/{path}", json=fields, headers={"Accept-Language": "en"})
    assert answer.status_code == 200, answer.json
    return str(answer.get_json()["said"])


def counter(dewi: FlaskClient, name: str) -> str:
    """Return what the page of today says of a counter, without its buttons."""
    said = says(dewi, "today", "counters")
    after = said[said.index(name) :]
    return after.split(" Loket ")[0].removeprefix(name).strip()


def test_each_counter_says_who_sits_there_since_when_and_with_which_number(
    hub: OfficeHub, dewi: FlaskClient, clock: SetClock
) -> None:
    for _ in range(3):
        hub.issue("card")
    assert counter(dewi, "Loket 3") == "Nobody sits here"
    at = {"counter": "3", "operator": "Ani"}
    hub.office.execute(OpenCounter(**at))
    assert counter(dewi, "Loket 3").startswith("Ani · since 09:00 Free the counter")
    clock.forward(minutes=5)
    hub.office.execute(CallNext(**at))
    assert "Ani · since 09:00 A-001 is called, since 09:05" in counter(dewi, "Loket 3")
    clock.forward(minutes=2)
    hub.office.execute(StartService(ticket="A-001", counter="3"))
    served = counter(dewi, "Loket 3")
    assert "A-001 is being served, since 09:07 A-001 was served: free the counter" in served
    assert served.endswith("A-001 back to the queue: free the counter")
    hub.office.execute(HoldTicket(ticket="A-001", counter="3", reason="papers"))
    assert "1 number is held here" in counter(dewi, "Loket 3")
    hub.office.execute(CallNext(**at))
    hub.office.execute(StartService(ticket="A-002", counter="3"))
    hub.office.execute(HoldTicket(ticket="A-002", counter="3", reason="papers"))
    assert "2 numbers are held here" in counter(dewi, "Loket 3")
    clock.forward(minutes=3)
    hub.office.execute(PauseCounter(**at, reason="break"))
    assert "Ani · Paused · since 09:10" in counter(dewi, "Loket 3")
    confirm = [asked for asked in attribute(drawn(dewi, "today", "counters"), "data-confirm") if "Loket 3" in asked]
    assert confirm == ["Has Ani left Loket 3? Once it is free, another operator can sit there."]
    assert told(dewi, "counters/3/free", ticket="") == "The counter is free."
    assert counter(dewi, "Loket 3") == "Nobody sits here 2 numbers are held here"
    hub.office.execute(OpenCounter(counter="3", operator="Budi"))


def test_the_day_says_how_many_numbers_are_open_and_what_its_close_did(hub: OfficeHub, dewi: FlaskClient) -> None:
    def confirm() -> list[str]:
        return attribute(drawn(dewi, "today", "day"), "data-confirm")

    assert says(dewi, "today", "day").startswith(
        "The day is open No number is open. The day ends by itself at midnight."
    )
    assert confirm() == ["Close the day? No more numbers are given today."]
    hub.issue()
    assert says(dewi, "today", "day").startswith("The day is open 1 number is still open.")
    assert confirm() == ["Close the day? 1 number is still open and ends; no more are given today."]
    hub.issue()
    assert says(dewi, "today", "day").startswith("The day is open 2 numbers are still open.")
    assert confirm() == ["Close the day? 2 numbers are still open and end; no more are given today."]
    assert told(dewi, "day/close") == "The day is closed."
    assert says(dewi, "today", "day").startswith(
        "The office is closed for today. 2 numbers were still open and have ended."
    )
    assert confirm()[0].startswith("Open the day again? Whoever still waited has the place again;")
    assert told(dewi, "day/open") == "The day is open again. Operators sit down at their counters again."
    assert says(dewi, "today", "day").startswith("The day is open 2 numbers are still open.")
    for number in ("A-001", "A-002"):
        hub.office.execute(CancelTicket(ticket=number, reason=""))
    dewi.post("/admin/day/close", json={})
    assert says(dewi, "today", "day").startswith(
        "The office is closed for today. No more numbers are given until tomorrow."
    )


def test_each_service_says_its_state_its_reason_and_how_many_wait(hub: OfficeHub, dewi: FlaskClient) -> None:
    hub.issue()
    assert says(dewi, "today", "service.card") == "A Card printing Open 1 waiting"
    for state, words in ((PAUSED, "Paused"), (CLOSED, "Closed today")):
        saved = told(dewi, "services/card", state=state, text_en="no cards", text_id="habis")
        assert saved == "Saved. Kiosks, displays and phones say so at once."
        assert says(dewi, "today", "service.card") == f"A Card printing {words}: no cards 1 waiting"
    dewi.post("/admin/services/card", json={"state": "open"})
    dewi.post("/admin/day/close", json={})
    assert says(dewi, "today", "service.card") == "A Card printing The day is closed. 0 waiting"


def test_the_clock_says_how_many_numbers_are_open_in_the_business_day(hub: OfficeHub, dewi: FlaskClient) -> None:
    assert "Tuesday, 24 November 2026 · no number is open" in says(dewi, "clock", "clock")
    hub.issue()
    assert "1 number is still open." in says(dewi, "clock", "clock")
    hub.issue()
    assert "2 numbers are still open." in says(dewi, "clock", "clock")
    for words in ("wrong, and put right", "The business day goes on although"):
        assert words not in says(dewi, "clock", "clock")


def test_without_a_print_agent_the_page_says_that_there_is_none(hub: OfficeHub, dewi: FlaskClient) -> None:
    assert says(dewi, "printers", "printers").startswith("No printer is paired yet.")


def test_a_printer_says_how_many_slips_wait_and_since_when_it_is_so(
    hub: OfficeHub, agent: Agent, dewi: FlaskClient, clock: SetClock
) -> None:
    def page() -> str:
        return says(dewi, "printers", "printers")

    assert "No slip waits" in page()
    assert "No slip today." in page()
    agent.reports("ready", address="tcp://a:9100")
    clock.forward(minutes=4)
    agent.reports("paper_out", address="tcp://a:9100")
    assert "No paper Put a new roll into the kiosk Since 09:04" in page()
    assert "No printer is paired" not in page()
    hub.issue()
    assert "1 slip waits" in page()
    hub.issue()
    assert "2 slips wait" in page()
    assert "No slip today." not in page()
    clock.forward(minutes=1)
    dewi.post(f"/admin/printers/{agent.id}/hold", json={})
    assert "Printing on hold" in page()
    assert "On hold since 09:05; it ends by itself at the end of the day." in page()
    dewi.post(f"/admin/printers/{agent.id}/release", json={})
    assert "On hold since" not in page()


def test_the_paper_of_a_roll_is_told_in_metres_and_per_cent(
    hub: OfficeHub, agent: Agent, dewi: FlaskClient, clock: SetClock
) -> None:
    def page() -> str:
        return says(dewi, "printers", "printers")

    def share() -> list[str]:
        return [label for label in attribute(drawn(dewi, "printers", "printers"), "aria-label") if "%" in label]

    agent.reports("ready")
    hub.issue()
    agent.settles(agent.view()["slips"][0]["job"], "printed", "printed", paper_mm=4900)
    assert "about 4.9 of 50 metres used Counted since the last noted change of the roll" in page()
    assert share() == ["10 % of the roll used"]
    clock.forward(minutes=7)
    dewi.post(f"/admin/printers/{agent.id}/roll", json={})
    assert "about 0.0 of 50 metres used Roll changed today at 09:07" in page()
    assert share() == ["0 % of the roll used"]


def test_a_slip_of_the_second_printer_says_so(hub: OfficeHub, agent: Agent, dewi: FlaskClient) -> None:
    def page() -> str:
        return says(dewi, "printers", "printers")

    agent.reports("paper_out", address="tcp://a:1", fallback="ready", fallback_address="tcp://b:1")
    assert "Second printer: Printer ready It prints the slips meanwhile." in page()
    for fallback in (True, False):
        hub.issue()
        agent.settles(agent.view()["slips"][0]["job"], "printed", "printed", fallback=fallback)
    assert page().count("· second printer") == 1
    agent.reports("ready", address="tcp://a:1", fallback="ready", fallback_address="tcp://b:1")
    assert "It prints the slips meanwhile." not in page()


def test_an_uncertain_slip_is_to_be_looked_at_only_while_a_copy_helps(
    hub: OfficeHub, agent: Agent, dewi: FlaskClient
) -> None:
    words = "Look at the printer or ask the visitor; print again only if it did not come out."
    hub.issue()
    agent.settles(agent.view()["slips"][0]["job"], "uncertain", "sent", "no_confirmation")
    assert words in says(dewi, "printers", "printers")
    hub.office.execute(CancelTicket(ticket="A-001", reason=""))
    assert words not in says(dewi, "printers", "printers")


def test_displays_and_notices_say_that_there_are_none(hub: OfficeHub, dewi: FlaskClient) -> None:
    def page() -> str:
        return text_of(dewi.get("/admin/screens", headers={"Accept": "text/html"}).text)

    assert "No display is paired yet." in page()
    assert "Nothing yet: the newest number simply stays." in page()
    pair_device(hub.app.extensions["antrean"].settings, "display", "Hall", hub.office.clock)
    hub.office.execute(ChangePlan(what="devices"))
    assert "No display is paired yet." not in page()


def test_ready_reasons_are_what_visitors_read_when_they_are_chosen(hub: OfficeHub, dewi: FlaskClient) -> None:
    page = dewi.get("/admin/today", headers={"Accept": "text/html"}).text
    for words in (
        "Blank cards have run out", "The central server does not answer", "The network is down",
        "There is no electricity", "No more numbers today",
    ):  # fmt: skip
        assert f">{words}</button>" in page
        assert any(f'"en": "{words}"' in fill for fill in attribute(page, "data-fill"))


def test_a_second_counter_of_the_same_name_does_not_hide_the_first(hub: OfficeHub, dewi: FlaskClient) -> None:
    plan = small_plan(languages=("en",))
    counters = tuple(replace(one, name="Loket") for one in plan.counters)
    hub.office._load_plan = lambda: replace(plan, counters=counters)
    hub.office.execute(ChangePlan(what="counters"))
    assert says(dewi, "today", "counters").count("Nobody sits here") == 3


def test_the_list_of_backups_says_what_there_is_and_what_went_wrong(
    hub: OfficeHub, dewi: FlaskClient, tmp_path: Path
) -> None:
    watch = hub.app.extensions["antrean"].backups

    def listed() -> str:
        watch._listed_at = float("-inf")
        watch.look()
        return says(dewi, "backups", "backups")

    none = "There is none yet. The first is made within the hour in which something happens."
    assert listed() == none
    watch.places.first.mkdir(mode=0o700, exist_ok=True)
    (watch.places.first / f"antrean-{hub.office.clock():%Y%m%dT%H%M%SZ}.locked.zip").write_bytes(b"x" * 300_000)
    assert none not in listed()
    assert listed().endswith("0 min ago 0.3 MB here encrypted")
    for code, words in (
        ("no_room", "No backup could be made: the disk is nearly full."),
        ("unreadable", "A backup could not be read back, and was kept aside: b.zip"),
        ("failed", "The last backup could not be made: b.zip"),
    ):
        watch.code, watch.wrong = code, "b.zip"
        assert words in listed()
        assert words in says(dewi, "today", "alarms")
    watch.code = watch.wrong = ""
    stick = tmp_path / "stick"
    watch.places = BackupPlaces(watch.places.data, str(stick))
    assert f"The second place {stick} is not there. Is the stick in its place?" in listed()
    stick.mkdir()
    (stick / MARKER).touch()
    for code, words in (
        ("place_full", f"The second place {stick} is full."),
        ("place_failing", f"The second place {stick} does not give back what was written. The stick may be failing."),
        ("failed", "Nothing could be written to the second place: torn"),
    ):
        watch.second, watch.second_wrong = code, "torn"
        assert words in listed()
        assert words in says(dewi, "today", "alarms")
    watch.second = "ok"
    assert says(dewi, "today", "alarms") == ""
    assert told(dewi, "backups").startswith("A backup is being made. It stands in the list when it was read back")
    assert "One is being made now." in says(dewi, "backups", "backups")


def test_setting_a_printer_up_says_what_is_asked_and_what_was_found(
    hub: OfficeHub, agent: Agent, eka: FlaskClient
) -> None:
    def part(name: str) -> str:
        return says(eka, "printers", f"{name}.{agent.id}")

    def ask(**fields: str) -> str:
        assert eka.post(f"/admin/printers/{agent.id}/questions", json=fields).status_code == 200
        (question,) = agent.view()["questions"]
        return str(question["id"])

    agent.reports("ready", address="virtual:///x")
    assert part("test").startswith("No test slip was printed today.")
    question = ask(what="find")
    assert part("find") == "Asking the print agent …"
    assert agent.post("answers", question=question, found=[]).status_code == 204
    assert part("find") == "No printer hangs at that computer. Is it switched on and plugged in?"
    question = ask(what="identify", address="192.168.1.50")
    assert part("identify") == "Asking the printer at tcp://192.168.1.50:9100 …"
    assert agent.post("answers", question=question, error="unknown scheme").status_code == 204
    assert part("identify") == "The print agent does not understand this address. unknown scheme"
    question = ask(what="identify", address="192.168.1.50")
    assert agent.post("answers", question=question, model="", state="ready", detail="", profile="").status_code == 204
    assert "It does not say which model it is." in part("identify")
    used = told(eka, f"printers/{agent.id}/address", address="tcp://192.168.1.50", profile="epson-tm-t82iii")
    assert used == "Saved. A test slip is on its way."
    assert "No test slip was printed today." not in part("test")
    assert "If it stays so, it was started with a printer of its own (ANTREAN_PRINTER)." in part("test")
    agent.settles(agent.view()["slips"][0]["job"], "printed", "printed")
    changed = told(eka, f"printers/{agent.id}/seen", cut="no", width="whole", letters="right", qr="both")
    assert changed == "Changed. Another test slip is on its way: look again."
    assert told(eka, f"printers/{agent.id}/second", second_address="") == "Saved."


def test_how_long_a_notice_stands_between_calls_is_what_was_chosen(hub: OfficeHub, dewi: FlaskClient) -> None:
    form = {"text_en": "Free of charge", "seconds": "9"}
    assert dewi.post("/admin/screens/interludes", data=form, content_type="multipart/form-data").status_code == 200
    page = dewi.get("/admin/screens", headers={"Accept": "text/html"}).text
    assert "9 seconds" in text_of(page)
    assert "to its end" not in text_of(page)
    assert "Nothing yet: the newest number simply stays." not in text_of(page)


def test_where_backups_lie_and_whether_they_are_encrypted_is_what_is_set(
    hub: OfficeHub, dewi: FlaskClient, tmp_path: Path
) -> None:
    watch = hub.app.extensions["antrean"].backups

    def page() -> str:
        return text_of(dewi.get("/admin/backups", headers={"Accept": "text/html"}).text)

    none, plain = "None. If this disk dies, its backups die with it:", "They are not encrypted, and hold this office's"
    locked = "They are encrypted: bringing one back takes the passphrase. Keep it elsewhere too."
    assert [words in page() for words in (none, plain, locked)] == [True, True, False]
    watch.places, watch.encrypted = BackupPlaces(watch.places.data, str(tmp_path / "stick")), True
    assert [words in page() for words in (none, plain, locked)] == [False, False, True]
    assert str(tmp_path / "stick") in page()


def test_the_virtual_printer_says_that_it_has_kept_nothing_yet(hub: OfficeHub, dewi: FlaskClient) -> None:
    def page() -> str:
        return text_of(dewi.get("/print_agent/virtual", headers={"Accept": "text/html"}).text)

    assert "Belum ada karcis" in page()
