"""The slip editor: what is saved is what print agents get, and the preview shows it before."""

from __future__ import annotations

import base64
import io
import re
from dataclasses import replace
from typing import Any

from flask.testing import FlaskClient
from PIL import Image
from werkzeug.test import TestResponse

from antrean.printing.escpos.parser import text_of
from antrean.printing.slip.compose import compose
from antrean.printing.slip.content import content_from_json, layout_from_json
from antrean.queueing.commands import ChangePlan
from printer_profiles import load_profile
from tests.admin.conftest import Agent
from tests.fakes.office_hub import OfficeHub
from tests.queueing.cases.case_office import journeying

SHOWN = "show_office show_service show_qr show_issued show_logo show_header show_footer"
EVERYTHING = dict.fromkeys(f"{SHOWN} field_persons field_people_ahead field_wait".split(), True)


def png(width: int = 900, height: int = 300, mode: str = "RGB") -> str:
    drawn = io.BytesIO()
    Image.new(mode, (width, height), "black").save(drawn, "PNG")
    return "data:image/png;base64," + base64.b64encode(drawn.getvalue()).decode()


def save(client: FlaskClient, **fields: Any) -> TestResponse:
    return client.post("/admin/slip", json={**EVERYTHING, **fields})


def printed(agent: Agent) -> str:
    """The newest slip's words, composed as its agent would."""
    view = agent.view()
    content = content_from_json(view["slips"][-1]["content"])
    data = compose(content, layout_from_json(view["layout"]), load_profile("epson-tm-t82iii"))
    return text_of(data, "cp858")


def test_slips_look_as_saved_from_the_next_one_on(hub: OfficeHub, agent: Agent, dewi: FlaskClient) -> None:
    save(dewi, fields=2)  # larger type, in the printer's own letters
    hub.issue(persons=3)
    before = printed(agent)
    assert "Disdukcapil Kabupaten Kuningan" in before
    assert "Simpan karcis ini" in before
    answer = save(
        dewi, show_office=False, field_persons=False, field_wait=False, footer_id="Kantor tutup pukul 15.00",
        header_id="JALAN RE MARTADINATA", language_en=True, number_size=5, fields=2,
    )  # fmt: skip
    assert answer.status_code == 200
    hub.issue(persons=3)
    after = printed(agent)
    assert "Disdukcapil" not in after
    assert re.search(r"A-002", after)
    assert "JALAN RE MARTADINATA" in after
    assert "Kantor tutup pukul 15.00" in after
    assert ("Jumlah orang" in before, "Jumlah orang" in after) == (True, False)
    assert "Card printing" in after  # the translation below
    assert "Ahead of you" in after
    assert "Estimated wait" not in after


def test_the_preview_names_the_letters_that_can_not_be_printed(dewi: FlaskClient) -> None:
    said = dewi.post("/admin/slip/preview", json={**EVERYTHING, "footer_id": "Terima kasih 🥝"}).get_json()
    assert {paper: drawn["unprintable"] for paper, drawn in said.items()} == {"80": "🥝", "58": "🥝"}
    plain = dewi.post("/admin/slip/preview", json=EVERYTHING).get_json()
    assert {drawn["unprintable"] for drawn in plain.values()} == {""}


def test_the_form_shows_what_was_saved(hub: OfficeHub, agent: Agent, dewi: FlaskClient) -> None:
    save(dewi, show_qr=False, footer_su="Hatur nuhun", beep=True, service=3)
    page = dewi.get("/admin/slip", headers={"Accept": "text/html"}).text
    assert 'name="show_qr" value="true">' in page
    assert 'name="beep" value="true" checked>' in page
    assert "Hatur nuhun</textarea>" in page
    assert '<option value="3" selected>' in page


def test_a_logo_becomes_small_black_and_white_and_stays_until_it_is_taken_away(
    hub: OfficeHub, agent: Agent, dewi: FlaskClient
) -> None:
    assert save(dewi, picture=png()).status_code == 200
    logo = base64.b64decode(agent.view()["layout"]["logo"])
    picture = Image.open(io.BytesIO(logo))
    assert (picture.size, picture.mode) == ((576, 192), "1")
    save(dewi, footer_id="x")
    assert base64.b64decode(agent.view()["layout"]["logo"]) == logo
    save(dewi, remove_logo=True)
    assert agent.view()["layout"]["logo"] == ""


def test_the_preview_is_drawn_with_the_forms_settings_and_saves_nothing(
    hub: OfficeHub, agent: Agent, dewi: FlaskClient
) -> None:
    before = hub.seq()
    plain = dewi.post("/admin/slip/preview", json=EVERYTHING).get_json()
    longer = dewi.post(
        "/admin/slip/preview", json={**EVERYTHING, "footer_id": "a\nb\nc\nd", "language_en": True}
    ).get_json()
    for paper, width in (("80", 640), ("58", 464)):
        image = Image.open(io.BytesIO(base64.b64decode(plain[paper]["png"].partition(",")[2])))
        assert abs(image.width - width) < 40
        assert longer[paper]["mm"] > plain[paper]["mm"] > 60
    assert hub.seq() == before
    assert agent.view()["layout"] == {}


def test_what_no_slip_can_be_is_refused_and_changes_nothing(hub: OfficeHub, agent: Agent, dewi: FlaskClient) -> None:
    before = hub.seq()
    for fields in (
        {"number_size": 9},
        {"service": "large"},
        {"footer_id": "\n".join("12345")},
        {"header_id": "x" * 121},
        {"header_id": 7},
        {"picture": "data:image/png;base64,AAAA"},
        {"picture": "x" * 48_001},
    ):
        for path in ("/admin/slip", "/admin/slip/preview"):
            answer = dewi.post(path, json={**EVERYTHING, **fields})
            assert (answer.status_code, answer.get_json()["error"]["code"]) == (422, "value_invalid"), fields
    assert dewi.post("/admin/slip/preview", json={"language": "xx"}).status_code == 422
    assert hub.seq() == before
    assert agent.view()["layout"] == {}


def test_the_code_of_a_case_is_offered_where_cases_are_followed_and_kept_on_where_they_are_not(
    hub: OfficeHub, agent: Agent, dewi: FlaskClient
) -> None:
    offered = "<span>Kode berkas</span>"
    assert offered not in dewi.get("/admin/slip", headers={"Accept": "text/html"}).text
    load = hub.office._load_plan
    services = journeying().services
    hub.office._load_plan = lambda: replace(load(), services=services)
    hub.office.execute(ChangePlan(what="services"))
    assert offered in dewi.get("/admin/slip", headers={"Accept": "text/html"}).text
    save(dewi, case=True)
    hub.issue()
    assert "Kode berkas" in printed(agent)
    save(dewi, case=False)
    assert "Kode berkas" not in printed(agent)
