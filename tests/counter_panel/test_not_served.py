"""Staff find a number of an earlier day that was not served, and give its visitor one of today."""

from __future__ import annotations

import pytest

from antrean.access.devices import pair_device
from antrean.queueing.commands import ChangePlan, CloseDay, ReportPrinter, SettleSlip
from tests.conftest import SetClock
from tests.counter_panel.english import Panel
from tests.fakes.page_text import text_of
from tests.fakes.plan import save_part


def searched(panel: Panel, typed: str) -> str:
    return str(panel.ani.get("/counter_panel/search", query_string={"q": typed}).get_json()["html"])


def test_a_number_that_was_not_served_is_found_by_itself_and_becomes_one_of_today(
    panel: Panel, clock: SetClock
) -> None:
    save_part(panel.hub.office, "limits/voucher_days", 2)
    panel.hub.issue("card", persons=2, priority=True)
    panel.hub.office.execute(CloseDay())
    assert "Not served" not in text_of(searched(panel, "A-001"))  # it ended today, and says so itself
    clock.forward(hours=24)
    panel.hub.catch_up()
    found = text_of(searched(panel, "a1"))
    assert "A-001 Not served on Tuesday, 24 November Card printing · 2 persons · Priority" in found
    assert "No such number today." not in found
    assert "Not served" not in text_of(searched(panel, "2"))
    panel.hub.issue("card")
    voucher = panel.hub.office.read(lambda day, _plan: next(iter(day.standing.vouchers.vouchers)))
    answer = panel.ani.post(f"/counter_panel/vouchers/{voucher}/numbers", json={})
    assert (answer.status_code, answer.get_json()["ticket"]["number"]) == (201, "A-002")
    assert "A-002" in text_of(answer.get_json()["html"]["told"])
    again = panel.ani.post(f"/counter_panel/vouchers/{voucher}/numbers", json={})
    assert (again.status_code, again.get_json()["error"]["code"]) == (409, "voucher_redeemed")
    assert "Not served" not in text_of(searched(panel, "1"))


def test_the_operator_reads_why_it_goes_first(panel: Panel, clock: SetClock) -> None:
    save_part(panel.hub.office, "limits/voucher_days", 1)
    panel.hub.issue("card")
    panel.hub.office.execute(CloseDay())
    clock.forward(hours=24)
    panel.hub.catch_up()
    panel.hub.issue("card")
    voucher = panel.hub.office.read(lambda day, _plan: next(iter(day.standing.vouchers.vouchers)))
    panel.ani.post(f"/counter_panel/vouchers/{voucher}/numbers", json={})
    panel.ani.post("/counter_panel/session", json={"counter": "3"})
    waiting = text_of(panel.ani.get("/counter_panel/waiting").get_json()["html"])
    assert "Was not served on an earlier day and goes first" in waiting
    called = panel.ani.post("/counter_panel/calls", json={}).get_json()
    assert (called["ticket"]["number"], called["reason"]["text"]) == (
        "A-002",
        "Was not served on an earlier day and goes first.",
    )


@pytest.fixture
def printer(panel: Panel) -> str:
    """Pair a printer, and a kiosk whose slips come out there; return the id of the printer."""
    settings, clock = panel.hub.app.extensions["antrean"].settings, panel.hub.office.clock
    device, _token = pair_device(settings, "print_agent", "Printer 1", clock, numbered=True)
    pair_device(settings, "kiosk", "Pintu Masuk", clock, numbered=True)
    panel.hub.office.execute(ChangePlan(what="devices"))
    return device.id


def test_whoever_lost_the_slip_gets_it_printed_at_the_close_and_on_the_days_on_which_it_holds(
    panel: Panel, printer: str, clock: SetClock
) -> None:
    save_part(panel.hub.office, "limits/voucher_days", 1)
    panel.hub.issue("card", persons=2)
    panel.hub.office.execute(CloseDay())
    found = searched(panel, "a1")
    assert "A-001 Not served on Tuesday, 24 November Card printing · 2 persons Print slip" in text_of(found)
    assert "Give a number of today" not in text_of(found)
    address = found.split('data-post="')[1].split('"')[0]
    voucher = panel.hub.office.read(lambda day, _plan: next(iter(day.standing.vouchers.vouchers)))
    assert address == f"/counter_panel/printers/{printer}/vouchers/{voucher}/slips"
    answer = panel.ani.post(address, json={})
    assert (answer.status_code, text_of(answer.get_json()["html"]["told"])) == (
        200,
        "A-001 Card printing · 2 persons The slip comes out at Pintu Masuk.",
    )
    slips = panel.hub.office.read(lambda day, _plan: day.voucher_slips)
    assert [(slip.number, slip.state) for slip in slips] == [("A-001", "waiting")]
    panel.ani.post(address, json={})
    assert panel.hub.office.read(lambda day, _plan: len(day.voucher_slips)) == 1
    panel.hub.office.execute(ReportPrinter(printer=slips[0].printer, state="paper_out"))
    told = panel.ani.post(address, json={}).get_json()["html"]["told"]
    assert "The printer does not print now. The slip comes out once it does; the number is valid." in text_of(told)
    panel.hub.office.execute(SettleSlip(ticket="VOUCHER", copy=1, result="sending", claim="run"))
    clock.forward(hours=24)
    panel.hub.catch_up()
    assert "Give a number of today Print slip" in text_of(searched(panel, "a1"))
    clock.forward(hours=24)
    panel.hub.catch_up()
    assert "Print slip" not in text_of(searched(panel, "a1"))
    over = panel.ani.post(address, json={})
    assert (over.status_code, over.get_json()["error"]["code"]) == (409, "voucher_over")


def test_each_printer_can_be_chosen_and_none_that_there_is_not(panel: Panel, printer: str, clock: SetClock) -> None:
    save_part(panel.hub.office, "limits/voucher_days", 1)
    clock.forward(minutes=1)  # a kiosk prints at the printer that was paired first
    settings, now = panel.hub.app.extensions["antrean"].settings, panel.hub.office.clock
    pair_device(settings, "print_agent", "Ruang belakang", now)
    panel.hub.office.execute(ChangePlan(what="devices"))
    panel.hub.issue("card")
    panel.hub.office.execute(CloseDay())
    assert "Print slip: Pintu Masuk Print slip: Ruang belakang" in text_of(searched(panel, "a1"))
    voucher = panel.hub.office.read(lambda day, _plan: next(iter(day.standing.vouchers.vouchers)))
    answer = panel.ani.post(f"/counter_panel/printers/nowhere/vouchers/{voucher}/slips", json={})
    assert (answer.status_code, answer.get_json()["error"]["code"]) == (404, "printer_unknown")
