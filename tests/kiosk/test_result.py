"""The result screen filled in from a form: what is told of one ticket is never told of another."""

from __future__ import annotations

import re
from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest
from flask.testing import FlaskClient
from markupsafe import Markup

from kiosk.result import result
from kiosk.view_model import IssuedTicket
from tests.fakes.office_hub import OfficeHub

CODE = Markup("<svg></svg>")
TICKET = IssuedTicket(
    number="A-001", service="card", series="A", name="KTP", icon="card", hue=2, persons=1, priority=False,
    people_ahead=0, wait=None, follow_url="", slip="none", again=False,
)  # fmt: skip


def said(hub: OfficeHub, ticket: IssuedTicket, language: str = "en") -> str:
    """Return the drawn result without tags and spaces that nobody sees."""
    with hub.app.test_request_context("/"):
        drawn = result(ticket, ZoneInfo("Asia/Jakarta"), language, CODE)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", drawn))


def test_tickets_of_one_kind_have_figures_of_their_own(hub: OfficeHub) -> None:
    first = said(hub, TICKET)
    second = said(hub, replace(TICKET, number="A-002", people_ahead=1, wait=(5, 10)))
    third = said(hub, replace(TICKET, number="A-003", people_ahead=12, wait=(55, 80)))
    assert "A-001" in first
    assert "nobody" in first
    assert "not known yet" in first
    assert "A-002" in second
    assert "1 number " in second
    assert "5–10 minutes" in second
    assert "A-003" in third
    assert "12 numbers" in third
    assert "55–80 minutes" in third
    assert "A-001" not in second + third


def test_persons_and_priority_are_said_only_where_there_are_any(hub: OfficeHub) -> None:
    plain = said(hub, TICKET)
    assert "person" not in plain
    assert "Priority" not in plain
    assert "2 persons" in said(hub, replace(TICKET, persons=2))
    family = said(hub, replace(TICKET, persons=7, priority=True))
    assert "7 persons" in family
    assert "Priority" in family


def test_each_language_has_its_words(hub: OfficeHub) -> None:
    words = {"id": "Nomor antrean Anda", "su": "Nomer antrean anjeun", "en": "Your queue number"}
    for language, heading in words.items():
        assert heading in said(hub, replace(TICKET, number="A-009"), language)


def test_a_service_that_is_renamed_is_named_anew_and_its_letters_stay_text(hub: OfficeHub) -> None:
    assert "KTP" in said(hub, TICKET)
    with hub.app.test_request_context("/"):
        drawn = result(replace(TICKET, name="<b>Akta & Lahir</b>"), ZoneInfo("Asia/Jakarta"), "en", CODE)
    assert "&lt;b&gt;Akta &amp; Lahir&lt;/b&gt;" in drawn


def test_a_number_with_any_letter_keeps_it_in_text_and_in_its_address(hub: OfficeHub) -> None:
    with hub.app.test_request_context("/"):
        drawn = result(replace(TICKET, number="É&-001"), ZoneInfo("Asia/Jakarta"), "en", CODE)
    assert 'data-ticket="É&amp;-001" data-length="6"' in drawn
    assert 'action="/kiosk/tickets/%C3%89%26-001/slips"' in drawn


def test_the_template_is_drawn_once_for_all_tickets_of_a_kind(
    kiosk: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = {"Antrean-Draw": "result"}
    wish = {"service": "card", "persons": 1, "language": "en"}
    first = kiosk.post("/kiosk/tickets", json=wish, headers=page).get_json()["html"]["result"]

    def not_again(*_: object, **__: object) -> str:
        raise AssertionError("the template was drawn again")

    monkeypatch.setattr("kiosk.result.render_template", not_again)
    second = kiosk.post("/kiosk/tickets", json=wish, headers=page).get_json()["html"]["result"]
    assert "A-001" in first
    assert "A-002" in second
    assert "1 number<" in second
