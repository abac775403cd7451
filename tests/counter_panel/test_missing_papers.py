"""Papers that are missing are named by the operator, and told to the visitor and to whoever serves them next."""

from __future__ import annotations

import pytest

from antrean.access.devices import pair_device
from antrean.printing.escpos.parser import text_of as words_of
from antrean.printing.slip.compose import compose
from antrean.printing.slip.content import SlipLayout, content_from_json
from antrean.queueing.commands import ChangePlan, ReportPrinter
from antrean.queueing.slips.slip import Slip
from printer_profiles import load_profile
from tests.counter_panel.english import Panel
from tests.fakes.page_text import text_of
from tests.fakes.plan import save_part

PAPERS = [
    {"code": "d1", "names": {"id": "Kartu Keluarga", "en": "Family card"}},
    {"code": "d2", "names": {"id": "Surat kehilangan", "en": "Loss report"}},
    {"code": "d4", "names": {"id": "Pas foto", "en": "Photo"}},
]


@pytest.fixture
def served(panel: Panel) -> str:
    """Return the number of a visitor of a service that asks for three documents, at the counter."""
    save_part(panel.hub.office, "services/card/requirements", PAPERS)
    panel.hub.issue("card")
    return panel.serve()


def phone(panel: Panel, number: str) -> str:
    link = panel.hub.link(number)
    page = panel.hub.app.test_client().get(
        f"/mobile_ticket/?ticket={link}&language=en", headers={"Accept": "text/html"}
    )
    return text_of(page.text.split('data-own="outcome"')[1].split("</section>")[0])


def refused(panel: Panel, number: str, **fields: object) -> tuple[int, str, str]:
    answer = panel.ani.post(f"/counter_panel/tickets/{number}/complete", json=fields)
    error = answer.get_json()["error"]
    return answer.status_code, error["code"], error["message"]


def test_the_documents_of_the_service_at_the_counter_can_be_ticked(panel: Panel, served: str) -> None:
    assert panel.says()["papers"] == "1 Family card 2 Loss report 3 Photo"
    panel.wish(served, "complete")
    assert panel.says()["papers"] == ""


def test_those_that_are_missing_stand_in_the_journal_by_their_codes_in_the_order_of_the_office(
    panel: Panel, served: str
) -> None:
    panel.wish(served, "complete", outcome="papers_missing", missing=["d4", "d1", "d4"])
    stage = panel.hub.ticket(served).legs[-1]
    assert (stage.end, stage.missing) == ("papers_missing", "d1 d4")


def test_none_needs_to_be_ticked(panel: Panel, served: str) -> None:
    panel.wish(served, "complete", outcome="papers_missing", missing=[])
    assert panel.hub.ticket(served).legs[-1].missing == ""
    assert "Documents to bring Family card Loss report Photo" in phone(panel, served)


def test_a_document_that_left_the_plan_while_it_was_ticked_is_left_out(panel: Panel, served: str) -> None:
    panel.wish(served, "complete", outcome="papers_missing", missing=["d1", "d3"])
    stage = panel.hub.ticket(served).legs[-1]
    assert (stage.end, stage.missing) == ("papers_missing", "d1")


def test_documents_with_another_outcome_are_refused(panel: Panel, served: str) -> None:
    wrong = (422, "value_invalid", "The field “missing” has a value that can't be used.")
    assert refused(panel, served, outcome="finished", missing=["d1"]) == wrong
    assert refused(panel, served, outcome="papers_missing", missing="d1") == wrong
    assert panel.hub.ticket(served).state == "serving"


def test_the_visitors_phone_says_what_to_bring(panel: Panel, served: str) -> None:
    panel.wish(served, "complete", outcome="papers_missing", missing=["d2"])
    assert phone(panel, served).endswith("On another day, please take a new number. Please bring Loss report")


def test_who_serves_a_visitor_who_came_back_reads_what_was_missing(panel: Panel, served: str) -> None:
    assert "Came back" not in panel.says()["work"]
    panel.wish(served, "complete", outcome="papers_missing", missing=["d1", "d2"])
    panel.wish(served, "reopen")
    panel.serve()
    assert "Came back with papers" in panel.says()["work"]
    assert "Were missing: Family card, Loss report" in panel.says()["work"]
    panel.wish(served, "transfer", service="family")
    panel.serve()
    assert "Came back" not in panel.says()["work"]


