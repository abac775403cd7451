"""Something at a printer's address that is no printer: it is told by what it says, and prints nothing."""

from __future__ import annotations

import threading
import time

import pytest

from antrean.printing.agent.discovery import identify
from antrean.printing.agent.worker import PrinterWorker
from antrean.printing.protocol.strangers import is_stranger, words_of
from antrean.printing.slip.content import to_json
from antrean.printing.transport.address import parse_address
from tests.fakes.allowed import named_here
from tests.fakes.engine import AUTO, CUSTOM, REAL_TIME
from tests.fakes.hub import FakeHub
from tests.fakes.printer import FakePrinter
from tests.fakes.strangers import greeter, web_server
from tests.printing.conftest import QUICK, RunningAgents
from tests.printing.samples import SAMPLE

pytestmark = pytest.mark.usefixtures("quick_profiles")


@pytest.mark.parametrize(
    "said",
    [
        b"HTTP/1.1 400 Bad Request\r\nServer: nginx\r\n\r\n",
        b"SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n",
        b"220 files\r\n",
        b"-ERR unknown command\r\n",
        b"<!DOCTYPE html><html>",
        b"\xff\xfd\x18\xff\xfd\x20\xff\xfd\x23",
        b"J\x00\x00\x00\n8.0.36\x00",
    ],
)
def test_what_speaks_another_language_is_no_printer(said: bytes) -> None:
    assert is_stranger(said)


@pytest.mark.parametrize(
    "said",
    [
        b"",
        *(bytes(answers) * 3 for answers in REAL_TIME.values()),
        *(report * 3 for report in AUTO.values()),
        *(b"\x10\x0f" + status for status in CUSTOM.values()),
        b"\x10\x0f\xff\xff\xff\xff",
        b"\x5fEPSON\x00\x5fTM-T82III\x00",
        b"\x37\x22abcd\x00\x12\x12\x12",
        b"\x37\x22ab",  # the rest is under way
        b"\x5fTM-T82",
        b"\x00\x03\x0c\x0f",
        b"\x11\x13\x12\x11\x12",
        b"\x0f\x00\x18\x00\x0f\x00",  # joined in the middle of a report
    ],
)
def test_nothing_that_a_printer_says_is_taken_for_a_stranger(said: bytes) -> None:
    assert not is_stranger(said)


def test_what_a_stranger_said_is_shown_as_far_as_it_can_be_read() -> None:
    assert words_of(b"HTTP/1.1 400 Bad\r\n\xff\x00" + b"x" * 300).startswith("HTTP/1.1 400 Bad")
    assert len(words_of(b"y" * 300)) == 60


@pytest.mark.parametrize("profile", ["epson-tm-t82iii", "xprinter-80", "generic-80"])
def test_a_web_server_is_said_to_be_no_printer_and_gets_no_slip(
    hub: FakeHub, agents: RunningAgents, profile: str
) -> None:
    with web_server() as port:
        hub.add("A-001", {**to_json(SAMPLE), "number": "A-001"})
        agents.start(f"tcp://127.0.0.1:{port}?profile={profile}")
        assert hub.until(lambda: "no_printer" in hub.states)
        assert hub.states == ["no_printer"]
        assert "HTTP/1" in hub.reports[-1]["detail"] or "DOCTYPE" in hub.reports[-1]["detail"]
        assert hub.results == []
        assert hub.slips["A-001"]["state"] == "waiting"


def test_something_that_greets_is_said_to_be_no_printer(hub: FakeHub, agents: RunningAgents) -> None:
    with greeter(b"SSH-2.0-OpenSSH_9.2p1\r\n") as port:
        agents.start(f"tcp://127.0.0.1:{port}?profile=generic-80")
        assert hub.until(lambda: hub.states == ["no_printer"])
        assert hub.reports[-1]["detail"] == "SSH-2.0-OpenSSH_9.2p1"
        address = parse_address(f"tcp://127.0.0.1:{port}")
        assert identify(address, named_here(address)).state.state == "no_printer"


def test_a_silent_printer_is_no_stranger_and_takes_no_paper_for_being_asked(printer: FakePrinter) -> None:
    printer.engine.mute = True
    address = parse_address(printer.address.replace("epson-tm-t82iii", "generic-80"))
    worker = PrinterWorker(address, lambda state: None, threading.Event(), time.monotonic, QUICK, named_here(address))
    for _ in range(3):
        worker.look("")
        printer.wait_free()
    assert worker.state.state == "mute"
    assert bytes(printer.engine.paper) == b""
    assert printer.engine.slips == []
