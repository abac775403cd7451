"""What print agents are told of open slips: put together once, and anew when what they say has changed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import pytest

from antrean.access.devices import pair_device
from antrean.printing.slip.content import BLOCKS, layout_from_json
from antrean.queueing.commands import CancelTicket, ChangePersons, ChangePlan, ReprintSlip, SavePlan, SettleSlip
from antrean.queueing.plan.model import OfficePlan, Service
from antrean.web.text import slip_words
from tests.fakes.case_hub import Cases
from tests.fakes.office_hub import OfficeHub
from tests.fakes.plan import save_part
from tests.fakes.slips import SlipKey
from tests.queueing.cases.case_office import journeying


@pytest.fixture
def hub(hub: OfficeHub) -> OfficeHub:
    pair_device(hub.app.extensions["antrean"].settings, "print_agent", "Printer 1", hub.office.clock)
    hub.office.execute(ChangePlan(what="devices"))
    return hub


@pytest.fixture
def composed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Note the number of each ticket whose slip's content is put together."""
    numbers: list[str] = []
    compose = slip_words.slip_content

    def noted(plan: Any, ticket: Any, *more: Any) -> dict[str, Any]:
        numbers.append(ticket.number)
        return compose(plan, ticket, *more)

    monkeypatch.setattr(slip_words, "slip_content", noted)
    return numbers


def told(hub: OfficeHub) -> dict[str, dict[str, Any]]:
    """Return the contents of the open slips by number, as the print agent is told them."""
    services = hub.app.extensions["antrean"]
    printer = next(device.id for device in services.identities.devices() if device.kind == "print_agent")
    with hub.app.test_request_context("/"):
        view = services.publisher._screens["print_agent"].render("printer:" + printer)
    return {slip["content"]["number"]: slip["content"] for slip in view["slips"]}


def test_the_content_of_a_slip_is_put_together_once_however_often_it_is_told(
    hub: OfficeHub, composed: list[str]
) -> None:
    first, second = hub.issue().number, hub.issue().number
    before = told(hub)
    assert told(hub) == before
    third = hub.issue().number
    assert set(told(hub)) == {first, second, third}
    assert composed == [first, second, third]


def test_a_changed_ticket_and_a_changed_plan_are_told_anew(hub: OfficeHub, composed: list[str]) -> None:
    number = hub.issue().number
    assert told(hub)[number]["fields"][0]["value"] == "1"
    hub.office.execute(ChangePersons(ticket=number, persons=3))
    assert told(hub)[number]["fields"][0]["value"] == "3"
    hub.office.execute(ChangePlan(what="slip"))
    told(hub)
    assert composed == [number] * 3


def test_a_slip_whose_service_left_the_plan_while_it_was_sent_stops_no_other(hub: OfficeHub) -> None:
    left, other = hub.issue("birth", persons=2).number, hub.issue().number
    hub.office.execute(SettleSlip(ticket=left, copy=0, result="sending", claim="run"))
    hub.office.execute(CancelTicket(ticket=left))
    serve = {"counters/2/primary": ["family"], "counters/3/primary": ["card", "family"]}
    hub.office.execute(SavePlan(what="services", parts={"services/birth": None, **serve}))
    assert {number: content["service"] for number, content in told(hub).items()}[left] == "birth"
    assert other in told(hub)


