"""Sentences of the printer pages about a state: said when it is so, and gone when it is not."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from antrean.queueing.commands import (
    CancelTicket,
)
from antrean.queueing.plan.model import OfficePlan
from tests.admin.conftest import Agent
from tests.admin.said import drawn, says, told
from tests.conftest import SetClock, small_plan
from tests.fakes.office_hub import OfficeHub
from tests.fakes.page_text import attribute, text_of


@pytest.fixture
def plan() -> OfficePlan:
    return small_plan(languages=("en", "id"))


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
    assert part("find").startswith("No printer hangs at that computer. Is it switched on and plugged in? Power:")
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


def test_the_virtual_printer_says_that_it_has_kept_nothing_yet(hub: OfficeHub, dewi: FlaskClient) -> None:
    def page() -> str:
        return text_of(dewi.get("/print_agent/virtual", headers={"Accept": "text/html"}).text)

    assert "No slip yet" in page()
