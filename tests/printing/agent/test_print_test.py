"""`antrean print-test`: a test slip on a printer of which only the address is known."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from antrean.printing.agent.print_test import TestReport, print_test
from antrean.printing.transport.address import parse_address
from tests.fakes.allowed import named_here
from tests.fakes.engine import PAPER_OUT
from tests.fakes.printer import FakePrinter


def report_of(address: str) -> TestReport:
    return print_test(parse_address(address), named_here(address))


@pytest.fixture
def unknown_printer() -> Iterator[FakePrinter]:
    with FakePrinter("generic-80") as fake:
        yield fake


def test_the_test_slip_needs_only_an_address(unknown_printer: FakePrinter) -> None:
    report = report_of(f"tcp://127.0.0.1:{unknown_printer.port}")
    assert (report.model, report.profile_id) == ("TM-T82III", "epson-tm-t82iii")
    assert (report.state, report.result, report.evidence) == ("ready", "printed", "printed")
    assert report.said.startswith("12 12 12 5f")
    (slip,) = unknown_printer.engine.slips
    assert b"epson-tm-t82iii" in slip
    assert f"tcp://127.0.0.1:{unknown_printer.port}".encode() in slip
    assert b"12 12 12" in slip
    assert any("printed" in line for line in report.lines())


def test_the_test_slip_reports_a_printer_that_is_off_or_out_of_paper(unknown_printer: FakePrinter) -> None:
    unknown_printer.become(PAPER_OUT)
    report = report_of(unknown_printer.address)
    assert (report.ok, report.state, report.reason) == (False, "paper_out", "printer_not_ready")
    unknown_printer.power_off()
    report = report_of(unknown_printer.address)
    assert (report.ok, report.state, report.reason) == (False, "offline", "printer_refused")
    assert unknown_printer.numbers == []
