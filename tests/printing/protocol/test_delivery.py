"""deliver: every fault a real printer shows, over real TCP; what is claimed and what is on paper agree."""

from __future__ import annotations

import socket
import threading
import time
from dataclasses import replace

import pytest

from antrean.printing.agent.print_test import print_test
from antrean.printing.protocol.delivery import Delivery, DeliveryResult, job_token
from antrean.printing.protocol.status import PrinterStatus
from antrean.printing.slip.compose import compose
from antrean.printing.slip.content import SlipLayout
from antrean.printing.transport.address import parse_address
from antrean.printing.transport.link import LinkError
from antrean.printing.transport.open_link import open_link
from printer_profiles import Profile, load_profile
from tests.fakes.allowed import named_here
from tests.fakes.engine import COVER_OPEN, CUTTER, NEAR_END, OFFLINE, OK, PAPER_OUT
from tests.fakes.printer import FakePrinter
from tests.printing.conftest import quick
from tests.printing.samples import SAMPLE, sample_slip

EPSON = quick(load_profile("epson-tm-t82iii"))
CLONE = replace(EPSON, status=replace(EPSON.status, completion="gs_r", silence_means="unknown", near_end=False))


def opened(printer: FakePrinter, profile: Profile) -> Delivery:
    printer.wait_free()
    return Delivery(
        open_link(parse_address(printer.address), profile, time.monotonic, named_here(printer.address)),
        profile,
        time.monotonic,
    )


def delivered(
    printer: FakePrinter,
    profile: Profile = EPSON,
    data: bytes | None = None,
    told: list[PrinterStatus] | None = None,
    hold_s: float = 1.0,
    job: str = "job",
) -> DeliveryResult:
    delivery = opened(printer, profile)
    assert delivery.check().ready
    heard = [] if told is None else told
    return delivery.send(data or sample_slip(), job_token(job), hold_s=hold_s, on_state=heard.append, after_doubt=False)


@pytest.mark.parametrize(
    ("condition", "state", "ready"),
    [
        (OK, "ready", True),
        (NEAR_END, "near_end", True),
        (PAPER_OUT, "paper_out", False),
        (COVER_OPEN, "cover_open", False),
        (OFFLINE, "offline", False),
        (CUTTER, "error", False),
    ],
)
@pytest.mark.parametrize("method", ["dle_eot", "asb", "custom_full"])
def test_every_condition_is_told_apart(
    printer: FakePrinter, method: str, condition: str, state: str, ready: bool
) -> None:
    profile = replace(EPSON, status=replace(EPSON.status, method=method))
    printer.become(condition)
    if method == "asb" and condition not in (OK, NEAR_END):
        # A busy printer takes GS a only when it is on line again: no answer is the honest state.
        state = "offline"
    if method == "custom_full" and condition == OFFLINE:
        state = "error"
    delivery = opened(printer, profile)
    found = delivery.check()
    delivery.give_up()
    assert (found.state, found.ready) == (state, ready)


def test_a_near_end_sensor_that_is_not_trusted_says_nothing(printer: FakePrinter) -> None:
    printer.become(NEAR_END)
    delivery = opened(printer, CLONE)
    assert delivery.check().state == "ready"
    delivery.give_up()


def test_an_epson_confirms_with_the_jobs_own_token(printer: FakePrinter) -> None:
    assert delivered(printer) == DeliveryResult("printed", "printed")
    assert printer.numbers == ["A-012"]
    assert job_token("a") != job_token("b")
    assert all(32 <= byte <= 126 for byte in job_token("2026-11-24/A-012/1"))


def test_a_clone_confirms_with_its_status_in_turn(printer: FakePrinter) -> None:
    assert delivered(printer, CLONE) == DeliveryResult("printed", "echoed")
    assert printer.numbers == ["A-012"]


def test_a_refused_connection_sent_nothing(printer: FakePrinter) -> None:
    printer.power_off()
    with pytest.raises(LinkError) as refusal:
        opened(printer, EPSON)
    assert (refusal.value.code, refusal.value.nothing_sent) == ("printer_refused", True)


