"""The wizard's eyes: which printers the machine sees, and what a printer says of itself."""

from __future__ import annotations

import errno
import socket
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from antrean.printing.agent import diagnostics, discovery
from antrean.printing.transport.address import parse_address
from antrean.printing.transport.allowed import Allowed
from antrean.web.print_agent.agent_answers import read_answer
from tests.fakes.allowed import named_here
from tests.fakes.engine import PAPER_OUT
from tests.fakes.printer import FakePrinter


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file system as the kernel draws it: two USB printers, one serial adapter."""
    monkeypatch.setattr(discovery, "_queues", list)
    for place, (vendor, product, name) in enumerate([("04b8", "0e28", "TM-T20III"), ("0416", "5011", "POS58 Printer")]):
        device = tmp_path / f"sys/devices/usb{place}"
        (device / "interface").mkdir(parents=True)
        for key, value in (("idVendor", vendor), ("idProduct", product), ("product", name), ("manufacturer", "X")):
            (device / key).write_text(value + "\n")
        entry = tmp_path / f"sys/class/usbmisc/lp{place}"
        entry.mkdir(parents=True)
        (entry / "device").symlink_to(device / "interface")
    serial = tmp_path / "dev/serial/by-id/usb-Prolific_Adapter-if00"
    serial.parent.mkdir(parents=True)
    serial.write_text("")
    return tmp_path


def asked(address: str, sleep: Callable[[float], None] = time.sleep) -> discovery.Identity:
    return discovery.identify(parse_address(address), named_here(address), sleep)


def test_the_machines_printers_are_found_with_a_profile_where_the_id_is_sure(machine: Path) -> None:
    epson, clone, serial = discovery.find_printers(Allowed(), machine)
    assert epson == discovery.Candidate("usblp:///dev/usb/lp0", "X TM-T20III (04b8:0e28)", "epson-tm-t82iii")
    assert (clone.address, clone.profile_id) == ("usblp:///dev/usb/lp1", "")
    assert serial.address == "serial:///dev/serial/by-id/usb-Prolific_Adapter-if00"
    assert [parse_address(found.address).kind for found in (epson, clone, serial)] == ["usblp", "usblp", "serial"]


def test_a_machine_without_printers_has_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(discovery, "_queues", list)
    assert discovery.find_printers(Allowed(), tmp_path) == []


def test_a_printer_is_asked_who_it_is_and_prints_nothing(printer: FakePrinter) -> None:
    said = asked(f"tcp://127.0.0.1:{printer.port}")
    assert (said.model, said.state.state, said.profile_id) == ("TM-T82III", "ready", "epson-tm-t82iii")
    assert printer.engine.slips == []
    assert bytes(printer.engine.paper) == b""
    printer.wait_free()
    printer.become(PAPER_OUT)
    assert asked(printer.address).state.state == "paper_out"
    printer.power_off()
    assert asked(printer.address).state.state == "offline"


def test_a_printer_that_another_client_is_just_leaving_is_asked_again(printer: FakePrinter) -> None:
    other = socket.create_connection(("127.0.0.1", printer.port))
    printer.wait_busy()
    pauses: list[float] = []

    def leave(seconds: float) -> None:
        pauses.append(seconds)
        other.close()
        printer.wait_free()

    assert asked(printer.address, leave).state.state == "ready"
    assert len(pauses) == 1
    assert printer.sessions == 2


def test_a_printer_that_hangs_up_while_it_is_being_reached_is_asked_again_too(
    printer: FakePrinter, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The reset of a second client may come before the connection is ours; that can't be timed from here."""
    reached, resets = socket.create_connection, [ConnectionResetError(errno.ECONNRESET, "Connection reset by peer")]

    def reset_once(*place: object) -> socket.socket:
        if resets:
            raise resets.pop()
        return reached(*place)  # type: ignore[arg-type]

    monkeypatch.setattr(socket, "create_connection", reset_once)
    assert asked(printer.address, lambda seconds: None).state.state == "ready"


def test_a_wrong_address_is_refused_not_asked() -> None:
    said = diagnostics.answer({"what": "identify", "address": "192.168.1.50"}, Allowed())
    assert "192.168.1.50" in said["error"]


def test_the_hub_takes_the_printers_that_were_found_however_long_their_names_are(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found = [
        discovery.Candidate("usblp:///dev/usb/lp0", "Printer " * 40),
        discovery.Candidate("cups://slips", "CUPS slips"),
    ]
    monkeypatch.setattr(diagnostics, "find_printers", lambda allowed: found)
    answer = read_answer("find", diagnostics.answer({"what": "find"}, Allowed()))
    assert [printer.address for printer in answer.found] == ["usblp:///dev/usb/lp0", "cups://slips"]
