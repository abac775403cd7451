"""What is used up is said on every screen on which services stand."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from admin.today.view_model import today_view
from antrean.queueing.commands import ChangeService, CountStock, IssueTicket
from antrean.queueing.day import ServiceDay
from antrean.queueing.plan.model import OfficePlan
from antrean.queueing.stock import use
from antrean.queueing.tickets.ticket import Ticket
from counter_panel.view_model import choice, correctable
from display.view_model import board
from kiosk.view_model import service_tiles
from tests.conftest import SetClock
from tests.queueing.stock.test_ledger import Counter3
from tests.queueing.stock.test_vouchers import closed_with


def test_every_screen_says_what_is_used_up() -> None:
    at = Counter3()
    at.do(CountStock(item="blank", count=0))
    at.do(IssueTicket(service="family"))

    def shown(day: ServiceDay, plan: OfficePlan) -> None:
        tile = service_tiles(day, plan, ["id"])["id"][0]
        assert (tile.state, tile.notice, tile.open, tile.left, tile.wait) == ("used_up", "Blangko", False, 0, None)
        family = service_tiles(day, plan, ["id"])["id"][1]
        assert (family.state, family.left) == ("open", None)
        assert [row.state for row in board(day, plan, "id").services] == ["used_up", "open", "used_up"]
        assert [choice(day, plan, one, at.clock(), 1).used_up for one in plan.services] == ["Blangko", "", "Blangko"]
        assert [choice(day, plan, one, at.clock(), 1).full for one in plan.services] == [True, False, True]
        now = today_view(day, plan, at.clock())
        assert [one.used_up for one in now.services] == ["Blangko", "", "Blangko"]

    at.office.read(shown)


def test_every_screen_says_that_the_rest_is_promised_to_those_who_come_back_with_a_voucher() -> None:
    at = closed_with(IssueTicket(service="card"), blanks=1)

    def shown(day: ServiceDay, plan: OfficePlan) -> None:
        tile = service_tiles(day, plan, ["id"])["id"][0]
        assert (tile.state, tile.notice, tile.left) == ("used_up", "Blangko", 0)
        assert [row.state for row in board(day, plan, "id").services] == ["used_up", "open", "used_up"]
        assert [choice(day, plan, one, at.clock(), 1).used_up for one in plan.services] == ["Blangko", "", "Blangko"]
        assert [one.used_up for one in today_view(day, plan, at.clock()).services] == ["Blangko", "", "Blangko"]

    at.office.read(shown)


def test_the_panel_offers_the_service_to_which_a_ticket_takes_along_what_it_was_promised() -> None:
    at = Counter3()
    at.do(CountStock(item="blank", count=1))
    at.do(IssueTicket(service="card"))
    seen = at.office.read(lambda day, plan: correctable(day, plan, "Ani", "A-001", at.clock()))
    assert [(one.code, one.full, one.used_up) for one in seen.services] == [("family", False, ""), ("birth", False, "")]
    at.do(ChangeService(ticket="A-001", service="birth"))


@pytest.mark.parametrize(
    "screen",
    [
        lambda day, plan: service_tiles(day, plan, ["id"])["id"],
        lambda day, plan: board(day, plan, "id"),
        lambda day, plan: today_view(day, plan, SetClock()()),
    ],
    ids=["kiosk", "display", "today"],
)
def test_a_screen_goes_once_through_who_waits_however_many_services_use_stock(
    screen: Callable[[ServiceDay, OfficePlan], object], monkeypatch: pytest.MonkeyPatch
) -> None:
    at = Counter3()
    at.do(CountStock(item="blank", count=5))
    at.do(IssueTicket(service="card"))
    went: list[int] = []
    here = use._here

    def counted(day: ServiceDay) -> Iterator[Ticket]:
        went.append(1)
        return here(day)

    monkeypatch.setattr(use, "_here", counted)
    at.office.read(screen)
    assert len(went) == 1