def test_no_more_contents_are_kept_than_a_long_row_of_slips_needs(
    hub: OfficeHub, composed: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(slip_words, "MOST_KEPT", 2)
    for _ in range(5):
        hub.issue()
    assert len(told(hub)) == 5
    assert len(hub.app.extensions["antrean"].publisher._screens["print_agent"]._contents._kept) <= 2


def test_a_slip_says_what_holds_of_its_own_number_and_no_other(hub: OfficeHub) -> None:
    first, second = hub.issue(persons=3), hub.issue()
    slips_told = told(hub)
    content = slips_told[first.number]
    values = {field["label"]: field["value"] for field in content["fields"]}
    assert values.pop("Kode") == hub.code(first)
    assert values == {
        "Jumlah orang": "3",
        "Di depan Anda": "0",
        "Perkiraan tunggu": "belum diketahui",
        "Berlaku": "hari ini saja",
    }
    assert content["footer"] == ["Simpan karcis ini sampai Anda dilayani."]
    assert content["qr_caption"] == "Pindai untuk memantau nomor Anda"
    assert content["mark"] == ""
    # The code leads to the page of this very number.
    for ticket in (first, second):
        link = slips_told[ticket.number]["qr"]
        page = hub.app.test_client().get(link.removeprefix("http://hub.test"), headers={"Accept": "text/html"}).text
        assert f"<title>{ticket.number} " in page


def test_a_priority_visitors_slip_says_so_and_never_why(hub: OfficeHub) -> None:
    number = hub.issue(priority=True).number
    other = hub.issue().number
    said = {field["label"]: field["value"] for field in told(hub)[number]["fields"]}
    assert said["Antrean"] == "prioritas"
    assert "Antrean" not in {field["label"] for field in told(hub)[other]["fields"]}


def test_a_slip_names_both_services_of_a_visit_in_the_order_they_come(hub: OfficeHub) -> None:
    both, one = hub.issue(then="birth").number, hub.issue().number
    assert told(hub)[both]["service"] == "Pencetakan KTP-el, lalu Akta Kelahiran"
    assert told(hub)[one]["service"] == "Pencetakan KTP-el"


def test_an_office_whose_slips_have_no_table_still_says_priority_and_valid_today(
    hub: OfficeHub, plan: OfficePlan
) -> None:
    number = hub.issue(priority=True).number
    slip = {"blocks": ["number", "qr", "footer"], "footer": {"id": ["Terima kasih"]}}
    hub.office._load_plan = lambda: replace(plan, slip=slip)
    hub.office.execute(ChangePlan(what="slip"))
    content = told(hub)[number]
    assert content["footer"] == [
        "Antrean: prioritas", "Berlaku: hari ini saja", f"Kode: {hub.code(number)}", "Terima kasih",
    ]  # fmt: skip
    assert [field["key"] for field in content["fields"]] == ["persons", "people_ahead", "wait"]


def test_a_slip_with_lines_of_the_office_says_these_instead(hub: OfficeHub, plan: OfficePlan) -> None:
    number = hub.issue().number
    hub.office._load_plan = lambda: replace(plan, slip={"footer": {"id": ["Terima kasih"]}})
    hub.office.execute(ChangePlan(what="slip"))
    assert told(hub)[number]["footer"] == ["Terima kasih"]


def test_each_further_paper_of_a_number_is_marked_with_its_count(hub: OfficeHub) -> None:
    number = hub.issue().number
    printer = hub.ticket(number).slips[0].printer
    marks = [told(hub)[number]["mark"]]
    for copy in range(2):
        slip: SlipKey = {"ticket": number, "copy": copy, "claim": "run"}
        hub.office.execute(SettleSlip(**slip, result="sending"))
        hub.office.execute(SettleSlip(**slip, result="uncertain", evidence="sent"))
        hub.office.execute(ReprintSlip(ticket=number, printer=printer))
        marks.append(told(hub)[number]["mark"])
    assert marks == ["", "SALINAN 2", "SALINAN 3"]


def asks_for(hub: OfficeHub, service: str, *names: str) -> None:
    """Let a service ask for these documents."""
    papers = [{"code": f"d{place}", "names": {"id": name}} for place, name in enumerate(names, 1)]
    save_part(hub.office, f"services/{service}/requirements", papers)


def slip_of(hub: OfficeHub, service: str, then: str = "") -> dict[str, Any]:
    """Return what the slip of a new number says."""
    number = hub.issue(service, then=then).number
    return told(hub)[number]


def test_the_slip_of_a_number_names_up_to_three_documents_of_all_its_services(hub: OfficeHub) -> None:
    asks_for(hub, "card", "Kartu Keluarga", "Pas foto")
    asks_for(hub, "birth", "Kartu Keluarga", "Buku nikah")
    both, one, none = (
        slip_of(hub, service, then) for service, then in (("card", "birth"), ("card", ""), ("family", ""))
    )
    assert both["papers_title"] == "Siapkan berkas ini:"
    assert both["papers"] == ["Kartu Keluarga", "Pas foto", "Buku nikah"]
    assert one["papers"] == ["Kartu Keluarga", "Pas foto"]
    assert not {"papers", "papers_title"} & set(none)


def test_documents_that_are_many_or_long_are_counted_on_the_slip_and_read_elsewhere(hub: OfficeHub) -> None:
    asks_for(hub, "card", "KK", "KTP", "Foto", "Akta")
    asks_for(
        hub, "birth", "Surat keterangan kelahiran dari rumah sakit, bidan atau kepala desa", "Buku nikah orang tua" * 2
    )
    many, long = (slip_of(hub, service) for service in ("card", "birth"))
    assert many["papers_title"] == "4 berkas dibawa: daftarnya ada di kios dan di ponsel Anda."
    assert long["papers_title"] == "2 berkas dibawa: daftarnya ada di kios dan di ponsel Anda."
    assert not [one for one in (many, long) if "papers" in one]
    save_part(hub.office, "services/card/ask_requirements", False)  # then no kiosk shows them
    assert slip_of(hub, "card")["papers_title"] == "4 berkas dibawa: daftarnya ada di ponsel Anda."


def test_documents_and_case_codes_have_their_place_also_in_a_layout_saved_before_there_were_any() -> None:
    before = [block for block in BLOCKS if block not in ("papers", "qr_caption", "logo")]
    layout = layout_from_json(slip_words.slip_layout({"blocks": before}))
    assert layout.blocks[layout.blocks.index("papers") - 1 :][:3] == ("case", "papers", "issued")
    assert slip_words.slip_layout({"blocks": ["number"]})["blocks"] == ["number", "case", "papers"]
    assert "blocks" not in slip_words.slip_layout({})


def test_print_agents_of_an_office_without_documents_hear_nothing_of_them(hub: OfficeHub) -> None:
    save_part(hub.office, "slip", {"blocks": ["number", "papers", "service"], "papers": True})
    token = pair_device(hub.app.extensions["antrean"].settings, "print_agent", "Printer 2", hub.office.clock)[1]
    hub.office.execute(ChangePlan(what="devices"))

    def told() -> Any:
        answer = hub.app.test_client().get("/print_agent/view", headers={"Authorization": f"Bearer {token}"})
        return answer.get_json()["layout"]

    assert told() == {"blocks": ["number", "service"]}
    asks_for(hub, "card", "KK")
    assert told() == {"blocks": ["number", "papers", "service"], "papers": True}


@pytest.fixture
def cases(hub: OfficeHub) -> Cases:
    """Cards go through the stages of a journey, and are collected at the service for family cards."""
    services = {one.code: one for one in journeying().services}
    hub.office._load_plan = partial(with_services, hub.office._load_plan, services)
    hub.office.execute(ChangePlan(what="services"))
    return Cases(hub)


def with_services(load: Callable[[], OfficePlan], services: dict[str, Service]) -> OfficePlan:
    return replace(load(), services=tuple(services.values()))


def test_the_slip_of_a_service_with_a_journey_says_the_code_to_keep_in_its_language(
    hub: OfficeHub, cases: Cases
) -> None:
    ticket, other = cases.issue(), cases.issue("birth")
    content = told(hub)[ticket.number]
    assert content["cases"] == [
        {
            "title": "Kode berkas",
            "codes": [f"{ticket.case[:4]} {ticket.case[4:]}"],
            "words": "Simpan kode ini: untuk tahu sudah sampai mana, dan untuk mengambilnya.",
        }
    ]
    assert content["qr"].endswith(f"&case={ticket.case}")
    assert "Nomor berlaku" in {field["label"] for field in content["fields"]}
    assert content["footer"] == []  # nothing says that the slip may be thrown away after the visit
    assert "cases" not in told(hub)[other.number]
    assert told(hub)[other.number]["footer"] == ["Simpan karcis ini sampai Anda dilayani."]


def test_a_copy_has_the_same_code(hub: OfficeHub, cases: Cases) -> None:
    ticket = cases.issue()
    before = told(hub)[ticket.number]
    printer = hub.ticket(ticket.number).slips[0].printer
    slip: SlipKey = {"ticket": ticket.number, "copy": 0, "claim": "run"}
    hub.office.execute(SettleSlip(**slip, result="sending"))
    hub.office.execute(SettleSlip(**slip, result="uncertain", evidence="sent"))
    hub.office.execute(ReprintSlip(ticket=ticket.number, printer=printer))
    again = told(hub)[ticket.number]
    assert again["mark"] == "SALINAN 2"
    assert (again["cases"], again["qr"]) == (before["cases"], before["qr"])


def test_the_slip_of_who_came_to_collect_says_which_codes_it_is_for(hub: OfficeHub, cases: Cases) -> None:
    code = cases.record(persons=2).case
    cases.move("ready", code)
    number = cases.issue("family", case=code).number
    assert told(hub)[number]["cases"] == [
        {
            "title": "Dengan nomor ini Anda mengambil",
            "codes": [f"{code[:4]} {code[4:]}1", f"{code[:4]} {code[4:]}2"],
        }
    ]


def test_further_languages_of_a_slip_say_what_the_code_is_for(hub: OfficeHub, cases: Cases) -> None:
    save_part(hub.office, "slip", {"languages": ["en"]})
    number = cases.issue().number
    (english,) = told(hub)[number]["translations"]
    assert english["footer"] == ["Keep this code: it tells you how far it is, and you need it to collect it."]


def test_print_agents_of_an_office_without_journeys_hear_nothing_of_cases(hub: OfficeHub) -> None:
    save_part(hub.office, "slip", {"blocks": ["number", "case", "service"], "case": True})
    plan = hub.office.read(lambda _day, plan: plan)
    assert slip_words.slip_layout(plan.slip, False, plan.follows_cases) == {"blocks": ["number", "service"]}
    assert "case" not in slip_words.voucher_layout()["blocks"]
    assert "case" in slip_words.voucher_layout(cases=True)["blocks"]
