"""USB by libusb and CUPS queues, driven through stand-ins for the libraries' own ends."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest
import usb.core
import usb.util

from antrean.printing.protocol.delivery import Delivery, DeliveryResult, job_token
from antrean.printing.slip.compose import compose
from antrean.printing.slip.content import SlipLayout
from antrean.printing.transport.address import parse_address
from antrean.printing.transport.link import LinkError
from antrean.printing.transport.open_link import open_link
from printer_profiles import Profile, load_profile
from tests.fakes.allowed import named_here
from tests.fakes.cups import fake_cups
from tests.fakes.engine import NEAR_END, PAPER_OUT, Engine
from tests.printing.conftest import quick
from tests.printing.samples import SAMPLE

CUSTOM = quick(load_profile("custom-vkp80"))
EPSON = quick(load_profile("epson-tm-t82iii"))


class UsbDevice:
    """A pyusb device with a printer's engine in it; writes may be short, time out, or fail."""

    serial_number = "X5"

    def __init__(self) -> None:
        self.engine = Engine()
        self.answers = bytearray()
        self.kernel_driver, self.claimed = True, False
        self.most = 700
        self.fails: Exception | None = None
        self.fails_after = 0
        self.endpoints: set[int] = set()
        self.timeouts: list[int] = []

    def is_kernel_driver_active(self, interface: int) -> bool:
        return self.kernel_driver

    def detach_kernel_driver(self, interface: int) -> None:
        self.kernel_driver = False

    def write(self, endpoint: int, data: bytes, timeout: int) -> int:
        assert self.claimed
        self.endpoints.add(endpoint)
        self.timeouts.append(timeout)
        if self.fails and len(self.engine.paper) >= self.fails_after:
            raise self.fails
        taken = data[: self.most]
        self.answers += self.engine.receive(taken)
        return len(taken)

    def read(self, endpoint: int, size: int, timeout: int) -> bytes:
        self.endpoints.add(endpoint)
        self.timeouts.append(timeout)
        if not self.answers:
            raise usb.core.USBTimeoutError("timeout", errno=110)
        said, self.answers = bytes(self.answers[:size]), self.answers[size:]
        return said

    def ctrl_transfer(self, *_: Any) -> bytes:
        return bytes([0x18 if self.engine.condition != PAPER_OUT else 0x30])


@pytest.fixture
def device(monkeypatch: pytest.MonkeyPatch) -> UsbDevice:
    made = UsbDevice()

    def claim(_: object, __: int) -> None:
        made.claimed = True

    def release(_: object, __: int) -> None:
        made.claimed = False

    monkeypatch.setattr(usb.core, "find", lambda **wanted: made if wanted["idVendor"] == 0x0DD4 else None)
    monkeypatch.setattr(usb.util, "claim_interface", claim)
    monkeypatch.setattr(usb.util, "release_interface", release)
    monkeypatch.setattr(usb.util, "dispose_resources", lambda _: None)
    return made


def delivered(profile: Profile, address: str = "usb://0dd4:0123") -> DeliveryResult:
    delivery = Delivery(
        open_link(parse_address(address), profile, time.monotonic, named_here(address)), profile, time.monotonic
    )
    try:
        if not delivery.check().ready:
            return DeliveryResult("waiting", "none", delivery.state.state)
        data = compose(SAMPLE, SlipLayout(), profile)
        return delivery.send(data, job_token("job"), hold_s=0.3, on_state=lambda _: None, after_doubt=False)
    finally:
        delivery.give_up()


def test_a_kiosk_printer_on_usb_takes_short_writes_and_presents_the_slip(device: UsbDevice) -> None:
    assert delivered(CUSTOM) == DeliveryResult("printed", "drained")
    assert device.engine.numbers == ["A-012"]
    assert device.engine.paper.endswith(b"\x1de\x03\x00")
    assert device.endpoints == {0x02, 0x81}
    assert all(0 < timeout <= 2000 for timeout in device.timeouts)
    assert not device.claimed


@pytest.mark.parametrize("profile", [EPSON, CUSTOM], ids=lambda profile: profile.id)
def test_an_answer_left_over_from_before_is_not_taken_for_the_present_state(
    device: UsbDevice, profile: Profile
) -> None:
    """A USB printer keeps what nobody has read; here it was well when it was last asked, and has no paper now."""
    device.engine.condition = PAPER_OUT
    device.answers += b"\x10\x0f\0\0\0\0" if profile is CUSTOM else b"\x12\x12\x12"
    assert delivered(profile) == DeliveryResult("waiting", "none", "paper_out")