def test_a_printer_that_serves_someone_else_is_offline_not_printed(printer: FakePrinter) -> None:
    with socket.create_connection(("127.0.0.1", printer.port)) as other:
        other.sendall(b"\x10\x04\x01")
        assert other.recv(1) == b"\x12"
        report = print_test(
            parse_address(printer.address), named_here(printer.address)
        )  # the reset is seen while connecting or while asking
    assert (report.ok, report.state, report.evidence) == (False, "offline", "none")
    assert printer.numbers == []


def test_a_half_open_connection_is_offline_where_silence_means_that(printer: FakePrinter) -> None:
    printer.stall = True
    delivery = opened(printer, EPSON)
    assert delivery.check() == PrinterStatus("offline", "no answer")
    delivery.give_up()


def test_a_half_open_clone_is_uncertain_never_printed(printer: FakePrinter) -> None:
    printer.stall = True
    assert delivered(printer, CLONE) == DeliveryResult("uncertain", "sent", "no_confirmation")
    assert printer.numbers == []


def test_a_stall_with_a_large_slip_gives_up_in_time(printer: FakePrinter) -> None:
    printer.stall = True
    large = sample_slip() + b"\x1dv0\x00\x48\x00\xff\xff" + b"\x00" * (72 * 65535)
    assert delivered(printer, CLONE, large) == DeliveryResult("uncertain", "sent", "write_stalled")


def test_a_mute_clone_is_printed_as_far_as_drained(printer: FakePrinter) -> None:
    printer.engine.mute = True
    delivery = opened(printer, CLONE)
    assert delivery.check().state == "mute"
    delivery.give_up()
    assert delivered(printer, CLONE) == DeliveryResult("printed", "drained")
    assert printer.numbers == ["A-012"]


def test_a_mute_clone_that_loses_power_is_uncertain(printer: FakePrinter) -> None:
    printer.engine.mute = True
    printer.reset_after = 300
    assert delivered(printer, CLONE).result == "uncertain"
    assert printer.numbers == []


def test_a_slow_printer_is_waited_for(printer: FakePrinter) -> None:
    printer.bytes_per_s = 60_000
    assert delivered(printer) == DeliveryResult("printed", "printed")
    assert printer.numbers == ["A-012"]


def test_paper_out_before_is_seen_and_nothing_is_held(printer: FakePrinter) -> None:
    printer.become(PAPER_OUT)
    delivery = opened(printer, EPSON)
    assert delivery.check().state == "paper_out"
    delivery.give_up()
    printer.become(OK)
    assert printer.numbers == []


def test_paper_out_in_the_middle_is_told_and_never_sent_twice(printer: FakePrinter) -> None:
    printer.engine.paper_out_after = 300
    told: list[PrinterStatus] = []
    assert delivered(printer, told=told) == DeliveryResult("uncertain", "sent", "held_in_printer")
    assert [state.state for state in told] == ["paper_out"]
    assert printer.numbers == []
    printer.become(OK)
    assert printer.numbers == ["A-012"]  # held data prints late: that is why it is not sent again


def test_paper_changed_in_time_ends_as_printed(printer: FakePrinter) -> None:
    printer.engine.paper_out_after = 300
    told: list[PrinterStatus] = []

    class ChangesPaper(list[PrinterStatus]):
        def append(self, state: PrinterStatus) -> None:
            told.append(state)
            printer.become(OK)

    assert delivered(printer, told=ChangesPaper(), hold_s=5) == DeliveryResult("printed", "printed")
    assert [state.state for state in told] == ["paper_out"]
    assert printer.numbers == ["A-012"]


def test_a_late_answer_of_the_slip_before_does_not_confirm_the_next(printer: FakePrinter) -> None:
    printer.engine.paper_out_after = 300
    assert delivered(printer, hold_s=0.5, job="first").result == "uncertain"
    printer.become(OK)
    printer.engine.knows_process_id = False
    delivery = opened(printer, EPSON)
    assert delivery.check().ready
    outcome = delivery.send(sample_slip(), job_token("second"), hold_s=0.5, on_state=lambda _: None, after_doubt=True)
    assert outcome == DeliveryResult("uncertain", "sent", "no_confirmation")


def test_power_cut_in_the_middle_is_uncertain(printer: FakePrinter) -> None:
    printer.reset_after = 400
    assert delivered(printer) == DeliveryResult("uncertain", "sent", "connection_lost")


