"""The slip of a voucher: what it says, how short it is, and that its code leads to the right page in every state."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from admin.today.vouchers import VOUCHER_MM, VOUCHER_MM_NARROW
from antrean.access.devices import pair_device
from antrean.printing.escpos.parser import text_of as words_of
from antrean.printing.escpos.preview import printed_mm
from antrean.printing.slip.compose import compose
from antrean.printing.slip.content import content_from_json, layout_from_json
from antrean.queueing.commands import ChangePlan, CloseDay, PrintVoucher, PrintVouchers, RedeemVoucher, SettleSlip
from printer_profiles import load_profile
from tests.conftest import SetClock
from tests.fakes.case_hub import Cases
from tests.fakes.office_hub import OfficeHub
from tests.fakes.page_text import text_of
from tests.fakes.plan import save_part
from tests.queueing.cases.case_office import journeying

WIDE, NARROW = "epson-tm-t82iii", "generic-58"


class Printing:
    """An office that prints vouchers at its one printer."""

    def __init__(self, hub: OfficeHub) -> None:
        services = hub.app.extensions["antrean"]
        device, _token = pair_device(services.settings, "print_agent", "Printer 1", hub.office.clock, numbered=True)
        hub.office.execute(ChangePlan(what="devices"))
        save_part(hub.office, "limits/voucher_days", 2)
        self.hub, self.id = hub, device.id

    def told(self) -> list[dict[str, Any]]:
        screen = self.hub.app.extensions["antrean"].publisher._screens["print_agent"]
        with self.hub.app.test_request_context("/"):
            return list(screen.render("printer:" + self.id)["slips"])

    def vouchers(self) -> list[int]:
        return self.hub.office.read(lambda day, _plan: list(day.standing.vouchers.vouchers))


@pytest.fixture
def printing(hub: OfficeHub) -> Printing:
    return Printing(hub)


def paper(slip: dict[str, Any], profile: str = WIDE) -> bytes:
    return compose(content_from_json(slip["content"]), layout_from_json(slip["layout"]), load_profile(profile))


def close_and_print(printing: Printing) -> None:
    printing.hub.office.execute(CloseDay())
    printing.hub.office.execute(PrintVouchers(printer=printing.id))


def test_it_says_whose_number_it_was_on_which_days_it_holds_and_that_it_is_not_called(printing: Printing) -> None:
    ticket = printing.hub.issue(persons=2, priority=True, then="birth")
    other = printing.hub.issue()
    close_and_print(printing)
    slip, plain = printing.told()
    assert slip["job"].endswith("/VOUCHER/1")
    content = slip["content"]
    values = {field["label"]: field["value"] for field in content["fields"]}
    assert values == {
        "Jumlah orang": "2",
        "Antrean": "prioritas",
        "Berlaku": "Rab 25 – Kam 26 Nov",
        "Kode": printing.hub.code(ticket),
    }
    assert (content["office"], content["number"], content["mark"]) == (
        printing.hub.office.read(lambda _day, plan: plan.name),
        ticket.number,
        "DATANG LAGI",
    )
    assert content["footer"] == [
        "Belum dilayani Sel 24 Nov: Anda didahulukan.",
        "Di kios: “Karcis hilang”, atau tanya petugas.",
        "Nomor ini tidak dipanggil; ada nomor baru.",
    ]
    assert "lalu" in content["service"]
    assert {field["label"] for field in plain["content"]["fields"]} == {"Berlaku", "Kode"}
    assert plain["content"]["number"] == other.number
    for profile, page in ((WIDE, "cp858"), (NARROW, "cp437")):
        words = words_of(paper(slip, profile), page)
        assert ticket.number in words
        assert "DATANG LAGI" in words


def test_where_it_holds_on_one_day_the_day_is_said_in_full(printing: Printing) -> None:
    save_part(printing.hub.office, "limits/voucher_days", 1)
    printing.hub.issue()
    close_and_print(printing)
    values = {field["label"]: field["value"] for field in printing.told()[0]["content"]["fields"]}
    assert values["Berlaku"] == "Rabu, 25 November"


@pytest.mark.parametrize(("profile", "most"), [(WIDE, VOUCHER_MM), (NARROW, VOUCHER_MM_NARROW)])
def test_it_is_as_short_as_is_said_before_hundreds_are_printed(printing: Printing, profile: str, most: int) -> None:
    printing.hub.issue(persons=2)
    close_and_print(printing)
    found = printed_mm(paper(printing.told()[0], profile), load_profile(profile))
    assert 0.9 * most <= found <= 1.02 * most


def test_a_copy_is_marked(printing: Printing) -> None:
    printing.hub.issue()
    close_and_print(printing)
    for result in ("sending", "printed"):
        printing.hub.office.execute(SettleSlip(ticket="VOUCHER", copy=1, result=result, claim="run"))
    printing.hub.office.execute(PrintVoucher(voucher=printing.vouchers()[0], printer=printing.id))
    (slip,) = printing.told()
    assert slip["content"]["mark"] == "DATANG LAGI, SALINAN 2"


def test_whoever_takes_a_number_meanwhile_gets_the_slip_first(printing: Printing, clock: SetClock) -> None:
    for _ in range(40):
        printing.hub.issue()
    printing.hub.office.execute(CloseDay())
    clock.forward(hours=24)
    printing.hub.catch_up()
    printing.hub.office.execute(PrintVouchers(printer=printing.id))
    assert len(printing.told()) == 30
    newcomer = printing.hub.issue().number
    jobs = [slip["job"].split("/", 1)[1] for slip in printing.told()]
    assert jobs[:2] == [f"{newcomer}/0", "VOUCHER/1"]
    assert len(jobs) == 30


def test_one_that_is_taken_up_while_its_slip_is_sent_stops_no_other(printing: Printing, clock: SetClock) -> None:
    printing.hub.issue(), printing.hub.issue()
    printing.hub.office.execute(CloseDay())
    clock.forward(hours=24)
    printing.hub.catch_up()
    printing.hub.office.execute(PrintVouchers(printer=printing.id))
    printing.hub.office.execute(SettleSlip(ticket="VOUCHER", copy=1, result="sending", claim="run"))
    printing.hub.office.execute(RedeemVoucher(voucher=printing.vouchers()[0]))
    contents = {slip["content"]["number"]: slip["content"] for slip in printing.told() if "VOUCHER" in slip["job"]}
    assert "fields" not in contents["A-001"]
    assert "fields" in contents["A-002"]


def test_its_code_leads_to_the_right_page_whether_it_holds_was_taken_up_or_is_over(
    printing: Printing, clock: SetClock
) -> None:
    hub = printing.hub
    hub.issue(), hub.issue()
    close_and_print(printing)
    first, second = (slip["content"]["qr"] for slip in printing.told())

    def page(address: str) -> tuple[int, str]:
        path = address.removeprefix("http://hub.test") + "&language=en"
        answer = hub.app.test_client().get(path, headers={"Accept": "text/html"})
        return answer.status_code, answer.text

    status, html = page(first)
    assert status == 200
    assert "You were not served today" in text_of(html.split('data-own="expired">')[1])
    clock.forward(hours=24)
    hub.catch_up()
    status, html = page(first)
    assert status == 200
    assert "You are among the first today." in text_of(html)
    taken = hub.office.execute(RedeemVoucher(voucher=printing.vouchers()[0])).ticket
    assert taken is not None
    assert f'data-number="{taken.number}"' in page(first)[1]
    clock.forward(hours=48)
    hub.catch_up()
    status, html = page(second)
    words = text_of(html.split("<main>")[1])
    assert status == 404
    assert "You could come back until Thursday, 26 November. Please take a new number, or ask our staff." in words
    assert "Code on the slip" not in words


def test_it_carries_the_code_of_the_case_as_the_slip_of_the_number_did(hub: OfficeHub) -> None:
    services = journeying().services
    load = hub.office._load_plan
    hub.office._load_plan = lambda: replace(load(), services=services)
    printing = Printing(hub)
    cases = Cases(hub)
    ticket, other = cases.issue(), cases.issue("birth")
    close_and_print(printing)
    found = {slip["content"]["number"]: slip for slip in printing.told()}
    spaced = f"{ticket.case[:4]} {ticket.case[4:]}"
    assert spaced in words_of(paper(found[ticket.number]), "cp858")
    assert found[ticket.number]["content"]["qr"].endswith(f"&case={ticket.case}")
    assert "Kode berkas" not in words_of(paper(found[other.number]), "cp858")
    assert "case" not in found[other.number]["layout"]["blocks"]