def test_its_full_status_is_understood(device: UsbDevice) -> None:
    device.engine.condition = PAPER_OUT
    assert delivered(CUSTOM) == DeliveryResult("waiting", "none", "paper_out")
    device.engine.condition = NEAR_END
    assert delivered(CUSTOM).result == "printed"
    assert device.engine.numbers == ["A-012"]


def test_usb_confirms_like_any_other_way(device: UsbDevice) -> None:
    assert delivered(EPSON) == DeliveryResult("printed", "printed")


def test_the_parallel_port_status_is_a_poor_mans_status(device: UsbDevice) -> None:
    profile = quick(load_profile("pos-58"))
    device.engine.condition = PAPER_OUT
    assert delivered(profile).reason == "paper_out"
    device.engine.condition = "ok"
    assert delivered(profile) == DeliveryResult("printed", "drained")


@pytest.mark.parametrize(
    ("fails", "reason"),
    [
        (usb.core.USBTimeoutError("t", errno=110), "write_stalled"),
        (usb.core.USBError("gone", errno=19), "connection_lost"),
    ],
)
def test_a_stalled_or_pulled_usb_printer_is_uncertain(device: UsbDevice, fails: Exception, reason: str) -> None:
    device.fails, device.fails_after = fails, 300
    assert delivered(EPSON) == DeliveryResult("uncertain", "sent", reason)
    assert not device.claimed


def test_a_usb_printer_that_may_not_be_looked_at_is_unreachable(
    device: UsbDevice, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without permission pyusb can't read the serial number, and says so in an error of another kind."""

    def find(**wanted: Any) -> None:
        raise ValueError("The device has no langid (permission issue, no string descriptors supported or device error)")

    monkeypatch.setattr(usb.core, "find", find)
    with pytest.raises(LinkError) as refusal:
        delivered(EPSON, "usb://0dd4:0123?serial=X5")
    assert (refusal.value.code, refusal.value.nothing_sent) == ("printer_unreachable", True)


def test_no_such_usb_printer(device: UsbDevice) -> None:
    with pytest.raises(LinkError) as refusal:
        delivered(EPSON, "usb://04b8:0e28")
    assert (refusal.value.code, refusal.value.nothing_sent) == ("device_missing", True)


@pytest.fixture
def cups(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return fake_cups(tmp_path, monkeypatch)


QUEUE = quick(load_profile("cups-80"))


def test_a_cups_queue_is_drained_at_best(cups: Path) -> None:
    assert delivered(QUEUE, "cups://tiket") == DeliveryResult("printed", "drained")
    assert (cups / "printed").read_bytes() == compose(SAMPLE, SlipLayout(), QUEUE)
    assert (cups / "arguments").read_text().split() == ["-d", "tiket", "-o", "raw", "-"]
    asked = [words for words in (cups / "asked").read_text().splitlines() if not words.startswith("-W")]
    assert asked[-1] == "-a tiket -p tiket"
    assert len(asked) <= 2  # once which queues there are, once how this one is


def test_a_queue_that_is_stopped_or_unknown_gets_nothing(cups: Path) -> None:
    (cups / "state").write_text("printer tiket disabled since Tue -\n")
    with pytest.raises(LinkError, match="does not print"):
        delivered(QUEUE, "cups://tiket")
    assert not (cups / "printed").exists()


def test_a_slip_that_cups_refuses_is_still_waiting(cups: Path) -> None:
    (cups / "exit").write_text("1")
    assert delivered(QUEUE, "cups://tiket").result == "waiting"


@pytest.mark.parametrize("fault", ["hangs", "dies"])
def test_a_slip_that_cups_may_have_taken_is_never_given_to_it_again(cups: Path, fault: str) -> None:
    (cups / fault).touch()
    assert delivered(QUEUE, "cups://tiket").result == "uncertain"


def test_a_slip_stuck_in_the_queue_is_taken_back_and_uncertain(cups: Path) -> None:
    """CUPS would print it minutes later, when its number may long be called."""
    (cups / "queue").write_text("tiket-7 root 1024 Tue\n")
    assert delivered(QUEUE, "cups://tiket") == DeliveryResult("uncertain", "sent", "write_stalled")
    assert (cups / "cancelled").read_text().split() == ["tiket-7"]


def test_somebody_elses_paper_in_the_queue_is_neither_waited_for_nor_taken_back(cups: Path) -> None:
    (cups / "queue").write_text("tiket-71 root 1024 Tue\ntiket-8 root 1024 Tue\n")
    assert delivered(QUEUE, "cups://tiket") == DeliveryResult("printed", "drained")
    assert not (cups / "cancelled").exists()