@pytest.mark.parametrize("profile", [EPSON, CLONE], ids=["process_id", "gs_r"])
def test_unasked_status_bytes_truncate_nothing(printer: FakePrinter, profile: Profile) -> None:
    """The trap: closing with unread bytes makes the kernel throw away the end of the slip."""
    printer.chatty = True
    picture = b"\x1dv0\x00\x48\x00\x20\x03" + b"\x55" * (72 * 800)
    data = b"\x1b@" + picture + sample_slip()[2:]
    outcome = delivered(printer, replace(profile, status=replace(profile.status, disable_asb_on_open=False)), data)
    assert outcome.result == "printed"
    assert printer.engine.slips == [slip for slip in printer.engine.slips if picture in slip]
    assert printer.numbers == ["A-012"]


def test_without_any_confirmation_asked_the_whole_slip_still_arrives(printer: FakePrinter) -> None:
    printer.chatty = True
    profile = replace(CLONE, status=replace(CLONE.status, completion="drain", method="none"))
    data = b"\x1b@" + b"\x1dv0\x00\x48\x00\x20\x03" + b"\x55" * (72 * 800) + sample_slip()[2:]
    assert delivered(printer, profile, data) == DeliveryResult("printed", "drained")
    assert printer.numbers == ["A-012"]


@pytest.mark.parametrize("method", ["dle_eot", "custom_full"])
def test_a_printer_that_can_not_confirm_is_asked_behind_the_slip_whether_it_stopped_in_it(
    printer: FakePrinter, method: str
) -> None:
    profile = replace(CLONE, status=replace(CLONE.status, method=method, completion="drain"))
    printer.engine.paper_out_after = 300
    told: list[PrinterStatus] = []
    assert delivered(printer, profile, told=told, hold_s=0.5) == DeliveryResult("uncertain", "sent", "held_in_printer")
    assert [state.state for state in told] == ["paper_out"]
    printer.become(OK)
    printer.engine.paper_out_after = 300

    class ChangesPaper(list[PrinterStatus]):
        def append(self, state: PrinterStatus) -> None:
            printer.become(OK)

    assert delivered(printer, profile, told=ChangesPaper(), hold_s=5) == DeliveryResult("printed", "drained")
    assert printer.numbers == ["A-012", "A-012"]


def test_a_slow_printer_that_can_not_confirm_is_waited_for_as_well(printer: FakePrinter) -> None:
    printer.bytes_per_s = 60_000
    profile = replace(CLONE, status=replace(CLONE.status, completion="drain", completion_timeout_s=10.0))
    assert delivered(printer, profile) == DeliveryResult("printed", "drained")
    assert printer.numbers == ["A-012"]


def test_pictures_go_in_pieces_with_a_pause_where_the_profile_says(printer: FakePrinter) -> None:
    image = replace(CLONE.image, fragment_rows=24, fragment_pause_ms=5)
    profile = replace(CLONE, image=image, qr=replace(CLONE.qr, mode="raster"))
    data = compose(SAMPLE, SlipLayout(), profile)
    assert data.count(b"\x1dv0") > 8
    assert delivered(printer, profile, data) == DeliveryResult("printed", "echoed")
    assert printer.numbers == ["A-012"]


def test_an_address_where_something_talks_without_end_is_done_with_in_time(printer: FakePrinter) -> None:
    """The wrong port: what stands there sends and sends, and never says what a printer says."""
    printer.babbles = b"\x12\xff\x80text\x37"
    outcome = DeliveryResult("waiting", "none")
    delivery = opened(printer, EPSON)
    if delivery.check().ready:
        outcome = delivery.send(sample_slip(), job_token("job"), hold_s=0.2, on_state=lambda _: None, after_doubt=True)
    delivery.give_up()
    assert outcome.result != "printed"


def test_a_slip_leaves_no_connection_and_no_thread_behind(printer: FakePrinter) -> None:
    before = set(threading.enumerate())
    for place in range(3):
        assert delivered(printer, job=str(place)).result == "printed"
    assert printer.sessions == 3
    printer.__exit__()
    assert [thread.name for thread in set(threading.enumerate()) - before] == []
