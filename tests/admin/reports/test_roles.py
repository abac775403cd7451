"""Who reads what of the reports, route by route: leaders all, viewers all but names of staff, operators nothing."""

from __future__ import annotations

import io
import re
import zipfile
from contextvars import Context
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from flask.testing import FlaskClient

from antrean.access.staff import add_staff
from antrean.hub.async_mode import ThreadingMode
from antrean.hub.long_exports import READY, LongExport
from antrean.hub.watches.silence import SilentPanel
from antrean.queueing.commands import CallTicket, ChangePersons
from antrean.queueing.plan.model import OfficePlan
from antrean.web.http.guard import permissions
from tests.conftest import SetClock, small_plan
from tests.fakes.office_hub import PASSWORD, OfficeHub
from tests.fakes.played_day import PlayedDay

DAY = "2026-11-24"
# What of a day can be read, and whether names of staff stand in it for those who lead.
PAGES = {
    "reports": False,
    "reports/day": True,
    "reports/period": True,
    "reports/month": False,
    "reports/fairness": False,
    "reports/told": False,
    f"reports/visit?day={DAY}&number=A-007": True,
    f"reports/visit?day={DAY}&number=A-008": True,
    "reports/programs": False,
    "reports/half_hours": False,
    "reports/definitions": False,
    "reports/exports": False,
    "floor": True,
    "today": True,
    "view?page=floor": True,
    "view?page=today": True,
    "view?page=reports": False,
    "outages": False,
}
FILES = ["reports/day", "reports/period", "reports/month", f"reports/visit?day={DAY}&number=A-008"]
NAMES = ("Ani", "Budi", "Dewi", "Eka")


@pytest.fixture
def plan() -> OfficePlan:
    return small_plan(languages=("en", "id"))


@pytest.fixture
def played(hub: OfficeHub, clock: SetClock, monkeypatch: pytest.MonkeyPatch) -> OfficeHub:
    """An office with a day behind it, in which Ani chose a number, and sits at a counter without a panel.

    What blocks runs without anything of the request, as in the native threads of a hub.
    """
    monkeypatch.setattr(ThreadingMode, "run_blocking", lambda _mode, work, *arguments: Context().run(work, *arguments))
    services = hub.app.extensions["antrean"]
    add_staff(services.settings, "Eka", "administrator", PASSWORD)
    services.identities.load()
    day = PlayedDay(hub, clock)
    day.play()
    number = hub.issue("card").number
    hub.issue("card")
    day.do(ChangePersons(ticket=number, persons=2), actor="supervisor:Dewi")
    day.do(CallTicket(ticket=hub.issue("card").number, counter="3", operator="Ani", reason="was here before"), 1)
    day.follow()
    services.silence.panels = (SilentPanel("3", "Ani", clock()),)
    return hub


def named(words: str, reader: str) -> set[str]:
    """Return which people stand in what somebody else reads."""
    return {name for name in NAMES if name != reader and re.search(rf"\b{name}\b", words)}


def read(client: FlaskClient, address: str) -> str:
    answer = client.get(f"/admin/{address}", headers={"Accept": "text/html"})
    assert answer.status_code == 200, address
    return unescape(answer.text)


def unzipped(content: bytes) -> str:
    if not content.startswith(b"PK"):
        return content.decode()
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return "".join(archive.read(name).decode() for name in archive.namelist())


@pytest.mark.parametrize(("page", "names"), PAGES.items())
def test_a_viewer_reads_each_page_without_a_name_and_an_operator_none(
    played: OfficeHub, page: str, names: bool
) -> None:
    assert named(read(played.as_staff("Fajar"), page), "Fajar") == set(), page
    for leader in ("Dewi", "Eka"):
        assert ("Ani" in named(read(played.as_staff(leader), page), leader)) == names, page
    assert played.as_staff("Ani").get(f"/admin/{page}").status_code == 403


@pytest.mark.parametrize("page", FILES)
def test_a_viewer_gets_each_page_as_a_file_without_a_name(played: OfficeHub, page: str) -> None:
    address = f"{page}{'&' if '?' in page else '?'}as=csv"
    viewed = played.as_staff("Fajar").get(f"/admin/{address}")
    assert viewed.status_code == 200
    assert named(unzipped(viewed.data), "Fajar") == set()
    assert played.as_staff("Dewi").get(f"/admin/{address}").status_code == 200
    assert played.as_staff("Ani").get(f"/admin/{address}").status_code == 403


