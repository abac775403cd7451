"""An outage on every screen: said once by whoever leads, and from then on everywhere, until it is over."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from antrean.access.devices import pair_device
from antrean.queueing.commands import BeginOutage, ChangePlan, CloseCounter, EndOutage, OpenCounter
from antrean.queueing.plan.model import Need, OfficePlan
from antrean.queueing.services.state import OPEN_TODAY
from antrean.queueing.slips.slip import Slip
from antrean.web.text.slip_words import slip_content
from tests.conftest import SetClock, small_plan
from tests.fakes.office_hub import OfficeHub
from tests.fakes.page_text import text_of
from tests.fakes.plan import save_part
from tests.fakes.stands import stands

HTML = {"Accept": "text/html"}
WORDS = {"en": "The server can't be reached", "id": "Server tidak dapat dihubungi"}
WHY = "The server can't be reached. It is expected to go on at about 09:30."
UNKNOWN = "The server can't be reached. Nobody knows yet when it goes on."
BEFORE = "Nobody is called meanwhile. You can take a number, which keeps its place, or come back later."
AFTER = "Nobody is called meanwhile. Your place is kept."


def plan_with_server() -> OfficePlan:
    """Return an office of which two services need the server."""
    plan = small_plan(needs=(Need("server", {"en": "Server"}, WORDS),), languages=("en", "id"))
    needs = {"card": ("server",), "family": ("server",)}
    return replace(plan, services=tuple(replace(one, needs=needs.get(one.code, ())) for one in plan.services))


@pytest.fixture
def plan() -> OfficePlan:
    return plan_with_server()


class Screens:
    """Every screen of an office."""

    def __init__(self, hub: OfficeHub) -> None:
        self.hub = hub
        services = hub.app.extensions["antrean"]
        self.tokens = {
            kind: pair_device(services.settings, kind, kind, hub.office.clock)[1] for kind in ("kiosk", "display")
        }
        hub.office.execute(ChangePlan(what="devices"))
        hub.office.execute(OpenCounter(counter="3", operator="Ani"))
        self.dewi = hub.as_staff("Dewi")

    def page(self, path: str, device: str, accept: str = "text/html") -> Any:
        headers = {"Authorization": f"Bearer {self.tokens[device]}", "Accept": accept}
        answer = self.hub.app.test_client().get(path, headers=headers)
        assert answer.status_code == 200, answer.text
        return answer.get_json() if accept == "application/json" else answer.text

    def tile(self, service: str = "card") -> str:
        found = re.search(
            rf'<button[^>]*id="tile-en-{service}".*?</button>', self.page("/kiosk/?language=en", "kiosk"), re.S
        )
        assert found is not None
        return found[0]

    def warned(self) -> str:
        page = self.page("/kiosk/?language=en&service=card", "kiosk")
        return str(re.findall(r"data-warn[ >].*?<span>([^<]*)<", page)[0]).replace("&#39;", "'")

    def result(self, number: str) -> str:
        return text_of(self.page(f"/kiosk/tickets/{number}?language=en", "kiosk"))

    def display(self) -> dict[str, Any]:
        shown: dict[str, Any] = self.page("/display/view", "display", "application/json")
        return shown

    def phone(self, number: str) -> str:
        ticket = self.hub.ticket(number)
        page = self.hub.app.test_client().get(f"/mobile_ticket/?ticket={self.hub.link(ticket)}&language=en").text
        return text_of(re.sub(r"<(p|span) [^>]*hidden[^>]*>.*?</\1>", "", page, flags=re.S))

    def slip(self, number: str) -> str:
        """Return the last lines of the slip, which is in Indonesian, as it would be printed now."""
        ticket = self.hub.ticket(number)
        plan, today = self.hub.office.read(lambda day, plan: (plan, day.held_up(ticket.service) or OPEN_TODAY))
        with self.hub.app.test_request_context("/"):
            return " ".join(slip_content(plan, ticket, Slip(number, 0, "p", ticket.issued_at), today)["footer"])

    def today(self) -> str:
        return text_of(self.dewi.get("/admin/view?page=today").get_json()["html"]["need.server"])


@pytest.fixture
def screens(hub: OfficeHub) -> Screens:
    return Screens(hub)


def test_the_kiosk_warns_before_a_number_is_taken_and_gives_it(screens: Screens) -> None:
    assert "Paused" not in text_of(screens.tile())
    assert screens.warned() == ""
    screens.hub.issue()
    screens.hub.office.execute(BeginOutage(need="server", minutes=30))
    tile = screens.tile()
    assert "Paused until about 09:30 : The server can't be reached 1 ahead of you" in text_of(tile)
    assert " disabled" not in tile
    assert "minutes" not in text_of(tile)
    assert screens.warned() == f"{WHY} {BEFORE}"
    listed = screens.page("/kiosk/services", "kiosk", "application/json")["services"]
    assert [(one["state"], one["held_up"], one["wait"]) for one in listed] == [
        ("open", True, None), ("open", True, None), ("open", False, None),
    ]  # fmt: skip
    screens.hub.office.execute(CloseCounter(counter="3", operator="Ani"))
    assert screens.warned() == f"{WHY} {BEFORE}"  # it says by itself that nobody is called
    screens.hub.office.execute(OpenCounter(counter="3", operator="Ani"))
    screens.hub.office.execute(EndOutage(need="server"))
    assert screens.warned() == ""


def test_the_kiosk_stops_where_whoever_said_it_wished_so(screens: Screens) -> None:
    screens.hub.office.execute(BeginOutage(need="server", numbers=False))
    assert " disabled" in screens.tile()
    assert "Paused for now : The server can't be reached" in text_of(screens.tile())
    assert " disabled" not in screens.tile("birth")


def test_result_slip_and_phone_say_it_as_long_as_it_lasts(screens: Screens) -> None:
    screens.hub.office.execute(BeginOutage(need="server", minutes=30))
    number = screens.hub.issue().number
    assert f"{WHY} {AFTER}" in screens.result(number)
    assert "Server tidak dapat dihubungi. Diperkirakan dilanjutkan sekitar pukul 09.30." in screens.slip(number)
    said = screens.phone(number)
    assert "It is expected to go on at about 09:30. The server can't be reached" in said
    assert "not known yet" in said
    screens.hub.office.execute(EndOutage(need="server"))
    for said in (screens.result(number), screens.slip(number), screens.phone(number)):
        assert "be reached" not in said
        assert "dihubungi" not in said


def test_the_display_has_one_card_for_all_services_and_says_it_once(screens: Screens) -> None:
    assert screens.display()["messages"] == []
    begun = screens.hub.office.execute(BeginOutage(need="server", minutes=30)).seq
    shown = screens.display()
    assert text_of(shown["html"]["cards"]) == (
        "A B Paused Dijeda until about 09:30 sampai ±09.30 The server can't be reached Server tidak dapat dihubungi"
    )
    (said,) = shown["messages"]
    assert said["seq"] == begun
    assert said["message"]["en"] == f"{WHY} Whoever waits keeps the place."
    assert set(said["message"]) == {"en", "id"}
    assert str(begun) in shown["sound"]["calls"]
    assert "A 0 Paused Dijeda until about 09:30" in text_of(shown["html"]["services"])
    told = screens.hub.office.execute(BeginOutage(need="server")).seq
    (said,) = screens.display()["messages"]
    assert (said["seq"], said["message"]["en"]) == (told, f"{UNKNOWN} Whoever waits keeps the place.")
    screens.hub.office.execute(EndOutage(need="server"))
    assert (screens.display()["messages"], text_of(screens.display()["html"]["cards"])) == ([], "")


def test_a_display_takes_its_turn_to_say_an_outage(screens: Screens) -> None:
    begun = screens.hub.office.execute(BeginOutage(need="server")).seq
    headers = {"Authorization": f"Bearer {screens.tokens['display']}"}
    client = screens.hub.app.test_client()
    assert client.post("/display/turns", json={"seq": begun}, headers=headers).status_code == 200
    assert client.post("/display/turns", json={"seq": begun + 40}, headers=headers).status_code == 404


def test_today_says_what_works_and_takes_both_wishes(screens: Screens, clock: SetClock) -> None:
    assert screens.today().startswith("Server Works Card printing, Family card")
    screens.hub.issue()
    wish = {"minutes": 30, "numbers": True}
    assert screens.dewi.post("/admin/outages/server/begin", json=wish).status_code == 200
    said = screens.today()
    assert "Down since 09:00, until about 09:30" in said
    assert "Kiosks warn and go on giving numbers" in said
    assert "1 had to wait" in said
    clock.now += timedelta(minutes=31)
    assert "Down since 09:00 Kiosks" in screens.today()
    assert screens.dewi.post("/admin/outages/server/begin", json={"numbers": False}).status_code == 200
    assert "Kiosks give no numbers" in screens.today()
    assert screens.dewi.post("/admin/outages/server/end", json={}).status_code == 200
    assert "Works" in screens.today()
    assert screens.dewi.post("/admin/outages/server/mend", json={}).status_code == 404
    page = text_of(screens.hub.as_staff("Eka").get("/admin/audit", headers=HTML).text)
    for line in ("Server is down until about 09:30", "Server is down", "Server is back after 31 minutes"):
        assert line in page


def test_who_leads_says_it_on_the_panel_and_nobody_else_can(screens: Screens) -> None:
    def panel() -> str:
        return str(screens.dewi.get("/counter_panel/services").get_json()["html"])

    def tap(words: str) -> None:
        found = re.search(rf'data-post="([^"]+)"\s+data-fields="([^"]+)"[^>]*>{words}<', panel())
        assert found is not None
        fields = re.sub("&#34;|&quot;", '"', found[2])
        answer = screens.dewi.post(found[1], data=fields, content_type="application/json")
        assert answer.status_code == 200, answer.text

    assert text_of(panel()).startswith("Server Is down … Nobody is called meanwhile, and who waits keeps the place:")
    tap("In 15 minutes")
    assert text_of(panel()).startswith("Server Is down until about 09:15 Is back: let the services go on Say another")
    tap("Is back: let the services go on")
    assert "Is back" not in panel()
    refused = screens.hub.as_staff("Ani").post("/counter_panel/outages/server/begin", json={})
    assert refused.status_code == 403


def test_the_panel_says_once_why_all_services_that_need_it_are_held_up(screens: Screens) -> None:
    def stopped() -> str:
        view = screens.hub.as_staff("Ani").get("/counter_panel/view", headers={"Accept-Language": "en"}).get_json()
        return text_of("".join(view["html"].values()))

    screens.dewi.post("/admin/outages/server/begin", json={"minutes": 30})
    assert stopped().count(WORDS["en"]) == 1
    stands(screens.hub.office, "family", "closed", WORDS)
    assert stopped().count(WORDS["en"]) == 2  # another state is another matter


def test_the_month_is_listed_by_day_with_sums_for_the_ministry(
    screens: Screens, clock: SetClock, hub: OfficeHub
) -> None:
    def page(query: str = "") -> str:
        return text_of(hub.as_staff("Fajar").get(f"/admin/outages{query}", headers=HTML).text)

    assert "Outages in November 2026" in page()
    assert "Nothing was said to be down in this month." in page()
    for minutes in (40, 12):
        hub.issue()
        hub.office.execute(BeginOutage(need="server"))
        clock.now += timedelta(minutes=minutes)
        hub.office.execute(EndOutage(need="server"))
        clock.now += timedelta(days=1)
    said = page()
    assert "In all On 2 days" in said
    assert "Server Card printing, Family card 2 52 minutes 2 0" in said
    assert "Tuesday, 24 November Server 09:00 09:40 40 minutes 1 0 A, B" in said
    hub.office.execute(BeginOutage(need="server"))
    clock.now += timedelta(minutes=7)
    assert "is down still 7 minutes 0 0" in page()
    clock.now += timedelta(days=1)
    assert "not said – 0 0" in page()  # nobody said on that day that it was back
    assert "Nothing was said" in page("?month=2026-10")
    assert hub.as_staff("Fajar").get("/admin/outages?month=2026", headers=HTML).status_code == 422


def test_two_needs_of_one_name_are_two_rows(screens: Screens, clock: SetClock, hub: OfficeHub) -> None:
    save_part(
        hub.office, "needs", [{"code": code, "names": {"en": "Server"}, "words": {}} for code in ("server", "other")]
    )
    save_part(hub.office, "services/birth/needs", ["other"])
    for need, minutes in (("server", 40), ("other", 12)):
        hub.office.execute(BeginOutage(need=need))
        clock.now += timedelta(minutes=minutes)
        hub.office.execute(EndOutage(need=need))
    said = text_of(hub.as_staff("Fajar").get("/admin/outages", headers=HTML).text)
    assert "Server Card printing, Family card 1 40 minutes 0 0 Server Birth certificate 1 12 minutes 0 0" in said


def test_what_services_need_is_set_up_under_services(screens: Screens, hub: OfficeHub) -> None:
    dewi: FlaskClient = screens.dewi

    def need(code: str) -> Need:
        return hub.office.read(lambda _day, plan: plan.need(code))

    def users(code: str) -> list[str]:
        return hub.office.read(lambda _day, plan: [one.code for one in plan.services if code in one.needs])

    assert "no service needs it yet" not in dewi.get("/admin/needs", headers=HTML).text
    wish = {"name_en": "Network", "words_en": "The network is down", "service_birth": True}
    assert dewi.post("/admin/needs", json=wish).get_json() == {"next": "/admin/needs#need-network"}
    assert (need("network").words, users("network")) == ({"en": "The network is down"}, ["birth"])
    assert dewi.post("/admin/needs/network", json={"name_en": "Line", "service_card": True}).status_code == 200
    assert (need("network").names, users("network")) == ({"en": "Line"}, ["card"])
    form = {"name_en": "Card printing", "series": "A", "need_network": True}
    assert dewi.post("/admin/services/card/settings", json=form).status_code == 200
    assert (users("network"), users("server")) == (["card"], ["family"])
    assert dewi.post("/admin/needs", json={"name_id": "Listrik"}).status_code == 422
    hub.office.execute(BeginOutage(need="network"))
    refused = dewi.post("/admin/needs/network/remove", json={})
    assert refused.get_json()["error"]["message"] == "It is down now. Say that it is back first."
    hub.office.execute(EndOutage(need="network"))
    assert dewi.post("/admin/needs/network/remove", json={}).status_code == 200
    assert users("network") == []
