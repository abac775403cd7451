"""Vouchers come out on paper: all in their order, none twice by two taps, and no more once that is stopped."""

from __future__ import annotations

from typing import Any

import pytest

from antrean.queueing.commands import (
    GiveUpSlips,
    HoldPrinter,
    OpenDay,
    PrintVoucher,
    PrintVouchers,
    ReleasePrinter,
    SettleSlip,
    StopVouchers,
)
from antrean.queueing.plan.model import Limits
from antrean.queueing.slips.slip import Slip
from tests.queueing.vouchers.test_vouchers import Days
from tests.queueing.wishes import refused


class Slips(Days):
    """An office whose close gave three vouchers: A-002 first, which has priority."""

    def __init__(self, **changes: Any) -> None:
        super().__init__(**changes)
        self.wait("rpr")
        self.lines = [one.line for one in self.close()]

    def ask(self, printer: str = "p1") -> None:
        self.office.execute(PrintVouchers(printer=printer))

    def slips(self) -> tuple[Slip, ...]:
        return self.office.read(lambda day, _plan: day.voucher_slips)

    def told(self) -> list[tuple[str, str, int]]:
        return [(slip.number, slip.state, slip.again) for slip in self.slips()]

    def settle(self, copy: int, *results: str, **more: Any) -> None:
        for result in results:
            self.office.execute(SettleSlip(ticket="VOUCHER", copy=copy, result=result, claim="run", **more))


@pytest.fixture
def closed() -> Slips:
    return Slips()


def test_all_that_hold_come_out_in_their_order_and_a_second_tap_prints_none_twice(closed: Slips) -> None:
    closed.ask()
    assert closed.told() == [("A-002", "waiting", 0), ("A-001", "waiting", 0), ("A-003", "waiting", 0)]
    assert [slip.voucher for slip in closed.slips()] == closed.lines
    closed.ask()
    closed.ask("p2")  # another member of staff, at another printer
    closed.settle(1, "sending", "printed", paper_mm=80)
    closed.ask()
    assert closed.told() == [("A-002", "printed", 0), ("A-001", "waiting", 0), ("A-003", "waiting", 0)]
    assert closed.office.read(lambda day, _plan: (day.rolls["p1"].mm, list(day.open_slips))) == (
        80,
        [("VOUCHER", 2), ("VOUCHER", 3)],
    )


def test_a_printer_that_runs_out_goes_on_with_the_rest_however_long_it_took(closed: Slips) -> None:
    closed.ask()
    closed.settle(1, "sending", "waiting", reason="printer_not_ready")
    closed.clock.forward(minutes=50)
    closed.office.execute(GiveUpSlips())
    assert [state for _number, state, _again in closed.told()] == ["waiting"] * 3
    closed.settle(1, "sending", "printed")
    assert [state for _number, state, _again in closed.told()] == ["printed", "waiting", "waiting"]


def test_it_is_stopped_at_one_printer_and_what_is_left_can_be_printed_at_another(closed: Slips) -> None:
    closed.ask()
    closed.settle(1, "sending")
    closed.office.execute(StopVouchers(printer="p2"))
    assert [state for _number, state, _again in closed.told()] == ["sending", "waiting", "waiting"]
    closed.office.execute(StopVouchers(printer="p1"))
    closed.settle(1, "printed")
    assert [(slip.state, slip.reason) for slip in closed.slips()] == [
        ("printed", ""),
        ("failed", "cancelled"),
        ("failed", "cancelled"),
    ]
    assert len(closed.vouchers()) == 3
    closed.ask("p2")
    assert [(slip.number, slip.printer, slip.again) for slip in closed.slips()[3:]] == [
        ("A-001", "p2", 1),
        ("A-003", "p2", 1),
    ]


def test_of_which_nobody_knows_whether_it_came_out_is_printed_again_with_the_next_as_a_copy(closed: Slips) -> None:
    closed.ask()
    closed.settle(1, "sending", "uncertain", reason="no_answer")
    closed.settle(2, "sending", "printed")
    closed.ask()
    assert closed.told()[3:] == [("A-002", "waiting", 1)]


def test_a_held_printer_prints_none_and_they_come_out_when_it_is_released(closed: Slips) -> None:
    closed.office.execute(HoldPrinter(printer="p1"))
    assert refused(closed.office, PrintVouchers, printer="p1") == "printer_held"
    closed.office.execute(ReleasePrinter(printer="p1"))
    closed.ask()
    assert len(closed.slips()) == 3


def test_one_that_is_taken_up_before_it_came_out_is_not_printed_any_more(closed: Slips) -> None:
    closed.next_day()
    closed.ask()
    first = closed.vouchers()[0]
    closed.redeem(first)
    closed.office.execute(GiveUpSlips())
    assert [(slip.number, slip.state, slip.reason) for slip in closed.slips()] == [
        ("A-002", "failed", "not_needed"),
        ("A-001", "waiting", ""),
        ("A-003", "waiting", ""),
    ]
    assert refused(closed.office, PrintVoucher, voucher=first.line, printer="p1") == "voucher_redeemed"


def test_a_day_that_is_opened_again_prints_none_of_them(closed: Slips) -> None:
    closed.ask()
    closed.office.execute(OpenDay())
    closed.office.execute(GiveUpSlips())
    assert {(slip.state, slip.reason) for slip in closed.slips()} == {("failed", "not_needed")}
    again = [one.line for one in closed.close()]
    closed.ask()
    assert [slip.voucher for slip in closed.slips()[3:]] == again


def test_one_is_printed_for_whoever_stands_there_as_often_as_any_slip_and_once_while_it_waits(closed: Slips) -> None:
    closed = Slips(limits=Limits(voucher_days=3, copies=1))
    asked: dict[str, Any] = {"voucher": closed.lines[1], "printer": "p2"}
    one = PrintVoucher(**asked)
    closed.office.execute(one)
    closed.office.execute(one)
    assert closed.told() == [("A-001", "waiting", 0)]
    closed.settle(1, "sending", "printed")
    closed.office.execute(one)
    assert closed.told()[1:] == [("A-001", "waiting", 1)]
    closed.settle(2, "sending", "printed")
    assert refused(closed.office, PrintVoucher, **asked) == "copy_limit"
    closed.ask()
    assert [number for number, _state, _again in closed.told()[2:]] == ["A-002", "A-003"]


def test_what_is_over_comes_out_no_more(closed: Slips) -> None:
    closed.next_day(4)
    closed.ask()
    assert closed.slips() == ()
    assert refused(closed.office, PrintVoucher, voucher=closed.lines[0], printer="p1") == "voucher_over"
    assert refused(closed.office, PrintVoucher, voucher=999, printer="p1") == "voucher_unknown"


def test_it_comes_out_on_each_day_on_which_it_holds(closed: Slips) -> None:
    closed.next_day()
    closed.ask()
    closed.settle(1, "sending", "printed")
    closed.next_day()
    closed.ask()
    assert closed.told() == [("A-002", "waiting", 0), ("A-001", "waiting", 0), ("A-003", "waiting", 0)]