def test_staff_who_find_the_number_let_its_visitor_come_back_with_papers_behind_whoever_is_next(
    panel: Panel, served: str
) -> None:
    panel.wish(served, "complete", outcome="papers_missing", missing=["d1"])
    assert panel.found(served).endswith("Came back with papers Let wait again")
    upcoming, last = panel.hub.issue("card").number, panel.hub.issue("card").number
    panel.wish(served, "come_back")
    assert not panel.found(served).endswith("Let wait again")
    assert [panel.serve() for _ in range(3)] == [upcoming, served, last]
    assert panel.found(upcoming).endswith("Let wait again")
    assert "papers" not in panel.found(upcoming)


def test_a_visitor_with_two_services_reads_what_was_missing_for_the_first(panel: Panel) -> None:
    save_part(panel.hub.office, "services/card/requirements", PAPERS)
    answer = panel.hub.issue("card", then="family")
    panel.serve()
    panel.wish(answer.number, "complete", outcome="papers_missing", missing=["d1", "d4"])
    panel.serve()
    panel.wish(answer.number, "complete")
    assert "these papers were missing: Family card, Photo." in phone(panel, answer.number)


@pytest.fixture
def printing(panel: Panel) -> None:
    """An office with a printer."""
    services = panel.hub.app.extensions["antrean"]
    pair_device(services.settings, "print_agent", "Printer 1", panel.hub.office.clock)
    panel.hub.office.execute(ChangePlan(what="devices"))


def lists(panel: Panel) -> list[Slip]:
    return list(panel.hub.office.read(lambda day, _plan: day.list_slips))


def paper(panel: Panel) -> str:
    """Return the words of the newest list."""
    services = panel.hub.app.extensions["antrean"]
    with panel.hub.app.test_request_context("/"):
        told = services.publisher._screens["print_agent"].render("printer:" + lists(panel)[-1].printer)["slips"]
    (content,) = (one["content"] for one in told if "/LIST/" in one["job"])
    printed = compose(content_from_json(content), SlipLayout(), load_profile("epson-tm-t82iii"))
    return " ".join(words_of(printed, "cp858").split())


@pytest.mark.usefixtures("printing")
def test_the_visitor_gets_on_paper_which_papers_are_missing_and_how_to_come_back(panel: Panel, served: str) -> None:
    assert panel.says()["list"] == "Print the list for the visitor"
    panel.wish(served, "complete", outcome="papers_missing", missing=["d4", "d1"], on_paper=True)
    words = paper(panel)
    for said in (
        "- Kartu Keluarga - Pas foto", f"Nomor {served}", f"Kode {panel.hub.code(served)}", "sentuh", "Karcis hilang",
    ):  # fmt: skip
        assert said in words, words
    assert "Surat kehilangan" not in words
    assert "Ini bukan nomor antrean" not in words


@pytest.mark.usefixtures("printing")
@pytest.mark.parametrize("comes_back", [True, False])
def test_whose_number_went_on_to_another_service_brings_the_papers_of_the_first_afterwards(
    panel: Panel, comes_back: bool
) -> None:
    save_part(panel.hub.office, "services/card/requirements", PAPERS)
    save_part(panel.hub.office, "limits/readmits", int(comes_back))
    number = panel.hub.issue("card", then="family").number
    panel.serve()
    panel.wish(number, "complete", outcome="papers_missing", missing=["d1"], on_paper=True)
    assert panel.hub.ticket(number).service == "family"
    words = paper(panel)
    assert "- Kartu Keluarga" in words
    assert ("Silakan kembali dengan berkas ini, lalu ambil nomor." in words) != comes_back
    assert ("Setelah layanan Anda yang lain, bawalah selama kantor buka hari ini" in words) == comes_back
    assert "didahulukan" not in words
    panel.serve()
    panel.wish(number, "complete")
    brings = "Bring them while the office is open today and show this number to an operator: you need not wait"
    assert (brings in phone(panel, number)) == comes_back
    if not comes_back:
        assert "papers" not in panel.found(number)
        return
    assert panel.found(number).endswith("Came back with papers Let wait again")
    panel.wish(number, "come_back")
    assert (panel.serve(), panel.hub.ticket(number).service) == (number, "card")
    assert "Were missing: Family card" in panel.says()["work"]


