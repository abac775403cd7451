"""`python -m bench` runs what it is asked for and says what it does not know."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from types import ModuleType

import pytest

from bench import __main__ as command
from bench import report
from bench.report import Row

REAL_SET_UP = command.SET_UP


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, list[str]]]:
    """Three benchmarks instead of the real ones: what they are asked is noted, the last one breaks."""
    calls: list[tuple[str, list[str]]] = []

    def module(name: str) -> ModuleType:
        made = ModuleType(name)

        def run(argv: list[str]) -> list[Row]:
            calls.append((name, argv))
            if name == "broken":
                raise RuntimeError("it broke")
            return [Row(name, f"{name} speed", 2.0, "ms")]

        made.run = run  # type: ignore[attr-defined]
        return made

    known = {name: module(name) for name in ("quick", "slow", "broken")}
    monkeypatch.setattr(command, "benchmarks", lambda: known)
    monkeypatch.setattr(command, "_module", known.get)
    return calls


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(command, "ROOT", tmp_path)
    monkeypatch.setattr(command, "RESULTS", tmp_path / "results.json")
    monkeypatch.setattr(command, "PAGE", tmp_path / "page.md")
    places = "".join(f"<!-- bench: {name} -->\n<!-- end -->\n" for name in ("machine", "quick", "slow"))
    (tmp_path / "page.md").write_text(places)
    return tmp_path


def test_named_benchmarks_run_with_their_options_and_write_nothing(
    asked: list[tuple[str, list[str]]], files: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = (files / "page.md").read_text()
    assert command.main(["slow", "quick", "--seconds", "3"]) == 0
    assert asked == [("slow", ["--seconds", "3"]), ("quick", ["--seconds", "3"])]
    assert "slow speed" in capsys.readouterr().out
    assert not (files / "results.json").exists()
    assert (files / "page.md").read_text() == before


def test_all_of_them_write_the_file_and_the_page(
    asked: list[tuple[str, list[str]]], files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = {name: module for name, module in command.benchmarks().items() if name != "broken"}
    monkeypatch.setattr(command, "benchmarks", lambda: whole)
    assert command.main([""]) == 0
    assert [name for name, _ in asked] == ["quick", "slow"]
    assert len(json.loads((files / "results.json").read_text())["rows"]) == 2
    assert "quick speed" in (files / "page.md").read_text()


def test_one_that_breaks_stops_no_other_and_leaves_no_figures_of_another_day(
    asked: list[tuple[str, list[str]]], files: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with (files / "page.md").open("a") as page:
        page.write("<!-- bench: broken -->\n| yesterday's |\n<!-- end -->\n")
    assert command.main([]) == 1
    assert [name for name, _ in asked] == ["broken", "quick", "slow"]
    rows = json.loads((files / "results.json").read_text())["rows"]
    assert [(row["bench"], row["value"]) for row in rows] == [("broken", None), ("quick", 2.0), ("slow", 2.0)]
    assert "yesterday" not in (files / "page.md").read_text()
    said = capsys.readouterr()
    assert "slow speed" in said.out
    assert "failed: broken" in said.err


def test_the_rows_are_written_where_one_wants_them(asked: list[tuple[str, list[str]]], files: Path) -> None:
    assert command.main(["quick", "--json", str(files / "mine.json"), "--deep"]) == 0
    assert asked == [("quick", ["--deep"])]
    assert json.loads((files / "mine.json").read_text())["rows"][0]["what"] == "quick speed"


def test_an_unknown_name_runs_nothing(
    asked: list[tuple[str, list[str]]], files: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command.main(["quick", "fast"]) == 2
    assert asked == []
    assert "unknown: fast" in capsys.readouterr().err


def test_the_estimates_keep_their_own_arguments(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        command.main(["estimates", "--help"])
    assert ended.value.code == 0
    assert "--tuned-until" in capsys.readouterr().out


def test_a_whole_run_that_the_page_has_no_place_for_does_not_begin(
    asked: list[tuple[str, list[str]]], files: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (files / "page.md").write_text("<!-- bench: quick -->\n<!-- end -->\n")
    assert command.main([]) == 2
    assert asked == []
    assert "no place for broken, slow" in capsys.readouterr().err


def test_the_page_has_a_place_for_every_benchmark_and_only_for_those() -> None:
    page = command.PAGE.read_text(encoding="utf-8")
    assert report.places(page) == set(command.benchmarks())


def test_what_is_no_benchmark_is_not_taken_for_one() -> None:
    known = command.benchmarks()
    assert not known.keys() & {"report", "crowd", "hub_process", "disk"}
    assert command._module("no_such_thing") is None
    assert command._module("../config") is None


def test_what_a_benchmark_needs_is_installed_before_it_runs(
    asked: list[tuple[str, list[str]]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    programs = tmp_path / "bin"
    programs.mkdir()
    script = tmp_path / "set_up.sh"
    script.write_text(f'printf "#!/bin/sh\\n" > "{programs}/$1" && chmod +x "{programs}/$1"\n')
    monkeypatch.setattr(command, "SET_UP", script)
    monkeypatch.setenv("PATH", str(programs), prepend=":")
    command.benchmarks()["slow"].NEEDS = ("browser-of-this-test",)  # type: ignore[attr-defined]
    assert command.main(["slow"]) == 0
    assert asked == [("slow", [])]


def test_one_that_lacks_something_says_so_and_the_others_go_on(
    asked: list[tuple[str, list[str]]], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(command, "SET_UP", Path("/dev/null"))
    command.benchmarks()["slow"].NEEDS = ("browser-of-this-test",)  # type: ignore[attr-defined]
    assert command.main(["slow", "quick"]) == 1
    assert asked == [("quick", [])]
    said = capsys.readouterr()
    assert "browser-of-this-test is missing and could not be installed" in said.out
    assert "quick speed" in said.out
    assert "failed: slow" in said.err


def test_only_the_programs_that_are_asked_for_are_installed(tmp_path: Path) -> None:
    for name, does in {"id": "echo 0", "apt-get": f'echo "$@" >> {tmp_path}/asked'}.items():
        (tmp_path / name).write_text(f"#!/bin/sh\n{does}\n")
        (tmp_path / name).chmod(0o755)
    for name in ("bash", "sh"):
        (tmp_path / name).symlink_to(f"/bin/{name}")
    only = {"PATH": str(tmp_path)}
    subprocess.run(["/bin/bash", REAL_SET_UP, "chromium", "bash", "gcc"], env=only, check=True, timeout=300)
    assert (tmp_path / "asked").read_text().splitlines() == ["update -qq", "install -y -qq chromium gcc libc6-dev"]
