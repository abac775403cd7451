"""The plan as a file: what is written is taken back, elsewhere too, and a file with a fault changes nothing."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import requests

from antrean.access.devices import pair_device
from antrean.commands.sample_office import sample_plan
from antrean.storage.database.engine import open_engine
from antrean.storage.settings.rows import Settings
from app import utc_now
from tests.commands.kept_office import Run, database_in
from tests.fakes.hub_process import HubProcess, wait_until


def settings_in(folder: Path) -> Settings:
    return Settings(open_engine(database_in(folder)), "office")


def exported(run: Run, data: Path) -> dict[str, Any]:
    assert data.is_dir()
    found: dict[str, Any] = json.loads(run("office", "export").stdout)
    return found


def given(tmp_path: Path, document: object) -> str:
    file = tmp_path / "plan.json"
    file.write_text(document if isinstance(document, str) else json.dumps(document), encoding="utf-8")
    return str(file)


def test_what_is_exported_and_applied_again_changes_nothing(run: Run, data: Path, tmp_path: Path) -> None:
    file = tmp_path / "plan.json"
    assert run("office", "export", str(file)).exit_code == 0
    told = run("office", "apply", str(file))
    assert (told.exit_code, told.stdout) == (0, "Nothing changes.\n")
    assert settings_in(data).load_plan().revision == 1
    assert run("office", "export", str(file)).exit_code == 1  # it is not written over


def test_a_changed_file_is_said_first_and_then_saved_as_the_next_revision(run: Run, data: Path, tmp_path: Path) -> None:
    document = exported(run, data)
    document["services"][1]["promised_wait"] = 45
    document["voice"] = {"repeat": 1}
    file, lines = given(tmp_path, document), ["  services / kk / promised_wait: 30 -> 45", "+ voice / repeat: 1"]
    told = run("office", "apply", file, "--dry-run")
    assert (told.exit_code, told.stdout.splitlines()) == (0, lines)
    assert settings_in(data).load_plan().revision == 1
    told = run("office", "apply", file)
    assert (told.exit_code, told.stdout.splitlines()) == (0, [*lines, "Saved as revision 2."])
    newest = settings_in(data).revisions(1)[0]
    assert (newest.number, newest.actor, newest.document) == (2, "command", document)


def test_a_file_without_the_zone_of_a_display_is_refused_with_that_display(
    run: Run, data: Path, tmp_path: Path
) -> None:
    document = exported(run, data)
    zones = [{"code": "hall", "names": {"id": "Lobi"}, "way": {}, "seats": 40}]
    assert run("office", "apply", given(tmp_path, {**document, "zones": zones})).exit_code == 0
    assert exported(run, data)["zones"] == zones
    pair_device(settings_in(data), "display", "Layar lobi", utc_now, {"zone": "hall"})
    refused = run("office", "apply", given(tmp_path, document))
    assert refused.exit_code == 1
    assert "“Lobi” is still the zone of Layar lobi. Give them another zone first." in refused.stderr
    assert exported(run, data)["zones"] == zones


def test_an_office_is_set_up_elsewhere_from_the_file(run: Run, data: Path, tmp_path: Path) -> None:
    file, new = given(tmp_path, exported(run, data)), {"ANTREAN_DATA": str(tmp_path / "new")}
    assert run("office", "apply", file, "--dry-run", **new).exit_code == 0
    assert not settings_in(tmp_path / "new").exists()
    (said,) = run("office", "apply", file, **new).stdout.splitlines()
    assert "is set up" in said
    made, here = settings_in(tmp_path / "new").load_plan(), settings_in(data).load_plan()
    assert (made.services, made.counters, made.ticker) == (here.services, here.counters, here.ticker)
    assert not made.demo


def _change(**more: Any) -> Any:
    return lambda document: {**document, **more}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (_change(colour="red"), "colour: The field “colour” is not known here."),
        (_change(voice={"repeat": 9}), "voice/repeat: The field “voice/repeat” has a value that can't be used."),
        (_change(slip={"sizes": {"service": 99}}), "slip/sizes: The field “slip/sizes” has a value"),
        (_change(slip={"header": {"id": "Selamat"}}), "slip/header/id: The field “slip/header/id” has a value"),
        (_change(name="Kantor 3208011205900001"), "name: Identity numbers (NIK, No. KK) must not be written here."),
        (
            _change(displays={"ticker": {}, "playlist": [{"id": "a", "kind": "picture", "file": "gone.png"}]}),
            "displays/playlist/a/file: The picture or video gone.png is not on this machine",
        ),
        (lambda document: json.dumps(document)[:-1] + ', "name": "A"}', "the field 'name' stands there twice"),
        (lambda document: "[1]", "holds no plan"),
        (lambda document: "{", "is no JSON"),
    ],
)
def test_a_file_with_a_fault_is_refused_with_its_place_and_changes_nothing(
    run: Run, data: Path, tmp_path: Path, change: Any, said: str
) -> None:
    told = run("office", "apply", given(tmp_path, change(exported(run, data))))
    assert told.exit_code == 1
    assert said in told.output
    assert settings_in(data).load_plan().revision == 1


def test_every_fault_of_a_file_is_named(run: Run, data: Path, tmp_path: Path) -> None:
    document = exported(run, data)
    document["services"][0]["hue"], document["counters"][0]["name"] = 99, ""
    told = run("office", "apply", given(tmp_path, document)).output
    assert "services/ktp-cetak/hue: " in told
    assert "counters/1/name: " in told


@pytest.mark.long
def test_a_running_hub_follows_a_file_without_a_restart(run: Run, tmp_path: Path) -> None:
    hub = HubProcess(tmp_path / "data", sample_plan("office"))
    try:
        hub.start()
        display = {"Authorization": f"Bearer {hub.pair('display', 'Layar')}"}
        document = exported(run, tmp_path / "data")
        document["displays"]["ticker"] = {"id": "Hari ini sampai pukul 12"}
        assert run("office", "apply", given(tmp_path, document)).exit_code == 0
        shown = partial(requests.get, f"{hub.url}/display/view", headers=display, timeout=9)
        wait_until(lambda: "Hari ini sampai pukul 12" in shown().text, "the display to show the new text")
    finally:
        hub.end()
