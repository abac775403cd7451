"""A board of what is ready shows the codes of cases that can be collected, and nothing else of anybody."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from antrean.queueing.cases.book import COLLECTED, Case, CaseBook
from antrean.queueing.commands import Announce, CallNext, ChangePlan, KeyInCases, MoveCases
from antrean.queueing.plan.model import OfficePlan
from antrean.web.screens.display_scope import EVERYWHERE, DisplayScope
from antrean.web.screens.zones import rooms_in
from display.ready import MOST_CODES, ReadyBoard, ready_codes, shown_services
from tests.fakes.office_hub import OfficeHub
from tests.fakes.plan import save_part
from tests.queueing.cases.case_office import journeying

TODAY = date(2026, 11, 24)
NINE = datetime(2026, 11, 24, 2, tzinfo=UTC)  # 09.00 there
LONG_AGO = NINE - timedelta(days=5)


@pytest.fixture
def plan() -> OfficePlan:
    return journeying()


def case(code: str, since: datetime = LONG_AGO, stage: str = "ready", **more: Any) -> Case:
    return Case(code, "card", stage, since, since.date(), 1, **more)


def book(*cases: Case) -> CaseBook:
    return CaseBook({one.code: one for one in cases})


def codes(*cases: Case) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """Return the newest codes of a board, and its others: letters and numbers of persons."""
    found = ready_codes(book(*cases), journeying(), ("card",), TODAY)
    newest, others = ([(one.letters, one.persons) for one in some] for some in (found.newest, found.others))
    return newest, others


def test_only_what_can_be_collected_now_stands_on_the_board() -> None:
    shown = codes(
        case("BCDFGHJK"),
        case("CCDFGHJK", stage="printed"),
        case("DCDFGHJK", ended=COLLECTED),
        case("FCDFGHJK", stage="gone"),
    )
    assert shown == ([], [("BCDF GHJK", "")])


def test_codes_are_sorted_by_the_alphabet_and_those_of_one_visit_stand_together() -> None:
    shown = codes(
        case("ZZZZGHJK"), case("BCDFGHJK2"), case("BCDFGHJK10"), case("BCDFGHJK1"), case("BCDFGHJK3"), case("AB12")
    )
    assert shown[1] == [("AB12", ""), ("BCDF GHJK", "1–3 10"), ("ZZZZ GHJK", "")]


def test_what_became_ready_together_last_stands_first_with_its_time_and_one_by_one_counts_as_together() -> None:
    scanned = [case(f"{letter}CDFGHJK", NINE + timedelta(minutes=10 * n)) for n, letter in enumerate("ZYX")]
    found = ready_codes(
        book(case("FCDFGHJK"), case("GCDFGHJK", NINE - timedelta(minutes=40)), *scanned), journeying(), ("card",), TODAY
    )
    assert [one.letters for one in found.newest] == ["XCDF GHJK", "YCDF GHJK", "ZCDF GHJK"]
    assert found.at == NINE + timedelta(minutes=20)
    assert [one.letters for one in found.others] == ["FCDF GHJK", "GCDF GHJK"]


def test_what_became_ready_yesterday_is_not_new() -> None:
    assert codes(case("BCDFGHJK", NINE - timedelta(days=1)))[0] == []


def test_of_very_many_the_oldest_are_counted_and_not_paged() -> None:
    many = [case(f"B{n:04d}", LONG_AGO + timedelta(minutes=n)) for n in range(MOST_CODES + 30)]
    found = ready_codes(book(*many), journeying(), ("card",), TODAY)
    assert (len(found.others), found.more) == (MOST_CODES, 30)
    assert found.others[0].letters == "B0030"


def test_a_board_looks_through_all_cases_only_when_one_has_changed() -> None:
    plan, found = journeying(), ReadyBoard()
    kept = book(case("BCDFGHJK"))
    first = found.codes(kept, plan, ("card",), TODAY)
    assert found.codes(kept, plan, ("card",), TODAY) is first
    more = kept.with_cases([case("CCDFGHJK")])
    assert len(found.codes(more, plan, ("card",), TODAY).others) == 2
    assert found.codes(more, plan, (), TODAY).others == ()


def test_a_board_of_the_service_that_hands_out_shows_what_is_handed_out_there() -> None:
    plan = journeying()
    shown = {
        services: shown_services(DisplayScope(services), plan) for services in (("card",), ("family",), ("birth",))
    }
    assert shown == {("card",): ("card",), ("family",): ("card",), ("birth",): ()}
    assert shown_services(EVERYWHERE, plan) == ("card",)


def set_ready(hub: OfficeHub, **settings: object) -> None:
    services = hub.app.extensions["antrean"]
    device = next(one for one in services.identities.devices() if one.kind == "display")
    services.settings.set_device_settings(device.id, {"layout": "ready", **settings})
    hub.office.execute(ChangePlan(what="display"))


def ready(hub: OfficeHub, *cases: str) -> None:
    hub.office.execute(KeyInCases(cases=cases, service="card", stage="printed"))
    hub.office.execute(MoveCases(cases=cases, stage="ready", leads=True))


def shown(display: FlaskClient) -> dict[str, Any]:
    view: dict[str, Any] = display.get("/display/view").get_json()
    return view


def test_the_board_shows_codes_in_groups_of_four_when_they_became_ready_and_where_they_are_collected(
    hub: OfficeHub, display: FlaskClient
) -> None:
    set_ready(hub)
    assert "Belum ada yang siap diambil" in shown(display)["html"]["ready_codes"]
    assert "Kode Anda ada di sini?" not in shown(display)["html"]["ready_pickup"]
    ready(hub, "BCDFGHJK1", "BCDFGHJK2")
    view = shown(display)
    assert '<li data-code="BCDFGHJK">BCDF GHJK<i>1 2</i></li>' in view["html"]["ready_codes"]
    assert "Baru siap pukul" in view["html"]["ready_codes"]
    assert "09.00" in view["html"]["ready_codes"]
    assert "Kartu Keluarga" in view["html"]["ready_pickup"]
    assert "karcis dengan kode Anda" in view["html"]["ready_pickup"]
    assert "Kode Anda ada di sini?" in view["html"]["ready_pickup"]
    page = display.get("/display/", headers={"Accept": "text/html"}).text
    assert "BCDF GHJK" in page
    assert "Siap diambil" in page


def test_where_no_service_hands_out_what_is_ready_the_board_leads_to_the_staff(
    hub: OfficeHub, display: FlaskClient
) -> None:
    set_ready(hub)
    save_part(hub.office, "services/family/collects", [])
    ready(hub, "BCDFGHJK")
    html = shown(display)["html"]["ready_pickup"]
    assert "Silakan hubungi petugas" in html
    assert "di kios" not in html


def test_a_board_of_chosen_services_shows_no_codes_of_others(hub: OfficeHub, display: FlaskClient) -> None:
    set_ready(hub, services=["birth"])
    ready(hub, "BCDFGHJK")
    assert "BCDF" not in str(shown(display)["html"])


def test_nothing_of_a_case_but_its_code_is_sent_to_the_board(hub: OfficeHub, display: FlaskClient) -> None:
    set_ready(hub)
    number = hub.issue("card").number
    ready(hub, "BCDFGHJK")
    view = str(shown(display))
    assert number not in view
    assert "printed" not in view


def test_the_board_shows_who_is_called_and_its_word_on_a_call_counts_for_nothing(
    hub: OfficeHub, display: FlaskClient
) -> None:
    set_ready(hub)
    number = hub.issue("birth").number
    seq = hub.office.execute(CallNext(counter="3", operator="Ani")).seq
    assert number in shown(display)["html"]["ready_calls"]
    before = hub.seq()
    for said in ({"shown": True}, {"sound": "muted"}, {"sound": "spoken"}):
        assert display.post("/display/announcements", json={"seq": seq, **said}).status_code == 204
    assert display.post("/display/turns", json={"seq": seq}).get_json() == {"mine": False}
    assert hub.seq() == before
    assert hub.office.read(lambda day, _plan: (dict(day.announced), list(day.beside))) == ({}, [])
    services = hub.app.extensions["antrean"]
    assert rooms_in(services, services.office.read(lambda _day, plan: plan), "") == []


def test_an_urgent_announcement_stands_in_place_of_the_codes(hub: OfficeHub, display: FlaskClient) -> None:
    set_ready(hub)
    ready(hub, "BCDFGHJK")
    hub.office.execute(Announce(texts={"id": "Mohon tinggalkan gedung."}, urgent=True))
    html = shown(display)["html"]["ready_codes"]
    assert "Mohon tinggalkan gedung." in html
    assert "BCDF" not in html