@pytest.mark.usefixtures("printing")
@pytest.mark.parametrize(
    ("said", "told", "paper_says"),
    [
        ({"come_at": "14:00"}, "Please bring them today at 14:00 or later. Bring them while", "hari ini pukul 14.00"),
        ({"come_on": "2026-11-24", "come_at": "14:00"}, "today at 14:00 or later.", "hari ini pukul 14.00"),
        ({"come_on": "2026-11-24"}, "Bring them while the office is open today", "Bawalah selama kantor buka hari ini"),
        ({"come_on": "2026-11-26"}, "on Thursday, 26 November, and take a new", "pada Kamis, 26 November, lalu ambil"),
        (
            {"come_on": "2026-11-26", "come_at": "10:30"},
            "Please bring them on Thursday, 26 November at 10:30, and take a new number then. Please bring Family card",
            "pada Kamis, 26 November pukul 10.30, lalu ambil nomor baru",
        ),
    ],
)
def test_the_day_and_time_that_the_operator_chose_stand_on_phone_and_paper(
    panel: Panel, served: str, said: dict[str, str], told: str, paper_says: str
) -> None:
    panel.wish(served, "complete", outcome="papers_missing", missing=["d1"], on_paper=True, **said)
    assert told in phone(panel, served)
    assert paper_says in paper(panel)
    today = "26 November" not in told
    assert ("selama kantor buka hari ini" in paper(panel)) == today
    assert ("while the office is open today" in phone(panel, served)) == today


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"come_on": "2026-11-23"}, "time_past"),
        ({"come_at": "08:59"}, "time_past"),
        ({"come_on": "2027-01-26"}, "value_invalid"),
        ({"come_on": "besok"}, "value_invalid"),
        ({"come_at": "25:00"}, "value_invalid"),
        ({"come_on": "2026-11-26", "outcome": "finished"}, "value_invalid"),
    ],
)
def test_no_visitor_is_told_a_day_that_is_past_or_none(
    panel: Panel, served: str, said: dict[str, str], code: str
) -> None:
    assert refused(panel, served, **{"outcome": "papers_missing", **said})[1] == code
    assert panel.hub.ticket(served).state == "serving"


@pytest.mark.usefixtures("printing")
def test_where_nobody_said_which_the_paper_lists_all_documents_of_the_service(panel: Panel, served: str) -> None:
    panel.wish(served, "complete", outcome="papers_missing", on_paper=True)
    assert "- Kartu Keluarga - Surat kehilangan - Pas foto" in paper(panel)


@pytest.mark.usefixtures("printing")
def test_no_list_is_printed_unless_it_is_wished_and_papers_were_missing(panel: Panel, served: str) -> None:
    assert refused(panel, served, outcome="finished", on_paper=True)[1] == "value_invalid"
    panel.wish(served, "complete", outcome="papers_missing", missing=["d1"])
    assert lists(panel) == []


def test_the_list_is_offered_only_while_slips_come_out_and_never_keeps_a_visitor(panel: Panel, served: str) -> None:
    assert panel.says()["list"] == ""
    panel.wish(served, "complete", outcome="papers_missing", on_paper=True)
    assert (panel.hub.ticket(served).state, lists(panel)) == ("completed", [])


@pytest.mark.usefixtures("printing")
def test_a_printer_that_gives_nothing_is_not_offered(panel: Panel, served: str) -> None:
    printer = panel.hub.office.read(lambda _day, plan: plan.printer_of(""))
    panel.hub.office.execute(ReportPrinter(printer=printer, state="paper_out"))
    assert panel.says()["list"] == ""


def test_taking_the_end_back_takes_back_what_was_said_of_papers(panel: Panel, served: str) -> None:
    panel.wish(served, "complete", outcome="papers_missing", missing=["d1"])
    assert panel.ani.post("/counter_panel/undo", json={}).status_code == 200
    assert (panel.hub.ticket(served).state, panel.hub.ticket(served).legs[-1].missing) == ("serving", "")
