"""One printer is one, however its address is written; who comes second is told whose it is."""

from __future__ import annotations

import os
import socket
import threading
import time
from pathlib import Path

import pytest

from antrean.printing.agent.agent import Agent
from antrean.printing.agent.hub_client import HubClient
from antrean.printing.agent.printer_lock import PrinterLock, PrinterOwned
from antrean.printing.agent.timings import AgentTimings
from antrean.printing.slip.content import to_json
from antrean.printing.transport.address import parse_address, unusable
from antrean.printing.transport.allowed import Allowed
from antrean.printing.transport.same_printer import distinct, names_of
from tests.fakes.hub import FakeHub
from tests.fakes.printer import FakePrinter
from tests.printing.conftest import RunningAgents
from tests.printing.samples import SAMPLE


def same(one: str, other: str, sys: Path = Path("/sys")) -> bool:
    return bool(names_of(parse_address(one), sys) & names_of(parse_address(other), sys))


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.1.1", "[::1]", "[::ffff:127.0.0.1]", "0.0.0.0", "LOCALHOST"])
def test_this_machine_is_one_by_whatever_name(host: str) -> None:
    assert same("tcp://localhost:9100", f"tcp://{host}:9100?profile=generic-80")
    assert not same("tcp://localhost:9100", f"tcp://{host}:9101")


def test_the_machines_own_numbers_and_names_are_this_machine() -> None:
    own = socket.gethostname()
    knows_itself = bool(names_of(parse_address(f"tcp://{own}")) - {f"tcp://{own.lower()}:9100"})
    assert same("tcp://localhost", f"tcp://{own}") is knows_itself
    assert not same("tcp://localhost", f"tcp://{own}:9101")


def test_two_numbers_of_the_network_are_two_printers_and_a_name_without_an_answer_is_itself() -> None:
    assert not same("tcp://192.0.2.1", "tcp://192.0.2.2")
    assert same("tcp://192.0.2.1", "tcp://192.0.2.1:9100?profile=generic-58")
    assert names_of(parse_address("tcp://no-such-printer.invalid")) == {"tcp://no-such-printer.invalid:9100"}


def test_a_device_is_one_by_all_its_names(tmp_path: Path) -> None:
    ours, theirs = os.openpty()
    try:
        path = os.ttyname(theirs)
        link = tmp_path / "tiket0"
        link.symlink_to(path)
        assert same(f"serial://{path}", f"serial://{link}?baud=9600")
        assert not same(f"serial://{path}", "serial:///dev/null")
    finally:
        os.close(ours)
        os.close(theirs)


def test_a_usb_printer_is_one_for_the_kernel_and_for_libusb(tmp_path: Path) -> None:
    number = os.stat("/dev/null").st_rdev
    port = tmp_path / "devices/usb1/1-1"
    (port / "1-1:1.0/usbmisc/lp0").mkdir(parents=True)
    for name, value in (("idVendor", "04b8"), ("idProduct", "0e28"), ("serial", "X1")):
        (port / name).write_text(value + "\n")
    char = tmp_path / f"dev/char/{os.major(number)}:{os.minor(number)}"
    char.mkdir(parents=True)
    (char / "device").symlink_to(port / "1-1:1.0")
    (tmp_path / "bus/usb/devices").mkdir(parents=True)
    (tmp_path / "bus/usb/devices/1-1").symlink_to(port)
    assert same("usblp:///dev/null", "usb://04b8:0e28", tmp_path)
    assert same("usblp:///dev/null", "usb://04b8:0e28?serial=X1", tmp_path)
    assert not same("usblp:///dev/null", "usb://04b8:0e28?serial=X2", tmp_path)
    assert not same("usblp:///dev/null", "usb://04b8:0202", tmp_path)


def test_a_folder_is_one_by_all_its_names(tmp_path: Path) -> None:
    (tmp_path / "slips").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "slips")
    assert same(f"virtual://{tmp_path}/slips", f"virtual://{tmp_path}/link")


def test_a_printer_named_twice_is_driven_once() -> None:
    both = [parse_address(f"tcp://{host}:9100") for host in ("localhost", "127.0.0.1", "192.0.2.7")]
    assert distinct(both) == [both[0], both[2]]


def test_who_finds_a_printer_taken_is_told_by_whom_and_gets_it_when_it_is_let_go(tmp_path: Path) -> None:
    first, second = (parse_address(f"tcp://{host}:9107") for host in ("localhost", "127.0.0.1"))
    owner = PrinterLock(tmp_path / "a", first.device_key, names_of(first), lambda: {"name": "Printer 1", "agent": "x"})
    with pytest.raises(PrinterOwned) as refusal:
        PrinterLock(tmp_path / "b", second.device_key, names_of(second))
    assert refusal.value.owner == {"name": "Printer 1", "agent": "x", "process": os.getpid()}
    assert refusal.value.words == f"Printer 1 (process {os.getpid()})"
    owner.release()
    PrinterLock(tmp_path / "b", second.device_key, names_of(second)).release()


def test_two_agents_whose_printers_are_no_addresses_are_not_in_each_others_way(tmp_path: Path) -> None:
    stop = threading.Event()

    def agent(token: str) -> Agent:
        hub = HubClient("http://127.0.0.1:9", token, time.monotonic, stop)
        nothing = [unusable("address_blank")]
        return Agent(hub, nothing, None, tmp_path / token, stop, time.monotonic, AgentTimings(), Allowed())

    with agent("first").running(), agent("second").running(), pytest.raises(PrinterOwned), agent("first").running():
        pass


def test_the_second_agent_on_one_printer_says_whose_it_is_and_takes_over_when_that_one_ends(
    hub: FakeHub, printer: FakePrinter, agents: RunningAgents, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub.printer["name"] = "Printer 1"
    end = agents.start(printer.address)
    assert hub.until(lambda: hub.states == ["ready"])
    with FakeHub() as other:  # a hub of its own, so that each is heard apart
        theirs = RunningAgents(other, tmp_path / "other")
        monkeypatch.setattr(
            "antrean.printing.agent.hub_client.HubClient.identity", property(lambda client: client._url)
        )
        theirs.start(printer.address.replace("127.0.0.1", "localhost"))
        assert other.until(lambda: "owned" in other.states)
        assert other.reports[0]["detail"] == f"Printer 1 (process {os.getpid()})"
        hub.add("A-001", {**to_json(SAMPLE), "number": "A-001"})
        assert hub.settled("A-001")
        assert set(hub.states) == {"ready"}  # nobody is disturbed by the other
        end()
        assert other.until(lambda: other.states[-1] == "ready")
        assert set(other.states) == {"owned", "ready"}
        theirs.join()
