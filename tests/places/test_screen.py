"""A screen is one folder and one word: a new one is served, guarded, offered, packed and checked like the others."""

from __future__ import annotations

import importlib
import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

import app
from antrean.access.devices import pair_device
from antrean.commands.cli import main
from antrean.config import ROOT
from antrean.web.screens.part import screen_part
from docs.write_lists import PERMISSIONS, PROJECT, written_permissions, written_project
from tests.conftest import SetClock, small_plan
from tests.fakes.office_hub import OfficeHub

PACKAGE = '''"""See who waits: the screen beside the doorstep."""

from antrean.access.device_kinds import DeviceKind
from antrean.access.permissions import Permissions
from doorstep.views import DoorstepScreen as Screen
from doorstep.views import blueprint

DEVICE = DeviceKind("doorstep", "Doorstep", "doorstep", "Whoever stands at the door of a test sees this.")
DOORSTEPS = frozenset({DEVICE.code})
PERMISSIONS = Permissions({"page": DOORSTEPS, "view": DOORSTEPS}, namespace=DOORSTEPS)
'''
VIEWS = """from flask import Blueprint, jsonify

from antrean.web.live.publisher import Screen
from antrean.web.services import services

blueprint = Blueprint("doorstep", __name__, url_prefix="/doorstep")


class DoorstepScreen(Screen):
    name = "doorstep"
    least_seconds = 1.0

    def rooms(self, identity, auth):
        return ["everyone"]

    def render(self, room):
        return {"waiting": services().office.read(lambda day, plan: len(day.tickets))}


@blueprint.get("/")
def page():
    return "<h1>Waiting</h1>"


@blueprint.get("/view")
def view():
    return jsonify(services().publisher.current("doorstep", "everyone"))
"""
SCREENS = (*app.SCREENS, "doorstep")
HTML = {"Accept": "text/html"}


@pytest.fixture
def doorstep(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Add a screen as a contributor does: a folder, and its name in the list of screens."""
    folder = tmp_path / "screens" / "doorstep"
    folder.mkdir(parents=True)
    (folder / "__init__.py").write_text(PACKAGE)
    (folder / "views.py").write_text(VIEWS)
    monkeypatch.syspath_prepend(str(folder.parent))
    monkeypatch.setattr(app, "SCREENS", SCREENS)
    yield folder
    for name in [name for name in sys.modules if name.partition(".")[0] == "doorstep"]:
        del sys.modules[name]
    importlib.invalidate_caches()


@pytest.fixture
def hub(tmp_path: Path, doorstep: Path) -> Iterator[OfficeHub]:
    made = OfficeHub(tmp_path / "data", small_plan(demo=True), SetClock())
    yield made
    made.stop()


def test_a_new_screen_is_opened_by_its_own_kind_of_device_alone(hub: OfficeHub) -> None:
    services = hub.app.extensions["antrean"]
    tokens = {
        kind: pair_device(services.settings, kind, f"A {kind}", hub.office.clock)[1] for kind in app.device_kinds()
    }
    services.identities.load()
    assert "doorstep" in tokens
    for kind, token in tokens.items():
        answer = hub.app.test_client().get("/doorstep/view", headers={"Authorization": f"Bearer {token}"})
        assert answer.status_code == (200 if kind == "doorstep" else 403), kind
    hub.issue()
    own = {"Authorization": f"Bearer {tokens['doorstep']}"}
    assert hub.app.test_client().get("/doorstep/view", headers=own).get_json()["waiting"] == 1
    stranger = hub.app.test_client().get("/doorstep/", headers=HTML)
    assert (stranger.status_code, stranger.headers["Location"]) == (302, "/pair?kind=doorstep")


def test_a_new_screen_has_a_namespace_of_its_own(hub: OfficeHub) -> None:
    assert "/doorstep" in hub.app.extensions["antrean_socketio"].server.namespace_handlers


def test_a_browser_becomes_a_new_kind_of_device_on_the_start_page(hub: OfficeHub) -> None:
    browser = hub.app.test_client()
    start = browser.get("/", headers=HTML).text
    assert "Whoever stands at the door of a test sees this." in start
    assert 'value="doorstep"' in start
    assert 'antrean pair doorstep "Doorstep 1"' in browser.get("/pair?kind=doorstep", headers=HTML).text
    paired = browser.post("/pair/demo", data={"kind": "doorstep"}, headers=HTML)
    assert (paired.status_code, paired.headers["Location"]) == (303, "/doorstep/")
    assert browser.get("/doorstep/", headers=HTML).status_code == 200


def test_the_command_line_knows_a_new_screen(hub: OfficeHub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANTREAN_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("ANTREAN_PRINTER", "")
    said = CliRunner().invoke(main, ["addresses"]).output
    assert "/doorstep/" in said
    assert "See who waits: the screen beside the doorstep." in said
    assert "/mobile_ticket/" not in said  # phones open theirs by the code on a slip


def test_browsers_load_themselves_again_when_a_new_screen_changes(doorstep: Path) -> None:
    assert doorstep in app.screen_folders()


def test_a_folder_that_lacks_what_a_screen_has_is_refused_by_name(doorstep: Path) -> None:
    (doorstep / "__init__.py").write_text("from doorstep.views import blueprint\n")
    with pytest.raises(TypeError, match=r"doorstep/__init__.py has no Screen"):
        screen_part("doorstep")


def test_packages_types_and_import_contracts_take_a_new_screen_from_the_list() -> None:
    before = PROJECT.read_text(encoding="utf-8")
    tools = tomllib.loads(written_project(before, SCREENS))["tool"]
    linter = tools["importlinter"]
    lists = [tools["hatch"]["build"]["only-include"], tools["mypy"]["files"], linter["root_packages"]]
    lists += [one["source_modules"] for one in linter["contracts"] if "kiosk" in one.get("source_modules", ())]
    assert all("doorstep" in one for one in lists)
    (layers,) = (one["layers"] for one in linter["contracts"] if one["type"] == "layers")
    assert " | ".join(SCREENS) in layers
    assert written_project(written_project(before, SCREENS)) == before


def test_the_lists_are_those_that_the_screens_make() -> None:
    text = PROJECT.read_text(encoding="utf-8")
    assert text == written_project(text), "run `make fix`"
    assert PERMISSIONS.read_text(encoding="utf-8") == written_permissions(), "look at it, then `make fix`"


@pytest.mark.parametrize("kind", sorted(kind for kind, one in app.device_kinds().items() if one.browser))
def test_no_page_of_a_device_shows_the_marks_of_its_fragments(hub: OfficeHub, kind: str) -> None:
    browser = hub.app.test_client()
    browser.post("/pair/demo", data={"kind": kind}, headers=HTML)
    page = browser.get(f"/{kind}/", headers=HTML)
    assert page.status_code == 200
    assert "&lt;" not in page.text, "wrap what render_template gives in Markup"


def test_no_folder_with_a_blueprint_is_left_out_of_the_list() -> None:
    found = {path.parent.name for path in ROOT.glob("*/__init__.py") if "blueprint" in path.read_text(encoding="utf-8")}
    assert found == set(app.SCREENS), "name it in SCREENS of app.py"


@pytest.mark.parametrize("name", app.SCREENS)
def test_every_screen_is_weighed_and_looked_at_by_axe(name: str) -> None:
    for file in ("tests/web/http/files/test_weights.py", "tests/web/test_accessibility.py"):
        words = set(re.findall(r"\w+", (ROOT / file).read_text(encoding="utf-8")))
        assert name in words, f"open the screen in {file}"
