"""Addresses, and the ways that need no network: kernel devices, serial lines, the virtual folder."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import serial

from antrean.printing.protocol.delivery import Delivery, DeliveryResult, job_token
from antrean.printing.transport import virtual
from antrean.printing.transport.address import parse_address
from antrean.printing.transport.link import Link, LinkError
from antrean.printing.transport.open_link import open_link
from printer_profiles import Profile, load_profile
from tests.fakes.allowed import named_here
from tests.fakes.engine import PAPER_OUT
from tests.fakes.wire import WirePrinter
from tests.printing.conftest import quick
from tests.printing.samples import sample_slip

EPSON = quick(load_profile("epson-tm-t82iii"))


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("tcp://192.168.1.50:9100?profile=epson-tm-t82iii", "tcp://192.168.1.50:9100"),
        ("tcp://Printer-1", "tcp://printer-1:9100"),
        ("tcp://[fe80::1]:9101", "tcp://[fe80::1]:9101"),
        ("usblp:///dev/usb/lp0", "usblp:///dev/usb/lp0"),
        ("usb://04b8:0e28?serial=X5", "usb://04b8:0e28/X5"),
        ("serial:///dev/ttyUSB0?baud=115200&flow=dsrdtr", "serial:///dev/ttyUSB0"),
        ("cups://tiket", "cups://tiket"),
        ("virtual:///var/lib/antrean/slips?profile=generic-58", "virtual:///var/lib/antrean/slips"),
    ],
)
def test_an_address_names_one_place(text: str, place: str) -> None:
    assert parse_address(text).device_key == place


def test_an_address_without_a_profile_takes_the_one_offered_then_the_plainest() -> None:
    assert parse_address("tcp://x").profile("generic-58").id == "generic-58"
    assert parse_address("tcp://x").profile().id == "generic-80"
    assert parse_address("virtual:///x").profile().id == "virtual-80"
    assert parse_address("tcp://x?profile=generic-58").profile("epson-tm-t82iii").id == "generic-58"


@pytest.fixture
def wire(tmp_path: Path) -> Iterator[WirePrinter]:
    with WirePrinter(tmp_path, "usblp") as made:
        yield made


def opened(address: str, profile: Profile) -> Link:
    return open_link(parse_address(address), profile, time.monotonic, named_here(address))


def delivered(address: str, profile: Profile, data: bytes | None = None) -> DeliveryResult:
    delivery = Delivery(opened(address, profile), profile, time.monotonic)
    try:
        assert delivery.check().ready, delivery.state
        return delivery.send(
            data or sample_slip(), job_token("job"), hold_s=0.5, on_state=lambda _: None, after_doubt=False
        )
    finally:
        delivery.give_up()


@pytest.mark.parametrize("scheme", ["serial", "usblp"])
def test_a_slip_over_a_device_is_confirmed(wire: WirePrinter, scheme: str) -> None:
    assert delivered(f"{scheme}://{wire.path}", EPSON) == DeliveryResult("printed", "printed")
    assert wire.engine.numbers == ["A-012"]


@pytest.mark.parametrize("scheme", ["serial", "usblp"])
def test_an_answer_left_over_in_a_device_is_not_taken_for_the_present_state(wire: WirePrinter, scheme: str) -> None:
    wire.say(b"\x12\x12\x12")
    wire.become(PAPER_OUT)
    link = opened(f"{scheme}://{wire.path}", EPSON)
    delivery = Delivery(link, EPSON, time.monotonic)
    assert delivery.check().state == "paper_out"
    delivery.give_up()


def test_a_serial_slip_without_confirmation_is_drained_when_the_line_is_empty(wire: WirePrinter) -> None:
    profile = replace(EPSON, status=replace(EPSON.status, completion="drain"))
    assert delivered(f"serial://{wire.path}?flow=none", profile).evidence == "drained"


@pytest.mark.parametrize("scheme", ["serial", "usblp"])
def test_a_printer_that_holds_the_line_off_is_noticed_in_time(wire: WirePrinter, scheme: str) -> None:
    profile = replace(EPSON, status=replace(EPSON.status, method="none", completion="none"))
    wire.silent.set()
    outcome = delivered(
        f"{scheme}://{wire.path}" + ("?flow=none" if scheme == "serial" else ""), profile, sample_slip() * 200
    )
    assert outcome == DeliveryResult("uncertain", "sent", "write_stalled")


def test_a_serial_printer_that_drops_its_ready_line_gets_nothing_and_keeps_the_slip_waiting(
    wire: WirePrinter, monkeypatch: pytest.MonkeyPatch
) -> None:
    """DSR low, as with the cover open; pseudo terminals have no such line, so it is pulled by hand."""
    profile = replace(EPSON, status=replace(EPSON.status, method="none", completion="none"))
    monkeypatch.setattr(serial.Serial, "dsr", property(lambda _: False))
    outcome = delivered(f"serial://{wire.path}?flow=dsrdtr", profile)
    assert outcome == DeliveryResult("waiting", "composed", "write_stalled")
    assert wire.engine.buffer + bytes(wire.engine.paper) == b""
    monkeypatch.setattr(serial.Serial, "dsr", property(lambda _: True))
    assert delivered(f"serial://{wire.path}?flow=dsrdtr", EPSON) == DeliveryResult("printed", "printed")


@pytest.mark.parametrize("scheme", ["serial", "usblp"])
@pytest.mark.parametrize("completion", ["drain", "process_id"])
def test_a_cable_pulled_when_all_is_sent_is_uncertain(
    wire: WirePrinter, monkeypatch: pytest.MonkeyPatch, scheme: str, completion: str
) -> None:
    """Whatever the device then says: a hung-up device takes bytes in no order that means anything."""
    profile = replace(EPSON, status=replace(EPSON.status, method="none", completion=completion))
    link = opened(f"{scheme}://{wire.path}" + ("?flow=none" if scheme == "serial" else ""), profile)
    sent = link.send

    def pulled(data: bytes) -> None:
        sent(data)
        if b"\x1dV" in data:
            wire.unplug()

    monkeypatch.setattr(link, "send", pulled)
    delivery = Delivery(link, profile, time.monotonic)
    assert delivery.check().ready
    outcome = delivery.send(sample_slip(), job_token("job"), hold_s=0.5, on_state=lambda _: None, after_doubt=False)
    assert outcome.result == "uncertain"
    delivery.give_up()


def test_a_host_name_that_leads_nowhere_is_an_unreachable_printer() -> None:
    with pytest.raises(LinkError) as refusal:
        opened("tcp://printer.invalid", EPSON)
    assert (refusal.value.code, refusal.value.nothing_sent) == ("printer_unreachable", True)


@pytest.mark.parametrize("scheme", ["serial", "usblp"])
def test_a_missing_device_is_said_and_no_file_is_made(tmp_path: Path, scheme: str) -> None:
    gone = tmp_path / "lp0"
    with pytest.raises(LinkError) as refusal:
        opened(f"{scheme}://{gone}", EPSON)
    assert (refusal.value.code, refusal.value.nothing_sent) == ("device_missing", True)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("scheme", ["serial", "usblp"])
def test_a_plain_file_in_a_devices_place_is_not_written(tmp_path: Path, scheme: str) -> None:
    """What a careless driver leaves behind when the printer was unplugged."""
    plain = tmp_path / "lp0"
    plain.write_bytes(b"old")
    with pytest.raises(LinkError) as refusal:
        opened(f"{scheme}://{plain}", EPSON)
    assert refusal.value.code == "device_missing"
    assert plain.read_bytes() == b"old"


def test_the_virtual_printer_keeps_the_last_fifty_slips(tmp_path: Path) -> None:
    folder = tmp_path / "slips"
    for number in range(54):
        virtual.keep(folder, f"2026-11-24/A-{number:03d}/1", b"%d" % number)
    names = [path.name for path in virtual.kept(folder)]
    assert len(names) == len(list(folder.glob("*.bin"))) == 50
    assert names[0] == "2026-11-24_A-053_1.bin"
    assert names[-1] == "2026-11-24_A-004_1.bin"
    assert not list(folder.glob("*.part"))


@pytest.mark.parametrize("job", ["../../etc/passwd", "a b", "", "x\n", "ä"])
def test_a_job_name_cannot_leave_the_folder(tmp_path: Path, job: str) -> None:
    with pytest.raises(ValueError, match="not a plain name"):
        virtual.keep(tmp_path, job, b"")
    assert list(tmp_path.iterdir()) == []
