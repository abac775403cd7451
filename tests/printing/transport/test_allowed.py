"""What a machine lets its print agent open: its own printers, whoever names them, and nothing else."""

from __future__ import annotations

import os
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from antrean.printing.agent import discovery
from antrean.printing.agent.run import run_agent
from antrean.printing.slip.content import to_json
from antrean.printing.transport.address import parse_address
from antrean.printing.transport.allowed import Allowed, AllowedError, NotAllowed, allowed_by, place_of
from antrean.printing.transport.link import LinkError
from antrean.printing.transport.open_link import open_link
from printer_profiles import load_profile
from tests.fakes.cups import fake_cups
from tests.fakes.hub import TOKEN, FakeHub
from tests.fakes.printer import FakePrinter
from tests.printing.conftest import QUICK, RunningAgents
from tests.printing.samples import SAMPLE

EPSON = load_profile("epson-tm-t82iii")


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    """Something on this machine that is no printer: whether it was reached is seen at its socket."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        yield server


def content(number: str) -> dict[str, object]:
    return {**to_json(SAMPLE), "number": number}


def port_of(server: socket.socket) -> int:
    return int(server.getsockname()[1])


def was_reached(server: socket.socket) -> bool:
    try:
        server.accept()[0].close()
    except BlockingIOError:
        return False
    return True


def refusal(allowed: Allowed, text: str) -> tuple[str, str]:
    """The code and the value with which an address is refused; nothing may have been sent."""
    with pytest.raises(NotAllowed) as refused:
        open_link(parse_address(text), EPSON, time.monotonic, allowed)
    assert refused.value.nothing_sent
    return refused.value.code, str(refused.value).partition(": ")[2]


@pytest.mark.parametrize(
    ("text", "code", "value"),
    [
        ("tcp://203.0.113.9", "network_not_allowed", "203.0.113.9"),
        ("tcp://[2001:db8::1]", "network_not_allowed", "2001:db8::1"),
        ("tcp://0.0.0.0", "network_not_allowed", "0.0.0.0"),
        ("tcp://[::]", "network_not_allowed", "::"),
        ("tcp://224.0.0.1", "network_not_allowed", "224.0.0.1"),
        ("tcp://255.255.255.255", "network_not_allowed", "255.255.255.255"),
        ("tcp://192.168.1.50:22", "port_not_allowed", "22"),
        ("tcp://127.0.0.1:9110", "port_not_allowed", "9110"),
        ("usblp:///dev/null", "device_not_allowed", "/dev/null"),
        ("usblp:///dev/sda", "device_not_allowed", "/dev/sda"),
        ("usblp:///dev/usb/lp0/x", "device_not_allowed", "/dev/usb/lp0/x"),
        ("usblp:///tmp/dev/usb/lp0", "device_not_allowed", "/tmp/dev/usb/lp0"),
        ("serial:///dev/tty1", "device_not_allowed", "/dev/tty1"),
        ("serial:///dev/ptmx", "device_not_allowed", "/dev/ptmx"),
        ("usb://dead:beef", "usb_not_allowed", "dead:beef"),
        ("virtual:///some/folder", "folder_not_allowed", "/some/folder"),
    ],
)  # fmt: skip
def test_each_rule_says_what_it_does_not_allow(tmp_path: Path, text: str, code: str, value: str) -> None:
    assert refusal(Allowed(folder=tmp_path, root=tmp_path), text) == (code, value)


def test_the_hub_itself_is_no_printer_under_any_of_its_names(listener: socket.socket) -> None:
    port = port_of(listener)
    allowed = Allowed(ports=(range(1, 65536),), hub=place_of(f"http://127.0.0.1:{port}"))
    names = ["127.0.0.1", "127.0.0.2", "localhost", socket.gethostname()]
    for name in names:
        with pytest.raises(LinkError) as refused:
            open_link(parse_address(f"tcp://{name}:{port}"), EPSON, time.monotonic, allowed)
        assert refused.value.code in ("hub_is_no_printer", "network_not_allowed"), name
    own = allowed.also([parse_address(f"tcp://localhost:{port}")])
    assert refusal(own, f"tcp://localhost:{port}")[0] == "hub_is_no_printer"
    assert not was_reached(listener)


def test_a_port_of_no_printer_is_not_even_reached(listener: socket.socket) -> None:
    assert refusal(Allowed(), f"tcp://127.0.0.1:{port_of(listener)}")[0] == "port_not_allowed"
    assert not was_reached(listener)


def test_a_name_is_looked_up_once_and_the_address_that_was_checked_is_connected(
    listener: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name server that first tells an allowed address and then another one."""
    real, told = socket.getaddrinfo, ["127.0.0.1"]

    def look_up(host: str, *rest: Any, **more: Any) -> Any:
        return real(told.pop(0) if host == "printer.example" else host, *rest, **more)

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    allowed = Allowed(ports=(range(1, 65536),))
    open_link(parse_address(f"tcp://printer.example:{port_of(listener)}"), EPSON, time.monotonic, allowed).abort()
    assert told == []
    assert was_reached(listener)