def test_figures_of_one_operator_are_for_those_who_lead(played: OfficeHub) -> None:
    asked = {"operator": "Ani", "since": DAY, "until": DAY}
    got = {
        name: played.as_staff(name).get("/admin/reports/period", query_string=asked).status_code
        for name in ("Ani", "Dewi", "Eka", "Fajar")
    }
    assert got == {"Ani": 403, "Dewi": 200, "Eka": 200, "Fajar": 403}


def test_every_route_of_the_reports_is_among_those_tried_here(played: OfficeHub) -> None:
    tried = {page.partition("?")[0] for page in PAGES} | {"reports/exports/end", "reports/exports/file"}
    rules = [rule for rule in played.app.url_map.iter_rules() if re.match(r"/admin/(reports|floor)", str(rule.rule))]
    assert {str(rule.rule).removeprefix("/admin/") for rule in rules} <= tried
    table = permissions(played.app).pages
    assert all(table[rule.endpoint] == {"viewer", "supervisor", "administrator"} for rule in rules)


def offered(hub: OfficeHub, by: str, names: bool) -> Any:
    """Offer a file that somebody asked for, as if it had been made a moment ago."""
    exports = hub.app.extensions["antrean"].long_exports
    today = hub.office.business_day().isoformat()
    exports._make_room()
    exports._file.write_text("rows", encoding="utf-8")
    exports._now = LongExport(
        "visits", "csv", today, today, names, by, (hub.office.clock() - timedelta(minutes=1)).isoformat(), READY, 1
    )
    return exports


# Who asked for the file, who comes, and what they may: save it, begin another in its place, end it.
RIGHTS = [
    ("supervisor:Dewi", True, "Dewi", (200, 200, 200)),
    ("supervisor:Dewi", True, "Eka", (200, 200, 200)),
    ("supervisor:Dewi", True, "Fajar", (403, 403, 403)),
    ("supervisor:Dewi", True, "Ani", (403, 403, 403)),
    ("viewer:Fajar", False, "Fajar", (200, 200, 200)),
    ("viewer:Gita", False, "Fajar", (200, 403, 403)),
    ("viewer:Fajar", False, "Dewi", (200, 200, 200)),
    ("viewer:Fajar", False, "Ani", (403, 403, 403)),
]


@pytest.mark.parametrize(("by", "names", "who", "rights"), RIGHTS)
def test_an_export_is_of_whoever_asked_for_it_and_of_those_who_lead(
    played: OfficeHub, by: str, names: bool, who: str, rights: tuple[int, ...]
) -> None:
    client, today = played.as_staff(who), played.office.business_day().isoformat()
    exports = offered(played, by, names)
    with client.get("/admin/reports/exports/file") as answer:
        saved = answer.status_code
    ended = client.post("/admin/reports/exports/end", json={}).status_code
    assert (exports.now is None) == (ended == 200)
    exports = offered(played, by, names)
    fields = {"what": "visits", "way": "csv", "since": today, "until": today}
    begun = client.post("/admin/reports/exports", json=fields).status_code
    assert (exports.now.by != by or rights[1] == 200) == (begun == 200)
    exports.drop()
    assert (saved, begun, ended) == rights


@pytest.mark.parametrize(
    ("by", "names", "who", "saves", "ends"),
    [
        ("supervisor:Dewi", True, "Dewi", True, True),
        ("supervisor:Dewi", True, "Fajar", False, False),
        ("supervisor:Dewi", False, "Fajar", True, False),
        ("viewer:Fajar", False, "Fajar", True, True),
        ("viewer:Fajar", False, "Dewi", True, True),
    ],
)
def test_nobody_is_offered_what_they_may_not_do_with_a_file(
    played: OfficeHub, by: str, names: bool, who: str, saves: bool, ends: bool
) -> None:
    offered(played, by, names)
    shown = played.as_staff(who).get("/admin/view?page=reports").get_json()["html"]["export"]
    assert ("Save the file" in shown, "Remove the file" in shown) == (saves, ends)
    assert ("Names of staff are in it" in shown) == (names and not saves)
