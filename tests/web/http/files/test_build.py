"""A build's files stand under a path of that build and are kept for one build after it."""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from antrean.web.http.files.build import Build, keep_build, read_build
from antrean.web.http.files.static_files import StaticFiles, serve_static
from app import screen_folders
from tests.conftest import SetClock, small_plan
from tests.fakes.office_hub import OfficeHub

ROOT = Path(__file__).parents[4]
OLD, NEW = Build("aaaaaaaaaaaa", {"a/static/a.js": b"old"}), Build("bbbbbbbbbbbb", {"a/static/a.js": b"new"})
OTHER = Build("cccccccccccc", {"a/static/a.js": b"other"})


def client(files: StaticFiles) -> FlaskClient:
    app = Flask("test", static_folder=None)
    serve_static(app, files)
    return app.test_client()


def kept(folder: Path) -> set[str]:
    return {file.stem for file in folder.iterdir()}


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OfficeHub]:
    running = OfficeHub(tmp_path_factory.mktemp("hub"), small_plan(), SetClock())
    yield running
    running.stop()


def test_each_build_has_the_files_that_it_had(tmp_path: Path) -> None:
    assert keep_build(OLD, tmp_path) is None
    browser = client(StaticFiles(NEW, keep_build(NEW, tmp_path)))
    assert browser.get(f"/static/{NEW.id}/a/static/a.js").data == b"new"
    assert browser.get(f"/static/{OLD.id}/a/static/a.js").data == b"old"


def test_only_one_build_before_is_kept_and_a_start_of_the_same_build_keeps_it(tmp_path: Path) -> None:
    for at, build in enumerate((OLD, NEW, OTHER, OTHER)):
        before = keep_build(build, tmp_path)
        os.utime(tmp_path / f"{build.id}.zip", (at, at))
    assert before == NEW
    assert kept(tmp_path) == {NEW.id, OTHER.id}


def test_going_back_to_the_build_before_keeps_the_one_that_was_left(tmp_path: Path) -> None:
    for at, build in enumerate((OLD, NEW, OLD)):
        before = keep_build(build, tmp_path)
        os.utime(tmp_path / f"{build.id}.zip", (at, at))
    assert before == NEW
    assert keep_build(OTHER, tmp_path) == OLD


@pytest.mark.parametrize("torn", [b"", b"PK torn"])
def test_a_kept_build_that_is_torn_harms_no_start(tmp_path: Path, torn: bytes) -> None:
    (tmp_path / f"{OLD.id}.zip").write_bytes(torn)
    assert keep_build(NEW, tmp_path) is None
    assert (tmp_path / f"{NEW.id}.zip").stat().st_mode & 0o777 == 0o600


def test_a_folder_that_can_not_be_written_harms_no_start(tmp_path: Path) -> None:
    (tmp_path / "builds").write_text("in the way")
    assert keep_build(NEW, tmp_path / "builds") is None


def test_what_a_screen_is_made_of_changes_the_build_and_nothing_else_does(tmp_path: Path) -> None:
    screen = tmp_path / "kiosk"
    (screen / "static").mkdir(parents=True)
    (screen / "static" / "kiosk.js").write_text("first")
    (screen / "static" / ".done").write_text("")
    first = read_build(tmp_path, [screen])
    assert first.files == {"kiosk/static/kiosk.js": b"first"}
    (screen / "notes.md").write_text("")
    assert read_build(tmp_path, [screen]) == first
    (screen / "views.py").write_text("")
    second = read_build(tmp_path, [screen])
    assert (second.id != first.id, second.files) == (True, first.files)


@pytest.mark.parametrize(
    "path",
    ["ffffffffffff/kiosk/static/kiosk.js", "BUILD/kiosk/views.py", "BUILD/kiosk/static/../views.py", "BUILD/nothing.js",
     "BUILD/kiosk/static/", "BUILD/kiosk/templates/kiosk/kiosk.html", "BUILD/antrean/web/static/vendor/.done"],
)  # fmt: skip
def test_what_no_build_has_is_not_found_and_kept_by_nobody(hub: OfficeHub, path: str) -> None:
    services = hub.app.extensions["antrean"]
    answer = hub.app.test_client().get("/static/" + path.replace("BUILD", services.build))
    assert (answer.status_code, answer.headers["Cache-Control"]) == (404, "no-store")


def test_a_hub_keeps_its_own_build_in_its_data_folder(hub: OfficeHub) -> None:
    services = hub.app.extensions["antrean"]
    assert kept(services.config.data / "builds") == {services.build}


def test_a_page_that_is_open_over_an_upgrade_still_gets_the_files_of_its_build(tmp_path: Path) -> None:
    keep_build(OLD, tmp_path / "builds")
    hub = OfficeHub(tmp_path, small_plan(), SetClock())
    answer = hub.app.test_client().get(f"/static/{OLD.id}/a/static/a.js")
    hub.stop()
    assert (answer.status_code, answer.data) == (200, b"old")
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"


def test_every_import_of_every_script_leads_to_a_file() -> None:
    built = StaticFiles(read_build(ROOT, screen_folders()))
    for name in [name for name in built.files if name.endswith(".js")]:
        assert set(built.imports(name)) <= set(built.files), name


