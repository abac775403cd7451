"""Staff find a number of an earlier day that was not served, and give its visitor one of today."""

from __future__ import annotations

from antrean.queueing.commands import CloseDay
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
    panel.hub.office.catch_up()
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
    panel.hub.office.catch_up()
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
