"""Every fault of a printer, from the kiosk to the paper: a real hub, a real agent, a printer on a real port.

For each: the number exists once, at most one paper without a mark comes out, the evidence is right, kiosk and counter
panel say what is the matter, and it goes on without a human where it can.
"""

from __future__ import annotations

import socket
from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, expect

from antrean.queueing.commands import CancelTicket
from tests.conftest import small_plan
from tests.fakes.engine import COVER_OPEN, CUTTER, OK, PAPER_OUT
from tests.fakes.office_hub import PASSWORD
from tests.fakes.printer import FakePrinter
from tests.fakes.printing_office import PrintingOffice, printing_office
from tests.fakes.strangers import web_server


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PrintingOffice]:
    patch = pytest.MonkeyPatch()
    with printing_office(tmp_path_factory.mktemp("printing"), small_plan(), patch) as open_one:
        open_one.start_agent()
        yield open_one
    patch.undo()


@pytest.fixture
def office(shared: PrintingOffice) -> PrintingOffice:
    """The office with its printer in order, whatever the test before left behind."""
    shared.printer.bytes_per_s = shared.printer.reset_after = shared.printer.engine.paper_out_after = None
    shared.printer.stall = False
    shared.printer.become(OK)
    shared.use(shared.printer.address)
    assert shared.state("ready")
    return shared


def tickets(office: PrintingOffice) -> int:
    return office.hub.office.read(lambda day, _plan: len(day.tickets))


def recovers(office: PrintingOffice, number: str) -> None:
    """The slip is printed once, unmarked, with the printer's own confirmation, and everyone says so."""
    assert office.slip(number, "printed", "uncertain", "failed") == ("printed", "printed", "")
    assert office.papers(number) == ["first"]
    assert office.kiosk_word(number) == "printed"
    assert office.state("ready")
    assert "Pencetak siap" in office.lamp()


@pytest.mark.parametrize(
    ("condition", "state", "words"),
    [
        (PAPER_OUT, "paper_out", "Kertas habis"),
        (COVER_OPEN, "cover_open", "Penutup pencetak terbuka"),
        (CUTTER, "error", "Pencetak bermasalah"),
    ],
)
def test_a_printer_that_can_not_print_gets_nothing_until_it_is_mended_and_then_prints_by_itself(
    office: PrintingOffice, condition: str, state: str, words: str
) -> None:
    office.printer.become(condition)
    assert office.state(state)
    before = tickets(office)
    number = office.issue()
    assert tickets(office) == before + 1
    assert office.kiosk_word(number) == "held_up"
    assert words in office.lamp()
    assert words in office.page()
    assert office.papers(number) == []
    office.printer.become(OK)
    recovers(office, number)


def test_a_printer_that_is_off_is_said_to_be_and_prints_when_it_is_back(office: PrintingOffice) -> None:
    office.printer.power_off()
    assert office.state("offline")
    number = office.issue()
    assert (office.kiosk_word(number), office.papers(number)) == ("held_up", [])
    assert "Pencetak tidak terhubung" in office.lamp()
    office.printer.power_on()
    recovers(office, number)


def test_a_printer_that_serves_someone_else_is_waited_for(office: PrintingOffice) -> None:
    office.printer.wait_free()
    with socket.create_connection(("127.0.0.1", office.printer.port)) as other:
        other.sendall(b"\x10\x04\x01")
        other.settimeout(30)
        assert other.recv(1) == b"\x12"
        assert office.state("offline")
        number = office.issue()
        assert office.kiosk_word(number) == "held_up"
        assert office.papers(number) == []
    recovers(office, number)


def test_a_printer_that_hangs_half_open_is_offline_not_printed(office: PrintingOffice) -> None:
    office.printer.stall = True
    assert office.state("offline")
    number = office.issue()
    assert office.kiosk_word(number) == "held_up"
    office.printer.stall = False
    recovers(office, number)


def test_a_slow_printer_is_waited_for(office: PrintingOffice) -> None:
    office.printer.bytes_per_s = 180_000
    number = office.issue()
    try:
        recovers(office, number)
    finally:
        office.printer.bytes_per_s = None


def test_a_burst_on_a_slow_printer_is_printed_late_and_in_order_and_nobody_is_forgotten(office: PrintingOffice) -> None:
    office.printer.bytes_per_s = 60_000
    numbers = [office.issue() for _ in range(36)]
    office.clock.by += timedelta(minutes=10)  # long after a slip was once given up
    try:
        assert "orang tanpa karcis" in office.today()
        assert [office.slip(number, "printed", "uncertain", "failed") for number in numbers] == [
            ("printed", "printed", "")
        ] * len(numbers)
        assert [number for number in office.printer.numbers if number in numbers] == numbers
        assert "tanpa karcis" not in office.today()
    finally:
        office.printer.bytes_per_s = None


