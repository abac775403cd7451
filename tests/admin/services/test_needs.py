"""What services need, as the administration shows it before anything is set up."""

from __future__ import annotations

from flask.testing import FlaskClient

from tests.fakes.office_hub import OfficeHub
from tests.fakes.page_text import text_of
from tests.fakes.plan import save_part

HTML = {"Accept": "text/html"}


def test_what_nobody_needs_yet_is_said(hub: OfficeHub, dewi: FlaskClient) -> None:
    def page() -> str:
        return text_of(dewi.get("/admin/needs", headers=HTML).text)

    assert "Belum ada: layanan dijeda satu per satu di Hari ini." in page()
    save_part(hub.office, "needs", [{"code": "server", "names": {"id": "Server kementerian"}}])
    assert "Server kementerian belum ada layanan yang membutuhkannya" in page()
    save_part(hub.office, "services/card/needs", ["server"])
    assert "Server kementerian Pencetakan KTP-el" in page()
