"""Why a number is called: the true reason, in each language, and for as long as the call is remembered."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from flask_babel import force_locale, get_translations

from antrean.config import Config
from antrean.queueing.calling.disciplines import DISCIPLINES, Discipline, Key, Words
from antrean.queueing.commands import CallNext, ChangePlan, OpenCounter, RecallTicket
from antrean.queueing.errors import nN_
from antrean.queueing.plan.model import OfficePlan
from antrean.queueing.tickets.ticket import Ticket
from antrean.web.text.catalogues import COMPILE
from antrean.web.text.reasons import reason_words
from app import create_app
from counter_panel.view_model import panel
from docs.catalogues import COMPLETE, path_of
from tests.conftest import SetClock, small_plan
from tests.fakes.office_hub import OfficeHub
from tests.fakes.stands import stands

NOTICE = {"id": "Jaringan ke pusat putus", "en": "The line to the capital is cut"}


def pause(hub: OfficeHub, code: str, state: str = "paused", notices: Any = NOTICE) -> None:
    stands(hub.office, code, state, notices)


def seen(hub: OfficeHub, name: str = "Ani") -> dict[str, str]:
    return dict(hub.as_staff(name).get("/counter_panel/view").get_json()["html"])


def sit(hub: OfficeHub, counter: str = "1") -> None:
    hub.office.execute(OpenCounter(counter=counter, operator="Ani"))


def said(hub: OfficeHub, language: str, **facts: Any) -> str:
    with hub.app.test_request_context(), force_locale(language):
        return reason_words(facts)


def test_while_its_own_services_are_paused_the_panel_says_so_and_why(hub: OfficeHub, clock: SetClock) -> None:
    sit(hub)  # cards first, families when no card can be called
    for _ in range(3):
        hub.issue()
    hub.issue("family")
    clock.forward(minutes=12)
    pause(hub, "card")
    assert "Layanan utama loket ini dihentikan sementara" in seen(hub)["next"]
    reason = hub.as_staff("Ani").post("/counter_panel/calls", json={}).get_json()["reason"]
    assert reason["rule"] == "overflow_paused"
    assert reason["text"] == (
        "Menunggu 12 menit; layanan utama loket ini dihentikan sementara, 3 nomor menunggu di sana. "
        "(Jaringan ke pusat putus)"
    )
    assert "layanan utama loket ini dihentikan sementara, 3 nomor" in seen(hub)["work"]
    facts = hub.office.read(lambda day, _plan: day.calls[-1].facts)
    assert facts == {"waited": 12, "passed": 0, "standing": 3, "state": "paused", "notices": NOTICE}


def test_a_closed_service_is_not_said_to_be_paused(hub: OfficeHub, clock: SetClock) -> None:
    sit(hub)
    hub.issue()
    hub.issue("family")
    pause(hub, "card", "closed", {})
    assert "Layanan utama loket ini ditutup" in seen(hub)["next"]
    reason = hub.as_staff("Ani").post("/counter_panel/calls", json={}).get_json()["reason"]
    assert reason == {
        "rule": "overflow_paused",
        "text": "Menunggu 0 menit; layanan utama loket ini ditutup, 1 nomor menunggu di sana.",
    }


def test_an_empty_counter_helps_and_says_that_nobody_waits_for_its_own_services(hub: OfficeHub) -> None:
    sit(hub)
    hub.issue("family")
    pause(hub, "card")  # nobody waits for it, so the pause is not the reason
    assert "Layanan utama loket ini kosong" in seen(hub)["next"]
    reason = hub.as_staff("Ani").post("/counter_panel/calls", json={}).get_json()["reason"]
    assert reason == {"rule": "overflow_empty", "text": "Menunggu 0 menit; layanan utama loket ini kosong."}


def test_who_comes_after_the_counters_own_visitors_is_not_said_to_come_as_nobody_waits_for_them(hub: OfficeHub) -> None:
    sit(hub)
    hub.issue("family")
    assert "Layanan utama loket ini kosong" in seen(hub)["next"]
    own = hub.issue("card").number
    listed = seen(hub)["next"]
    assert "Layanan utama loket ini kosong" not in listed
    assert listed.index(own) < listed.index("Sesudah layanan utama loket ini")


def test_a_reason_stands_on_the_call_without_a_request_after_repeats_and_a_restart(
    tmp_path: Path, plan: OfficePlan, clock: SetClock
) -> None:
    hub = OfficeHub(tmp_path, plan, clock)
    try:
        sit(hub)
        number = hub.issue("family").number
        hub.issue()
        hub.issue()
        pause(hub, "card")
        clock.forward(minutes=3)
        hub.office.execute(CallNext(counter="1", operator="Ani"))  # no request id
        clock.forward(seconds=30)
        hub.office.execute(RecallTicket(ticket=number, counter="1"))
        for _ in range(450):
            hub.issue("birth")
        before = seen(hub)["work"]
        assert "layanan utama loket ini dihentikan sementara, 2 nomor" in before
    finally:
        hub.stop()
    again = create_app(Config(data=tmp_path, office="test", async_mode="threading"), clock=clock).extensions["antrean"]
    try:
        current = again.office.read(lambda day, plan: panel(day, plan, "Ani", clock())).current
        assert current is not None
        assert {**current.reason} == {
            "rule": "overflow_paused", "waited": 3, "passed": 0, "standing": 2, "state": "paused", "notices": NOTICE,
        }  # fmt: skip
        assert [call.recall for call in again.office.read(lambda day, _plan: day.calls)] == [False, True]
    finally:
        again.stop()


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "Waited 5 minutes; nobody of this counter's own services could be called."),
        ("id", "Menunggu 5 menit; dari layanan utama loket ini tidak ada yang dapat dipanggil."),
        ("su", "Ngantosan 5 menit; ti layanan utama lokét ieu teu aya anu tiasa disaur."),
    ],
)
def test_a_reason_of_an_older_line_says_what_is_true_of_it(hub: OfficeHub, language: str, words: str) -> None:
    assert said(hub, language, rule="overflow", waited=5) == words


@pytest.mark.parametrize(
    ("language", "why"),
    [("en", "The line to the capital is cut"), ("id", "Jaringan ke pusat putus"), ("su", "Jaringan ke pusat putus")],
)
def test_the_notice_of_a_pause_is_said_in_the_readers_language_or_the_first_there_is(
    hub: OfficeHub, language: str, why: str
) -> None:
    assert said(hub, language, rule="overflow_paused", waited=1, standing=2, state="paused", notices=NOTICE).endswith(
        f" ({why})"
    )


def test_a_counter_whose_own_visitors_can_be_called_says_that_the_other_one_is_overdue(
    hub: OfficeHub, clock: SetClock
) -> None:
    sit(hub)
    hub.issue("family")
    clock.forward(minutes=31)
    hub.issue()
    pause(hub, "birth")
    assert hub.as_staff("Ani").post("/counter_panel/calls", json={}).get_json()["reason"]["rule"] == "overflow_overdue"


# What a call may record besides a discipline.
OTHER_RULES = (
    "brought_forward", "sent_here", "overflow", "overflow_empty", "overflow_sent", "overflow_paused",
    "overflow_overdue", "chosen", "carried_over",
)  # fmt: skip


def test_every_rule_that_a_call_may_record_is_said(hub: OfficeHub) -> None:
    assert [rule for rule in (*DISCIPLINES, *OTHER_RULES) if not said(hub, "su", rule=rule)] == []


@pytest.mark.parametrize("code", DISCIPLINES)
@pytest.mark.parametrize("language", COMPLETE)
def test_every_discipline_has_its_words_in_every_language(hub: OfficeHub, code: str, language: str) -> None:
    discipline = DISCIPLINES[code]
    kinds = [discipline.words_for({}), discipline.words_for({"credit": 20})]
    sentences = [discipline.name, discipline.about, *(words.place for words in kinds)]
    with hub.app.test_request_context(), force_locale(language):
        said = get_translations()
        untranslated = [sentence for sentence in sentences if said.ugettext(sentence) == sentence]
        untranslated += [one.reason for one in kinds if said.ungettext(one.reason.one, one.reason, 2) == one.reason]
    assert all(sentences)
    assert untranslated == [], f"translate them in {path_of(language)}, then `{COMPILE}`"


class ByService(Discipline):
    """Services in the order of their letters: no discipline of the product."""

    code = "by_service"
    name = "By service"
    about = "Services in the order of their letters."
    words = Words(
        "Service %(letter)s goes first", nN_("%(num)d minute, %(letter)s", "%(num)d minutes, %(letter)s", "waited")
    )

    def key(self, ticket: Ticket, plan: OfficePlan, at: datetime) -> Key:
        return (ticket.series, *ticket.key)

    def facts(self, ticket: Ticket, plan: OfficePlan) -> Mapping[str, Any]:
        return {"letter": ticket.series}


def test_a_discipline_brings_its_words_with_it(
    hub: OfficeHub, clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(DISCIPLINES, "by_service", ByService())
    monkeypatch.setattr(hub.office, "_load_plan", lambda: small_plan(discipline="by_service"))
    hub.office.execute(ChangePlan(what="services"))
    sit(hub)
    hub.issue()
    clock.forward(minutes=2)
    assert "Service A goes first" in seen(hub)["next"]
    reason = hub.as_staff("Ani").post("/counter_panel/calls", json={}).get_json()["reason"]
    assert reason == {"rule": "by_service", "text": "2 minutes, A"}