def test_of_several_addresses_of_a_name_only_allowed_ones_are_tried(
    listener: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    port, real = port_of(listener), socket.getaddrinfo

    def look_up(host: str, *rest: Any, **more: Any) -> Any:
        if host != "printer.example":
            return real(host, *rest, **more)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (ip, port)) for ip in ("203.0.113.9", "127.0.0.1")]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    allowed = Allowed(ports=(range(1, 65536),))
    assert allowed.check(parse_address(f"tcp://printer.example:{port}")) == (("127.0.0.1", port),)


@pytest.mark.parametrize(
    "text",
    [
        "tcp://10.1.2.3", "tcp://172.16.0.9:9101", "tcp://192.168.1.50:9109", "tcp://127.0.0.1", "tcp://[::1]",
        "tcp://[fd00::5]", "usblp:///dev/usb/lp0", "usblp:///dev/lp1", "usblp:///dev/tiket0", "serial:///dev/ttyUSB0",
        "serial:///dev/serial/by-id/usb-Prolific_Adapter-if00", "usb://04b8:0e28",
    ],
)  # fmt: skip
def test_the_usual_printers_of_an_office_are_allowed_from_the_first_day(text: str) -> None:
    Allowed(folder=Path("/nowhere")).check(parse_address(text))


def test_a_machine_that_names_a_printer_itself_allows_it_by_that() -> None:
    for text in ("usblp:///srv/odd-device", "usb://dead:beef", "virtual:///srv/slips", "tcp://203.0.113.9:5000"):
        Allowed().also([parse_address(text + "?profile=generic-80")]).check(parse_address(text))
    with pytest.raises(NotAllowed):
        Allowed().also([parse_address("usblp:///srv/odd-device")]).check(parse_address("usblp:///srv/other"))


def test_settings_of_the_machine_allow_more() -> None:
    allowed = allowed_by("203.0.113.0/24, 2001:db8::7", "9100-9120 515", "/dev/kiosk-* dead:BEEF")
    for text in (
        "tcp://203.0.113.9:515",
        "tcp://[2001:db8::7]:9120",
        "tcp://192.168.1.5",
        "usblp:///dev/kiosk-1",
        "usb://dead:beef",
    ):
        allowed.check(parse_address(text))
    for text in ("tcp://203.0.114.9", "tcp://192.168.1.5:9121", "usblp:///dev/kiosk-1/x", "usb://dead:bee0"):
        with pytest.raises(NotAllowed):
            replace(allowed, root=Path("/nowhere")).check(parse_address(text))


@pytest.mark.parametrize(
    ("networks", "ports", "devices"),
    [("everything", "", ""), ("192.168.1.5/24", "", ""), ("", "0", ""), ("", "9109-9100", ""), ("", "99999", ""),
     ("", "", "lp0"), ("", "", "/dev/../etc/*")],
)  # fmt: skip
def test_a_setting_that_allows_nothing_anybody_can_mean_is_refused(networks: str, ports: str, devices: str) -> None:
    with pytest.raises(AllowedError):
        allowed_by(networks, ports, devices)


def test_a_usb_device_that_says_it_is_a_printer_is_allowed(tmp_path: Path) -> None:
    device = tmp_path / "sys/bus/usb/devices/1-2"
    (device / "1-2:1.0").mkdir(parents=True)
    (device / "idVendor").write_text("dead\n")
    (device / "idProduct").write_text("beef\n")
    (device / "1-2:1.0/bInterfaceClass").write_text("03\n")
    with pytest.raises(NotAllowed):
        Allowed(root=tmp_path).check(parse_address("usb://dead:beef"))
    (device / "1-2:1.0/bInterfaceClass").write_text("07\n")
    Allowed(root=tmp_path).check(parse_address("usb://dead:beef"))


def test_a_print_queue_is_allowed_when_the_machine_has_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake_cups(tmp_path, monkeypatch)
    Allowed().check(parse_address("cups://tiket"))
    assert refusal(Allowed(), "cups://other") == ("queue_unknown", "other")


