"""The same faults on other ways to a printer (device, serial line, CUPS, folder), from the kiosk to the paper."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import small_plan
from tests.fakes.cups import fake_cups
from tests.fakes.engine import COVER_OPEN, CUTTER, NEAR_END, OFFLINE, PAPER_OUT
from tests.fakes.printing_office import PrintingOffice, printing_office
from tests.fakes.wire import WirePrinter


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PrintingOffice]:
    patch = pytest.MonkeyPatch()
    with printing_office(tmp_path_factory.mktemp("printing"), small_plan(), patch) as open_one:
        open_one.start_agent()
        yield open_one
    patch.undo()


@pytest.fixture(params=["usblp", "serial"])
def wire(office: PrintingOffice, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[WirePrinter]:
    """A printer at a device file, which the office's agent drives."""
    with WirePrinter(tmp_path, request.param) as printer:
        office.use(printer.address)
        assert office.state("ready")
        yield printer
        office.use(office.printer.address)


def recovers(office: PrintingOffice, number: str, wire: WirePrinter) -> None:
    assert office.slip(number, "printed", "uncertain", "failed") == ("printed", "printed", "")
    assert office.papers(number, wire) == ["first"]
    assert office.kiosk_word(number) == "printed"


@pytest.mark.parametrize(
    ("condition", "state", "words"),
    [
        (PAPER_OUT, "paper_out", "Kertas habis"),
        (COVER_OPEN, "cover_open", "Penutup pencetak terbuka"),
        (OFFLINE, "offline", "Pencetak tidak terhubung"),
        (CUTTER, "error", "Pencetak bermasalah"),
    ],
)
def test_a_printer_that_can_not_print_gets_nothing_until_it_is_mended(
    office: PrintingOffice, wire: WirePrinter, condition: str, state: str, words: str
) -> None:
    wire.become(condition)
    assert office.state(state)
    number = office.issue()
    assert office.kiosk_word(number) == "held_up"
    assert words in office.lamp()
    assert office.papers(number, wire) == []
    wire.become("ok")
    recovers(office, number, wire)


def test_near_end_is_said_and_printing_goes_on(office: PrintingOffice, wire: WirePrinter) -> None:
    wire.become(NEAR_END)
    assert office.state("near_end")
    recovers(office, office.issue(), wire)
    assert "Kertas hampir habis" in office.lamp()


def test_paper_that_ends_in_the_middle_is_said_and_the_slip_ends_well_with_a_new_roll(
    office: PrintingOffice, wire: WirePrinter
) -> None:
    wire.engine.paper_out_after = 300
    number = office.issue()
    assert office.state("paper_out")
    assert office.kiosk_word(number) == "held_up"
    wire.become("ok")
    recovers(office, number, wire)


def test_what_the_printer_held_too_long_comes_out_once_and_is_called_uncertain(
    office: PrintingOffice, wire: WirePrinter
) -> None:
    wire.engine.paper_out_after = 300
    number = office.issue()
    assert office.slip(number, "uncertain", "printed", "failed") == ("uncertain", "sent", "held_in_printer")
    assert office.kiosk_word(number) == "uncertain"
    wire.become("ok")
    assert office.state("ready")
    assert office.papers(number, wire) == ["first"]


def test_a_printer_that_holds_the_line_off_is_offline_and_gets_nothing(
    office: PrintingOffice, wire: WirePrinter
) -> None:
    wire.silent.set()
    assert office.state("offline")
    number = office.issue()
    assert office.kiosk_word(number) == "held_up"
    wire.silent.clear()
    recovers(office, number, wire)


def test_a_printer_whose_cable_is_pulled_is_offline_and_prints_when_it_is_back(
    office: PrintingOffice, wire: WirePrinter
) -> None:
    wire.unplug()
    assert office.state("offline")
    number = office.issue()
    assert office.kiosk_word(number) == "held_up"
    assert "Pencetak tidak terhubung" in office.lamp()
    assert not wire.path.exists()
    wire.plug()
    recovers(office, number, wire)


def test_a_cable_pulled_in_the_middle_of_a_slip_is_uncertain_and_never_sent_again_by_itself(
    office: PrintingOffice, wire: WirePrinter
) -> None:
    wire.engine.paper_out_after = 300  # it stops in the slip, and there the cable goes
    number = office.issue()
    assert office.state("paper_out")
    wire.unplug()
    assert office.slip(number, "uncertain", "printed", "failed")[0] == "uncertain"
    assert office.kiosk_word(number) == "uncertain"
    wire.engine.condition = "ok"
    wire.plug()
    recovers(office, office.issue(), wire)
    assert office.papers(number, wire) == []


def test_a_clone_that_never_answers_claims_no_more_than_that_the_slip_was_handed_over(
    office: PrintingOffice, tmp_path: Path
) -> None:
    with WirePrinter(tmp_path, "usblp", "pos-58") as clone:
        clone.engine.cutter = False
        clone.engine.mute = True
        office.use(clone.address)
        assert office.state("mute")
        number = office.issue()
        assert office.slip(number, "printed", "uncertain", "failed") == ("printed", "drained", "")
        assert office.kiosk_word(number) == "sent"
        assert "pencetak ini tidak dapat memastikan" in office.page()
        assert office.papers(number, clone) == ["first"]
        office.use(office.printer.address)


def test_a_cups_queue_is_believed_no_more_than_it_knows(
    office: PrintingOffice, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cups = fake_cups(tmp_path, monkeypatch)
    office.use("cups://tiket?profile=cups-80")
    assert office.state("unknown")
    assert "Pencetak terhubung" in office.lamp()
    number = office.issue()
    assert office.slip(number, "printed", "uncertain", "failed") == ("printed", "drained", "")
    assert office.kiosk_word(number) == "sent"
    assert number.encode() in (cups / "printed").read_bytes()
    (cups / "queue").write_text("tiket-7 root 1024 Tue\n")
    stuck = office.issue()
    assert office.slip(stuck, "printed", "uncertain", "failed") == ("uncertain", "sent", "write_stalled")
    assert (cups / "cancelled").read_text() == "tiket-7\n"
    (cups / "printed").unlink()
    (cups / "state").write_text("printer tiket disabled since Tue -\n")
    assert office.state("offline")
    waiting = office.issue()
    assert office.kiosk_word(waiting) == "held_up"
    assert not (cups / "printed").exists()
    (cups / "queue").write_text("")
    (cups / "state").write_text("printer tiket is idle.\n")
    assert office.slip(waiting, "printed", "uncertain", "failed") == ("printed", "drained", "")
    office.use(office.printer.address)


def test_a_virtual_printer_keeps_the_slip_and_says_when_it_can_not(office: PrintingOffice, tmp_path: Path) -> None:
    folder = tmp_path / "slips"
    office.use(f"virtual://{folder}")
    kept = office.issue()
    assert office.slip(kept, "printed", "failed") == ("printed", "virtual", "")
    assert len(list(folder.glob("*.bin"))) == 1
    broken = tmp_path / "no-folder"
    broken.write_text("a file in the folder's place")
    office.use(f"virtual://{broken}")
    lost = office.issue()
    assert office.slip(lost, "printed", "failed") == ("failed", "composed", "folder_not_writable")
    assert office.kiosk_word(lost) == "failed"
    assert "Dihentikan: pencetak tidak dapat menerimanya" in office.page()
    office.use(office.printer.address)
