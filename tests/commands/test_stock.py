"""The stock on the command line: entries are made beside a hub, listed, and taken back."""

from __future__ import annotations

import json
import os
from pathlib import Path

from antrean.storage.database.running import mark_running
from tests.commands.kept_office import Run


def with_blanks(run: Run, folder: Path, **more: object) -> None:
    """Give the office an item that cards use."""
    document = json.loads(run("office", "export").stdout)
    document["stock"] = [{"code": "blank", "names": {"id": "Blangko KTP-el"}, **more}]
    document["services"][0]["uses"] = [{"code": "blank"}]
    file = folder / "plan.json"
    file.write_text(json.dumps(document), encoding="utf-8")
    assert run("office", "apply", str(file)).exit_code == 0


def test_entries_are_made_listed_and_taken_back(run: Run, data: Path, tmp_path: Path) -> None:
    assert data.is_dir()
    assert run("stock", "list").stdout == "blanks: nobody keeps count yet (Blangko KTP-el)\n"  # of the sample
    with_blanks(run, tmp_path)
    assert run("stock", "list").stdout == "blank: nobody keeps count yet (Blangko KTP-el)\n"
    assert run("stock", "receive", "blank", "500", "--note", "SJ 12").exit_code == 0
    assert run("stock", "spoil", "blank", "4", "--reason", "bent").stderr.endswith(": blank 496\n")
    refused = run("stock", "count", "blank", "490")
    assert (refused.exit_code, refused.stderr) == (1, "Error: Say why.\n")
    assert run("stock", "count", "blank", "490", "--reason", "counted").exit_code == 0
    told = run("stock", "list").stdout.splitlines()
    assert told[0] == "blank: 490 there, 0 promised (Blangko KTP-el)"
    assert [line.split(": ")[1] for line in told[1:]] == ["blank counted -6", "blank spoiled -4", "blank received +500"]
    line = told[1].split(":")[0].removeprefix("line ")
    assert run("stock", "take-back", line).exit_code == 0
    assert run("stock", "take-back", line).exit_code == 1
    assert run("stock", "list").stdout.splitlines()[0] == "blank: 496 there, 0 promised (Blangko KTP-el)"


def test_what_is_kept_is_made_anew_from_the_journal(run: Run, data: Path, tmp_path: Path) -> None:
    assert data.is_dir()
    with_blanks(run, tmp_path)
    run("stock", "receive", "blank", "500")
    told = run("rebuild")
    assert (told.exit_code, told.stdout) == (0, "blank: 500\n")
    assert run("stock", "list").stdout.startswith("blank: 500 there")


def test_nothing_is_made_anew_beside_a_hub_which_would_keep_again_what_it_holds(run: Run, data: Path) -> None:
    descriptor = mark_running(data)
    try:
        told = run("rebuild")
    finally:
        os.close(descriptor)
    assert (told.exit_code, "end it first" in told.stderr) == (1, True)
    assert run("rebuild").exit_code == 0


def test_the_list_says_the_unit_and_when_few_are_left(run: Run, data: Path, tmp_path: Path) -> None:
    assert data.is_dir()
    with_blanks(run, tmp_path, units={"id": "lembar"}, low=50)
    run("stock", "count", "blank", "50")
    assert run("stock", "list").stdout.splitlines()[0] == "blank: 50 lembar there, 0 promised (Blangko KTP-el)"
    run("stock", "spoil", "blank", "1", "--reason", "bent")
    assert run("stock", "list").stdout.splitlines()[0] == (
        "blank: 49 lembar there, 0 promised, fewer than 50 left (Blangko KTP-el)"
    )


def test_the_list_says_what_is_used_up(run: Run, data: Path, tmp_path: Path) -> None:
    assert data.is_dir()
    with_blanks(run, tmp_path, low=50)
    run("stock", "count", "blank", "0")
    assert run("stock", "list").stdout.splitlines()[0] == "blank: 0 there, 0 promised, used up (Blangko KTP-el)"


def test_an_item_that_the_plan_has_not_is_refused(run: Run, data: Path) -> None:
    assert data.is_dir()
    told = run("stock", "receive", "gone", "5")
    assert (told.exit_code, told.stderr) == (1, "Error: This stock item does not exist.\n")
