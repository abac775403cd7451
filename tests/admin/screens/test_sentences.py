"""Sentences of the page of displays and notices about a state: said when it is so, and gone when it is not."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from antrean.access.devices import pair_device
from antrean.queueing.commands import (
    ChangePlan,
)
from antrean.queueing.plan.model import OfficePlan
from tests.conftest import small_plan
from tests.fakes.office_hub import OfficeHub
from tests.fakes.page_text import text_of


@pytest.fixture
def plan() -> OfficePlan:
    return small_plan(languages=("en", "id"))


def test_displays_and_notices_say_that_there_are_none(hub: OfficeHub, dewi: FlaskClient) -> None:
    def page() -> str:
        return text_of(dewi.get("/admin/screens", headers={"Accept": "text/html"}).text)

    assert "No display is paired yet." in page()
    assert "Nothing yet: the newest number simply stays." in page()
    pair_device(hub.app.extensions["antrean"].settings, "display", "Hall", hub.office.clock)
    hub.office.execute(ChangePlan(what="devices"))
    assert "No display is paired yet." not in page()


def test_how_long_a_notice_stands_between_calls_is_what_was_chosen(hub: OfficeHub, dewi: FlaskClient) -> None:
    form = {"text_en": "Free of charge", "seconds": "9"}
    assert dewi.post("/admin/screens/interludes", data=form, content_type="multipart/form-data").status_code == 200
    page = dewi.get("/admin/screens", headers={"Accept": "text/html"}).text
    assert "9 seconds" in text_of(page)
    assert "to its end" not in text_of(page)
    assert "Nothing yet: the newest number simply stays." not in text_of(page)
