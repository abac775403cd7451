"""Numbers inside sentences, as they are read: with the actual number, one of a kind included, in each language."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from flask_babel import force_locale

from antrean.access.staff import add_staff
from antrean.queueing.errors import SENTENCES, Counted, Invalid, Refused
from antrean.web.http.errors import sentence
from antrean.web.text.reasons import reason_words
from antrean.web.text.times import age_words
from antrean.web.text.waits import wait_words
from counter_panel.labels import place_words
from tests.conftest import SetClock, small_plan
from tests.fakes.office_hub import QUICK, OfficeHub


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OfficeHub]:
    running = OfficeHub(tmp_path_factory.mktemp("office"), small_plan(), SetClock())
    yield running
    running.stop()


def said(hub: OfficeHub, language: str, say: Callable[[], str]) -> str:
    with hub.app.test_request_context("/"), force_locale(language):
        return say()


# Code, number, and what is read in English, Indonesian and Sundanese.
REFUSALS = [
    ("recall_too_soon", 1, "Try again in 1 second.", "Coba lagi dalam 1 detik.", "dina 1 detik."),
    ("recall_too_soon", 5, "Try again in 5 seconds.", "Coba lagi dalam 5 detik.", "dina 5 detik."),
    ("recall_limit", 1, "was called 1 time.", "sudah dipanggil 1 kali.", "tos 1 kali disaur."),
    ("recall_limit", 4, "was called 4 times.", "sudah dipanggil 4 kali.", "tos 4 kali disaur."),
    ("hold_limit", 1, "already holds 1 number.", "sudah menunda 1 nomor.", "tos nunda 1 nomer."),
    ("hold_limit", 3, "already holds 3 numbers.", "sudah menunda 3 nomor.", "tos nunda 3 nomer."),
    ("too_many_persons", 1, "Only 1 more person can", "untuk 1 orang lagi.", "kanggo 1 urang deui."),
    ("too_many_persons", 2, "Only 2 more persons can", "untuk 2 orang lagi.", "kanggo 2 urang deui."),
    ("copy_limit", 1, "more than 1 copy of", "paling banyak 1 lembar.", "pangseueurna 1 lambar."),
    ("copy_limit", 4, "more than 4 copies of", "paling banyak 4 lembar.", "pangseueurna 4 lambar."),
    ("service_in_use", 1, "1 number is still open", "ada 1 nomor terbuka", "aya 1 nomer kabuka"),
    ("service_in_use", 3, "3 numbers are still open", "ada 3 nomor terbuka", "aya 3 nomer kabuka"),
    ("stage_in_use", 1, "1 case is in", "1 berkas masih di tahap", "1 berkas masih di tahap"),
    ("stage_in_use", 3, "3 cases are in", "3 berkas masih di tahap", "3 berkas masih di tahap"),
    ("journey_in_use", 1, "1 case of", "1 berkas", "1 berkas"),
    ("journey_in_use", 3, "3 cases of", "3 berkas", "3 berkas"),
    ("counter_in_use", 1, "1 number is still at", "ada 1 nomor di", "aya 1 nomer di"),
    ("counter_in_use", 3, "3 numbers are still at", "ada 3 nomor di", "aya 3 nomer di"),
    ("announcements_full", 1, "1 announcement is made", "1 pengumuman sudah", "1 pangumuman parantos"),
    ("announcements_full", 5, "5 announcements are made", "5 pengumuman sudah", "5 pangumuman parantos"),
]


def test_each_refusal_that_counts_is_among_these() -> None:
    assert {code for code, sentence in SENTENCES.items() if isinstance(sentence, Counted)} == {
        code for code, *_rest in REFUSALS
    }


@pytest.mark.parametrize(("code", "number", "english", "indonesian", "sundanese"), REFUSALS)
def test_a_refusal_counts_one_as_one_and_several_as_several(
    hub: OfficeHub, code: str, number: int, english: str, indonesian: str, sundanese: str
) -> None:
    counts = SENTENCES[code].of  # type: ignore[attr-defined]
    refusal = Refused(code, **{counts: number, "stage": "Printed", "service": "KTP"})
    assert english in str(refusal)
    for language, words in (("en", english), ("id", indonesian), ("su", sundanese)):
        assert words in said(hub, language, lambda: sentence(refusal)), language


# Rule, further facts, and the rest of the English sentence behind the minutes.
WAITED = [
    ("earliest_due_date", {}, " and is due first."),
    ("earliest_due_date", {"credit": 20}, "; priority counts as arrived 20 min earlier."),
    ("earliest_due_date", {"head_start": 10}, "; this service counts as arrived 10 min earlier."),
    (
        "earliest_due_date",
        {"credit": 20, "head_start": 10},
        "; priority counts as arrived 20 min earlier, this service 10 min.",
    ),
    ("first_come_first_served", {}, " and came first."),
    ("strict_priority", {}, "; priority visitors go first."),
    ("interleave", {}, "; priority and others take turns."),
    ("accumulating_priority", {}, "; priority counts its waiting several times."),
    ("overflow", {}, "; nobody of this counter's own services could be called."),
    ("sent_here", {}, "; was sent to this counter."),
    ("overflow_sent", {}, "; those for this counter's own services wait for another counter."),
    ("overflow_empty", {}, "; nobody waits for this counter's own services."),
    (
        "overflow_paused",
        {"standing": 23, "state": "paused"},
        "; this counter's own services are paused, with 23 waiting.",
    ),
    (
        "overflow_paused",
        {"standing": 1, "state": "closed"},
        "; this counter's own services are closed, with 1 waiting.",
    ),
    ("overflow_overdue", {}, " and is overdue in another service."),
]


@pytest.mark.parametrize(("rule", "facts", "rest"), WAITED)
def test_the_reason_of_a_call_counts_one_minute_as_one(
    hub: OfficeHub, rule: str, facts: dict[str, Any], rest: str
) -> None:
    for waited, minutes in ((0, "0 minutes"), (1, "1 minute"), (12, "12 minutes")):
        why = {"rule": rule, "waited": waited, **facts}
        assert said(hub, "en", partial(reason_words, why)) == f"Waited {minutes}{rest}"
        assert f"Menunggu {waited} menit" in said(hub, "id", partial(reason_words, why))
        assert f"Ngantosan {waited} menit" in said(hub, "su", partial(reason_words, why))


def test_the_list_says_by_how_many_minutes_priority_counts_as_earlier(hub: OfficeHub) -> None:
    facts = {"waited": 3, "passed": 0, "credit": 15}
    words = said(hub, "en", lambda: place_words("earliest_due_date", facts))
    assert words == "Priority: counts as arrived 15 min earlier"


def test_an_interval_is_said_with_both_its_ends(hub: OfficeHub) -> None:
    assert said(hub, "en", lambda: wait_words((5, 15))) == "5–15 minutes"
    assert said(hub, "id", lambda: wait_words((5, 15))) == "5–15 menit"
    assert said(hub, "en", lambda: wait_words(None)) == "not known yet"


@pytest.mark.parametrize(
    ("age", "english"),
    [
        (timedelta(seconds=59), "0 min ago"),
        (timedelta(minutes=1), "1 min ago"),
        (timedelta(minutes=59, seconds=59), "59 min ago"),
        (timedelta(minutes=60), "1 h 0 min ago"),
        (timedelta(hours=47, minutes=59), "47 h 59 min ago"),
        (timedelta(hours=48), "2 days ago"),
        (timedelta(days=-1), "0 min ago"),
    ],
)
def test_the_age_of_a_backup_is_told_in_whole_minutes_hours_or_days(
    hub: OfficeHub, age: timedelta, english: str
) -> None:
    assert said(hub, "en", lambda: age_words(age)) == english


def test_a_password_that_is_too_short_is_told_how_many_characters_it_needs(hub: OfficeHub) -> None:
    rows = hub.app.extensions["antrean"].settings
    with pytest.raises(Invalid) as caught:
        add_staff(rows, "Citra", "operator", "short77", QUICK)
    assert str(caught.value) == "The password needs at least 8 characters."
    add_staff(rows, "Citra", "operator", "sumur-88", QUICK)