def test_what_a_printer_owed_while_it_was_off_is_printed_for_those_who_still_wait(office: PrintingOffice) -> None:
    office.printer.power_off()
    assert office.state("offline")
    stays, leaves = office.issue(), office.issue()
    office.clock.by += timedelta(minutes=40)
    office.hub.office.execute(CancelTicket(ticket=leaves, reason="visitor"))
    assert f"1 orang tanpa karcis: {stays}." in office.today()
    office.printer.power_on()
    recovers(office, stays)
    assert office.slip(leaves, "failed") == ("failed", "none", "not_needed")
    assert office.papers(leaves) == []
    assert "tanpa karcis" not in office.today()


def test_something_that_is_no_printer_is_said_to_be_none_and_gets_nothing(office: PrintingOffice) -> None:
    with web_server() as port:
        office.use(f"tcp://127.0.0.1:{port}?profile=xprinter-80")
        assert office.state("no_printer")
        number = office.issue()
        assert "Ini bukan pencetak" in office.lamp()
        assert "Ini bukan pencetak" in office.page()
        assert "Kertas habis" not in office.lamp()
        assert office.kiosk_word(number) == "held_up"
        assert office.first_slip(number).state == "waiting"
        office.use(office.printer.address)
    recovers(office, number)


def test_paper_that_ends_in_the_middle_is_said_at_once_and_the_slip_ends_well_with_a_new_roll(
    office: PrintingOffice,
) -> None:
    office.printer.engine.paper_out_after = 300
    number = office.issue()
    assert office.state("paper_out")
    assert office.first_slip(number).state == "sending"
    assert office.kiosk_word(number) == "held_up"
    assert "Kertas habis" in office.lamp()
    office.printer.become(OK)
    recovers(office, number)


def test_what_the_printer_held_too_long_is_uncertain_and_a_second_paper_is_marked(office: PrintingOffice) -> None:
    office.printer.engine.paper_out_after = 300
    number = office.issue()
    assert office.slip(number, "uncertain", "printed", "failed") == ("uncertain", "sent", "held_in_printer")
    assert office.kiosk_word(number) == "uncertain"
    assert "karcis mungkin masih keluar" in office.page()
    assert office.kiosk.get("/kiosk/view").get_json()["again"] == []  # not while there is no paper
    office.printer.become(OK)  # and out it comes, late
    assert office.state("ready")
    assert office.papers(number) == ["first"]
    assert number in office.kiosk.get("/kiosk/view").get_json()["again"]
    assert office.kiosk.post(f"/kiosk/tickets/{number}/slips", json={}).status_code == 200
    assert office.slip(number, "printed") == ("printed", "printed", "")
    assert office.papers(number) == ["first", "copy"]


def test_a_power_cut_in_the_middle_is_uncertain_and_never_sent_again_by_itself(office: PrintingOffice) -> None:
    office.printer.reset_after = 300
    number = office.issue()
    assert office.slip(number, "uncertain", "printed", "failed") == ("uncertain", "sent", "connection_lost")
    following = office.issue()
    recovers(office, following)
    assert office.papers(number) == []
    assert office.kiosk_word(number) == "uncertain"
    assert office.dewi.post(f"/admin/tickets/{number}/slips", json={}).status_code == 200
    assert office.slip(number, "printed") == ("printed", "printed", "")
    assert office.papers(number) == ["copy"]


def test_a_clone_that_never_answers_claims_no_more_than_that_the_slip_was_handed_over(office: PrintingOffice) -> None:
    with FakePrinter("xprinter-80") as clone:
        clone.engine.mute = True
        office.use(clone.address)
        assert office.state("mute")
        number = office.issue()
        assert office.slip(number, "printed", "uncertain", "failed") == ("printed", "drained", "")
        assert office.kiosk_word(number) == "sent"
        assert "Pencetak bekerja" in office.lamp()
        assert "pencetak ini tidak dapat memastikan" in office.page()
        assert office.papers(number, clone) == ["first"]
        office.use(office.printer.address)


def test_a_second_printer_takes_over_and_the_visitor_is_told_where(office: PrintingOffice) -> None:
    with FakePrinter("generic-58") as second:
        office.use(office.printer.address, second.address)
        office.printer.become(PAPER_OUT)
        assert office.state("paper_out")
        number = office.issue()
        assert office.slip(number, "printed", "uncertain", "failed")[0] == "printed"
        assert office.kiosk_word(number) == "elsewhere"
        assert "Pencetak kedua mencetak" in office.lamp()
        assert (office.papers(number, second), office.papers(number)) == (["first"], [])
        office.printer.become(OK)
        assert office.state("ready")
        recovers(office, office.issue())
        office.use(office.printer.address)