def test_the_newest_build_is_asked_for_again_after_a_day(hub: OfficeHub) -> None:
    browser = hub.app.test_client()
    newest = browser.get("/static/newest/antrean/web/static/tokens.css")
    assert newest.headers["Cache-Control"] == "public, max-age=86400"
    tag = {"If-None-Match": newest.headers["ETag"]}
    assert browser.get("/static/newest/antrean/web/static/tokens.css", headers=tag).status_code == 304


def test_a_module_is_loaded_together_with_all_that_it_imports() -> None:
    files = {
        "kiosk/static/kiosk.js": b'import { a } from "./a.js";\n'
        b'import {\n  live,\n} from "../../antrean/web/static/live.js";\n',
        "kiosk/static/a.js": b'import "./b.js";\n/* import { c } from "./c.js"; */\n'
        b'export const words = "from ./c.js";\n',
        "kiosk/static/b.js": b'export { a } from "./a.js";\nconst later = () => import("./c.js");\n',
        "kiosk/static/c.js": b"",
        "antrean/web/static/live.js": b"",
    }
    built = StaticFiles(Build("x", files))
    everything = ["kiosk/static/kiosk.js", "kiosk/static/a.js", "antrean/web/static/live.js", "kiosk/static/b.js"]
    assert built.imports("kiosk/static/kiosk.js") == everything
    tags = built.modules("kiosk/static/kiosk.js")
    assert '<script type="module" src="/static/x/kiosk/static/kiosk.js"></script>' in tags
    for name in everything[1:]:
        assert f'<link rel="modulepreload" href="/static/x/{name}">' in tags
    assert tags.count("<") == 5


PACK = """import { packed } from "./antrean/web/pack.mjs"; console.log(JSON.stringify(await packed()));"""


def screen(root: Path, **changed: str) -> Path:
    """Make a project of one screen and of what is packed of it; return the latter. `changed` after it was packed."""
    sources = {"kiosk/static/kiosk.js": 'import "./a.js";', "kiosk/static/a.js": "a()", "kiosk/templates/page.html": ""}
    for path, text in sources.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
    made_of = {path: hashlib.sha256(text.encode()).hexdigest() for path, text in sources.items()}
    (root / "packed.json").write_text(json.dumps({"made_of": made_of, "files": {"kiosk/static/kiosk.js": "a();"}}))
    return root / "packed.json"


def test_a_page_loads_what_is_packed_of_its_scripts(tmp_path: Path) -> None:
    packed = screen(tmp_path)
    as_written = read_build(tmp_path, [tmp_path / "kiosk"])
    build = read_build(tmp_path, [tmp_path / "kiosk"], packed)
    assert build.files["kiosk/static/kiosk.js"] == b"a();"
    assert build.id != as_written.id  # a browser keeps either for ever
    assert StaticFiles(build).imports("kiosk/static/kiosk.js") == ["kiosk/static/kiosk.js"]


@pytest.mark.parametrize("path", ["static/a.js", "static/new.js", "static/new.css", "templates/page.html"])
def test_a_change_after_packing_is_seen_with_the_next_start(
    tmp_path: Path, path: str, caplog: pytest.LogCaptureFixture
) -> None:
    packed = screen(tmp_path)
    (tmp_path / "kiosk" / path).write_text("changed")
    build = read_build(tmp_path, [tmp_path / "kiosk"], packed)
    assert build.files["kiosk/static/kiosk.js"] == b'import "./a.js";'
    assert build == read_build(tmp_path, [tmp_path / "kiosk"])
    assert "`make run` packs them" in caplog.text


@pytest.mark.parametrize("torn", ["", "[]", "{}", '{"made_of": {}}', None])
def test_what_is_packed_and_torn_or_missing_harms_no_start(tmp_path: Path, torn: str | None) -> None:
    packed = screen(tmp_path)
    packed.unlink() if torn is None else packed.write_text(torn)
    assert read_build(tmp_path, [tmp_path / "kiosk"], packed) == read_build(tmp_path, [tmp_path / "kiosk"])


def test_a_packed_module_is_loaded_together_with_all_that_it_imports() -> None:
    files = {
        "a/b/static/b.js": b'import{a as t}from"../../static/shared-1.js";import"../../static/shared-2.js";t();',
        "a/static/shared-1.js": b'import{b as n}from"./shared-3.js";var t=()=>n("x;import \'./c.js\'");export{t as a};',
        "a/static/shared-2.js": b"",
        "a/static/shared-3.js": b"var n=0;export{n as b};",
    }
    assert set(StaticFiles(Build("x", files)).imports("a/b/static/b.js")) == set(files)


def test_each_module_that_a_template_names_is_packed_with_all_that_it_imports() -> None:
    run = ["node", "--input-type=module", "--eval", PACK]
    packed = json.loads(subprocess.run(run, cwd=ROOT, check=True, capture_output=True, timeout=120).stdout)
    build = read_build(ROOT, screen_folders())
    whole = StaticFiles(Build("x", {**build.files, **{path: text.encode() for path, text in packed.items()}}))
    named = {
        name
        for template in ROOT.glob("*/**/templates/**/*.html")
        for listed in re.findall(r"\bmodules\(([^)]*)\)", template.read_text(encoding="utf-8"))
        for name in re.findall(r'"([^"]+)"', listed)
    }
    assert len(named) > 5
    for name in named:
        assert set(whole.imports(name)) <= set(packed), name
    assert not [name for name, text in packed.items() if "@import" in text]