def test_no_command_of_cups_is_ever_given_a_name_that_could_be_an_option(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake_cups(tmp_path, monkeypatch)
    (tmp_path / "accepts").write_text("tiket accepting requests since Tue\n-hX accepting requests since Tue\n")
    assert [found.address for found in discovery.find_printers(Allowed(), tmp_path)] == ["cups://tiket"]


def test_a_virtual_printer_stays_below_its_folder_whatever_links_lead_out(tmp_path: Path) -> None:
    home, elsewhere = tmp_path / "slips", tmp_path / "elsewhere"
    home.mkdir()
    elsewhere.mkdir()
    (home / "out").symlink_to(elsewhere)
    allowed = Allowed(folder=home)
    allowed.check(parse_address(f"virtual://{home}"))
    allowed.check(parse_address(f"virtual://{home}/second"))
    for folder in (elsewhere, home / "out", home / "out" / "deeper", tmp_path, Path(f"{home}-2")):
        with pytest.raises(NotAllowed):
            allowed.check(parse_address(f"virtual://{folder}"))


def test_only_printers_that_may_be_used_are_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake_cups(tmp_path, monkeypatch)
    entry = tmp_path / "sys/class/usbmisc/lp0"
    entry.mkdir(parents=True)
    serial = tmp_path / "dev/serial/by-id"
    serial.mkdir(parents=True)
    (serial / "usb-good-if00").write_text("")
    (serial / "usb-bad name").write_text("")
    found = [one.address for one in discovery.find_printers(Allowed(), tmp_path)]
    assert found == ["usblp:///dev/usb/lp0", "serial:///dev/serial/by-id/usb-good-if00", "cups://tiket"]


def test_what_is_not_allowed_is_told_as_a_state_and_its_slips_wait(
    hub: FakeHub, agents: RunningAgents, tmp_path: Path, listener: socket.socket
) -> None:
    """As its hub would name it: a supervisor's address that splits into a folder, a port, a device."""
    folder = tmp_path / "somebody's"
    folder.mkdir()
    (folder / "theirs.bin").write_bytes(b"theirs")
    evil = {"kind": "tcp", "host": f"127.0.0.1\u00a0virtual://{folder}", "port": 9100}
    stop = threading.Event()
    hub.printer["addresses"] = [evil]
    thread = threading.Thread(
        target=run_agent, args=(hub.url, TOKEN, ""), daemon=True,
        kwargs={"data_folder": tmp_path / "agent", "stop": stop, "timings": QUICK},
    )  # fmt: skip
    thread.start()
    try:
        hub.add("A-001", content("A-001"))
        for named, detail in (
            (evil, "address_host"),
            (parse_address("usblp:///dev/null").as_data(), "device_not_allowed: /dev/null"),
            (parse_address(f"tcp://localhost:{port_of(listener)}").as_data(), f"port_not_allowed: {port_of(listener)}"),
            (parse_address("virtual:///srv/x").as_data(), "folder_not_allowed: /srv/x"),
        ):
            hub.printer["addresses"] = [named]
            hub.tell()
            wanted = ("not_allowed", detail)
            assert hub.until(partial(heard, hub, wanted)), (wanted, said(hub))
        assert hub.slips["A-001"]["state"] == "waiting"
        with FakePrinter() as printer:
            port = range(printer.port, printer.port + 1)
            hub.printer["addresses"] = [parse_address(printer.address).as_data()]
            hub.tell()
            assert hub.until(lambda: said(hub) == ("not_allowed", f"port_not_allowed: {port[0]}"))
            assert printer.sessions == 0
    finally:
        stop.set()
        hub.stop()
        thread.join(60)
    assert sorted(os.listdir(folder)) == ["theirs.bin"]
    assert not was_reached(listener)


def heard(hub: FakeHub, wanted: tuple[str, str]) -> bool:
    return bool(hub.reports) and said(hub) == wanted


def said(hub: FakeHub) -> tuple[str, str]:
    return hub.reports[-1]["state"], hub.reports[-1]["detail"]


def test_an_agent_prints_on_its_second_printer_while_the_first_is_not_allowed(
    hub: FakeHub, agents: RunningAgents, printer: FakePrinter
) -> None:
    second = parse_address(printer.address).as_data()
    hub.printer["addresses"] = [{"kind": "usblp", "device": "/dev/null", "options": {}}, second]
    agents.start("")
    hub.add("A-001", content("A-001"))
    assert hub.settled("A-001")
    assert printer.numbers == ["A-001"]
    assert hub.reports[-1]["state"] == "not_allowed"


@pytest.mark.parametrize(
    ("named", "said"),
    [
        ("usblp:///dev/null", "device_not_allowed: /dev/null"),
        ("tcp://203.0.113.9", "network_not_allowed: 203.0.113.9"),
        ("cups://nowhere", "queue_unknown: nowhere"),
    ],
)
def test_a_question_of_the_set_up_is_no_way_around(
    hub: FakeHub, agents: RunningAgents, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, named: str, said: str
) -> None:
    fake_cups(tmp_path, monkeypatch)
    hub.questions.append({"id": "q1", "what": "identify", "parts": parse_address(named).as_data()})
    agents.start("")
    assert hub.until(lambda: bool(hub.answers))
    assert (hub.answers[0]["state"], hub.answers[0]["detail"]) == ("not_allowed", said)
