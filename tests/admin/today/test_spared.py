"""Visits that were not needed: Today counts them, and a page has them by day, also of days whose lines have left."""

from __future__ import annotations

from datetime import timedelta

from flask.testing import FlaskClient

from antrean.queueing.commands import SpareVisit
from antrean.queueing.plan.document import to_document
from tests.conftest import SetClock
from tests.fakes.office_hub import OfficeHub
from tests.fakes.plan import save_part

HTML = {"Accept": "text/html"}


def asking(hub: OfficeHub, *codes: str) -> None:
    for one in hub.office.read(lambda _day, plan: to_document(plan))["services"]:
        if one["code"] in codes:
            words = {"spare_questions": {"id": "Hanya itu?"}, "spare_words": {"id": "Tidak perlu."}}
            save_part(hub.office, f"services/{one['code']}", {**one, **words})


def test_today_says_how_many_visits_were_not_needed(hub: OfficeHub, dewi: FlaskClient) -> None:
    def card() -> str:
        return str(dewi.get("/admin/view?page=today").get_json()["html"]["spared"])

    assert "/admin/spared_visits" not in card()  # nothing is asked anywhere
    asking(hub, "card")
    assert "0 kunjungan tidak diperlukan hari ini" in card()
    for _ in range(3):
        hub.office.execute(SpareVisit(service="card"))
    assert "3 kunjungan tidak diperlukan hari ini" in card()
    assert "/admin/spared_visits" in card()


def test_the_days_are_listed_with_their_services(hub: OfficeHub, dewi: FlaskClient, clock: SetClock) -> None:
    assert "Belum ada." in dewi.get("/admin/spared_visits", headers=HTML).text
    asking(hub, "card", "birth")
    for service in ("card", "card", "birth"):
        hub.office.execute(SpareVisit(service=service))
    clock.now += timedelta(days=1)
    hub.office.execute(SpareVisit(service="birth"))
    page = hub.as_staff("Dewi").get("/admin/spared_visits", headers=HTML).text
    first, second = page.index("25 November 2026"), page.index("24 November 2026")
    assert first < second
    assert page[first:second].count("Akta Kelahiran") == 1
    assert 'Pencetakan KTP-el: <b class="number">2</b>' in page[second:]
    assert '<td class="number">4</td>' in page[second:]
