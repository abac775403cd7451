"""What the pages of the administration say, read as a browser gets it."""

from __future__ import annotations

from typing import Any

from flask.testing import FlaskClient

from tests.fakes.page_text import text_of


def drawn(dewi: FlaskClient, page: str, fragment: str) -> str:
    """Return a fragment of a section as the socket would say it."""
    return str(dewi.get(f"/admin/view?page={page}").get_json()["html"][fragment])


def says(dewi: FlaskClient, page: str, fragment: str) -> str:
    """Return the words of a fragment."""
    return text_of(drawn(dewi, page, fragment))


def told(dewi: FlaskClient, path: str, **fields: Any) -> str:
    """Return what the page says after a wish, as its script asks for it."""
    answer = dewi.post(f"/admin/{path}", json=fields, headers={"Accept-Language": "en"})
    assert answer.status_code == 200, answer.json
    return str(answer.get_json()["said"])