def test_an_agent_that_is_gone_is_not_taken_for_a_printer_that_is_off(
    office: PrintingOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("antrean.hub.agents.print_agents.AWAY_SECONDS", 0.5)
    office.stop_agent()
    assert office.state("agent_away")
    number = office.issue()
    assert office.kiosk_word(number) == "held_up"
    assert "Program cetak tidak terhubung" in office.lamp()
    office.start_agent()
    recovers(office, number)


def test_a_visitor_sees_the_slip_fail_takes_a_copy_and_is_told_to_take_it(
    office: PrintingOffice, browser: Browser
) -> None:
    context = browser.new_context(viewport={"width": 1024, "height": 768})
    context.add_cookies([{"name": "antrean_kiosk", "value": office.kiosk_token, "url": office.url}])
    page = context.new_page()
    page.goto(f"{office.url}/kiosk/")
    expect(page.locator("html")).to_have_attribute("data-live", "live", timeout=60_000)
    office.printer.reset_after = 300
    page.locator(".in-language:not([hidden]) .tile[data-service]").first.click()
    expect(page.locator(".resting")).to_have_count(0)  # a key may lie where the service was touched
    page.locator('.in-language:not([hidden]) [name=persons][value="1"]').click()
    expect(page.locator("[data-slip=uncertain]")).to_be_visible(timeout=60_000)
    expect(page.locator(".slip-uncertain")).to_contain_text("Foto atau catat nomor ini")
    number = page.locator(".ticket-number").inner_text()
    page.locator("[data-print-again] button").click(timeout=60_000)
    expect(page.locator(".slip-printed")).to_be_visible(timeout=60_000)
    expect(page.locator("[data-print-again] button")).to_be_hidden()
    assert office.papers(number) == ["copy"]
    context.close()


def test_a_supervisor_sees_the_fault_live_holds_the_queue_and_lets_it_go_on(
    office: PrintingOffice, browser: Browser
) -> None:
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    page = context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.goto(f"{office.url}/sign_in?next=/admin/printers")
    page.fill("#name", "Dewi")
    page.fill("#password", PASSWORD)
    page.click("form button")
    expect(page.locator(".printer-state")).to_contain_text("Pencetak siap", timeout=60_000)
    expect(page.locator("html")).to_have_attribute("data-live", "live", timeout=60_000)
    office.printer.become(PAPER_OUT)
    expect(page.locator(".printer-state")).to_contain_text("Kertas habis", timeout=60_000)
    office.printer.become(OK)
    expect(page.locator(".printer-state")).to_contain_text("Pencetak siap", timeout=60_000)
    page.click(f"#hold-{office.id}")
    page.get_by_role("button", name="Jangan ubah apa pun").click()
    expect(page.locator(".printer-state")).to_contain_text("Pencetak siap")
    page.click(f"#hold-{office.id}")
    page.get_by_role("button", name="Ya, tahan").click()
    expect(page.locator(".printer-state")).to_contain_text("Pencetakan ditahan", timeout=60_000)
    number = office.issue()
    expect(page.locator(".slip-row").first).to_contain_text("Menunggu pencetak", timeout=60_000)
    assert (office.kiosk_word(number), office.papers(number)) == ("held_up", [])
    page.click(f"#hold-{office.id}")
    expect(page.locator(".slip-row").first).to_contain_text("Tercetak", timeout=60_000)
    recovers(office, number)
    context.close()
    assert faults == []


def test_a_technician_sets_a_printer_up_in_the_browser_and_the_agent_follows(
    office: PrintingOffice, browser: Browser
) -> None:
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    page = context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    with FakePrinter("epson-tm-m30") as new:
        new.engine.model = "TM-m30II"
        page.goto(f"{office.url}/sign_in?next=/admin/printers/{office.id}/set_up")
        page.fill("#name", "Eka")
        page.fill("#password", PASSWORD)
        page.click("form button")
        page.fill("#address", f"127.0.0.1:{new.port}")
        page.get_by_role("button", name="Tanyai pencetak ini").click()
        expect(page.locator(".asked").first).to_contain_text("Ia menyebut dirinya TM-m30II", timeout=60_000)
        expect(page.locator("#profile")).to_have_value("epson-tm-m30")
        page.click("#use-printer")
        expect(page.get_by_text("Tercetak: pencetak memastikan karcis ini")).to_be_visible(timeout=60_000)
        assert len(new.engine.slips) == 1
        page.get_by_text("Tidak, ada yang salah").click()
        page.get_by_label("Tidak, ujungnya tertinggal di dalam pencetak").check()
        page.get_by_role("button", name="Itulah yang saya lihat").click()
        assert office.until(lambda: "cut=none" in office.driven())
        number = office.issue()
        assert office.slip(number, "printed") == ("printed", "printed", "")
        office.use(office.printer.address)
    context.close()
    assert faults == []


def test_after_midnight_the_lamp_is_true_again_without_anybody(office: PrintingOffice) -> None:
    office.printer.become(COVER_OPEN)
    assert office.state("cover_open")
    office.clock.by += timedelta(days=1)
    office.hub.catch_up()
    assert office.state("cover_open")
    assert office.hub.office.read(lambda day, _plan: day.seq > 0 and len(day.tickets)) == 0
    office.printer.engine.slips.clear()  # numbers begin anew
    office.printer.become(OK)
    recovers(office, office.issue())
