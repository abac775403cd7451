"""Bringing an office back by the pages of the first start: what is offered, said and kept."""

from __future__ import annotations

import fcntl
import json
import os
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from shutil import copy
from typing import Any

import pytest

from antrean.hub.first_start.making import awaits_office, lost_office
from antrean.hub.start.start_error import StartError
from antrean.printing.agent.state import AgentState, write_state
from antrean.storage.backup.archive import write_backup
from antrean.storage.backup.rounds import OWN, BackupPlaces, copies, make_round
from antrean.storage.database.engine import open_engine
from antrean.storage.factors import OF_APP, RECOVERY, Factor
from antrean.storage.journal.heads import head_file, write_head
from antrean.storage.journal.verify import verify
from antrean.storage.settings.devices import Device
from antrean.storage.settings.rows import Settings
from tests.commands.kept_office import database_in
from tests.conftest import SetClock
from tests.fakes.new_hub import ELSEWHERE, PAGE, PASSWORD, NewHub
from tests.web.first_start.lost_office import (
    NAME,
    backed_up,
    brought_back,
    chosen_id,
    code_of,
    next_number,
    offered,
    send,
)

HEAD = {"office": "office", "seq": 500, "chain": "f" * 64, "at": "2026-11-24T00:00:00.000000+00:00"}


def test_a_backup_that_is_sent_is_read_said_in_words_and_brought_back_and_the_same_process_serves_it(
    begun: Callable[[], NewHub], file: Path, folder: Path
) -> None:
    new = begun()
    client = new.let_in(**ELSEWHERE)
    assert "/first_start/backup" in client.get("/first_start/language", headers=PAGE).text
    shown = client.get("/first_start/backup?language=en", headers=PAGE).text
    assert "An office has been here, and" not in shown
    answer = send(client, file.read_bytes(), html=True)
    assert (answer.status_code, answer.location) == (303, "/first_start/restore")
    page = client.get("/first_start/restore", headers=PAGE).text
    for words in (NAME, "A-003", "Last day in the backup: Tuesday, 24 November 2026"):
        assert words in page, words
    assert awaits_office(new.config)  # nothing was changed by looking
    done = client.post("/first_start/restore", data={"backup": chosen_id(client)}, headers=PAGE)
    assert done.status_code == 200
    for words in ("Your office is back", "The next numbers: A-1001", "/sign_in"):
        assert words in done.text, words
    told = new.browser(**ELSEWHERE).post("/sign_in", json={"name": "Sitti office", "password": PASSWORD})
    assert told.status_code == 200
    assert list(verify(open_engine(database_in(folder)), "office")) == []
    assert next_number(new) == "A-1001"
    assert not (folder / "backups_sent").exists()
    assert code_of(client.get("/first_start/restore")) == "office_made"


def test_numbers_go_on_after_the_highest_that_somebody_reads_from_the_slips(
    begun: Callable[[], NewHub], file: Path
) -> None:
    new = begun()
    client = new.let_in()
    assert send(client, file.read_bytes()).status_code == 200
    for said in ("B-12", "x", "A-0123456"):
        refused = brought_back(client, highest_1_A=said)
        assert refused.status_code == 422, said
    assert awaits_office(new.config)
    told = brought_back(client, highest_1_A="a-17").get_json()
    assert told["offices"]["office"]["A"] == 18
    assert next_number(new) == "A-018"


def test_beside_backups_no_office_is_begun_that_nobody_asked_for(
    begun: Callable[[], NewHub], file: Path, folder: Path
) -> None:
    """The database is gone; its backups and what is remembered of its newest line are there."""
    key = offered(folder, file)
    head_file(folder).write_text(json.dumps(HEAD))
    new = begun()
    client = new.let_in()
    assert client.get("/first_start/", headers=PAGE).location == "/first_start/backup"
    for step in ("language", "summary"):
        assert client.get(f"/first_start/{step}", headers=PAGE).location == "/first_start/backup"
        refused = client.post(f"/first_start/{step}", json={})
        assert (refused.status_code, code_of(refused)) == (409, "office_was_here")
    page = client.get("/first_start/backup?language=en", headers=PAGE).text
    assert "An office has been here, and" in page
    assert f'value="{key}" checked' in page
    assert client.post("/first_start/backup", json={"backup": key}).status_code == 200
    assert brought_back(client).status_code == 200
    assert next_number(new) == "A-1001"


def test_a_new_office_beside_backups_is_asked_for_in_so_many_words_and_deletes_nothing(
    begun: Callable[[], NewHub], file: Path, folder: Path, clock: SetClock
) -> None:
    key = offered(folder, file)
    head_file(folder).write_text(json.dumps(HEAD))
    new = begun()
    assert lost_office(new.config)
    client = new.let_in()
    assert code_of(client.post("/first_start/anew", json={})) == "value_missing"
    assert client.post("/first_start/anew", json={"anew": True}).status_code == 200
    new.tell(client)
    assert client.post("/first_start/summary", json={}).status_code == 200
    assert new.browser().post("/sign_in", json={"name": "Sitti", "password": PASSWORD}).status_code == 200
    assert (folder / "backups" / key.partition("/")[2]).read_bytes() == file.read_bytes()
    (away,) = folder.glob("replaced-*")
    assert json.loads((away / "journal.head").read_text()) == HEAD


def test_the_backups_of_an_earlier_office_outlive_those_of_the_new_one(
    begun: Callable[..., NewHub], file: Path, folder: Path, clock: SetClock
) -> None:
    """Its newest would be gone with the first round: the new office's is of the same hour, and newer."""
    earlier = {offered(folder, file, f"antrean-20261124T00{minute}00Z.zip").partition("/")[2] for minute in (30, 50)}
    new = begun()
    client = new.let_in()
    assert client.post("/first_start/anew", json={"anew": True}).status_code == 200
    new.tell(client)
    assert client.post("/first_start/summary", json={}).status_code == 200
    places = BackupPlaces(folder)

    def a_round(minute: int) -> list[str]:
        at = clock().replace(hour=0, minute=minute)
        done = make_round(open_engine(database_in(folder)), places, at, "Asia/Jakarta", least_free=0)
        assert done.made, done.wrong
        return done.removed

    assert a_round(55) == []
    assert a_round(58) == ["antrean-20261124T005500Z.zip"]  # its own
    assert {copy.file.name for copy in copies(places.first)} == {*earlier, "antrean-20261124T005800Z.zip"}
    (places.first / OWN).write_text("{")
    assert a_round(59) == []  # nobody knows whose they are


def test_while_an_office_is_brought_back_none_is_begun_that_would_move_it_aside(
    begun: Callable[[], NewHub], file: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    new = begun()
    client = new.let_in()
    send(client, file.read_bytes())
    free = []
    write = write_head

    def looked(*given: Any) -> None:
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            free.append(True)
        except BlockingIOError:
            free.append(False)
        finally:
            os.close(descriptor)
        write(*given)

    monkeypatch.setattr("antrean.storage.backup.restore.write_head", looked)
    assert brought_back(client).status_code == 200
    assert free == [False]


def test_what_was_lost_is_said_in_the_same_language_where_the_hub_is_there_first_and_where_it_can_not_start(
    begun: Callable[[], NewHub], file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    new = begun()
    client = new.let_in()
    send(client, file.read_bytes())
    back, hub = new.first.backups.bring_back, new.first.hub

    def watched(*given: Any) -> Any:
        done = back(*given)
        new.first.look()  # as each second
        return done

    def broken() -> Any:
        hub()
        raise StartError("something else is wrong")

    monkeypatch.setattr(new.first.backups, "bring_back", watched)
    monkeypatch.setattr(new.first, "hub", broken)
    monkeypatch.setattr(new.first, "look", hub)
    headers = {**PAGE, "Accept-Language": "en"}
    done = client.post("/first_start/restore", data={"backup": chosen_id(client)}, headers=headers)
    assert done.status_code == 200
    assert "The next numbers: A-1001" in done.text


def test_where_the_backup_here_is_damaged_its_copy_in_the_second_place_is_read(
    begun: Callable[[], NewHub], file: Path, folder: Path, tmp_path: Path
) -> None:
    key = offered(folder, file)
    here = folder / key.replace("here", "backups")
    stick = tmp_path / "stick"
    stick.mkdir()
    copy(file, stick / here.name)
    content = file.read_bytes()
    here.write_bytes(content[:900] + bytes([content[900] ^ 1]) + content[901:])
    new = begun()
    client = new.let_in()
    assert code_of(client.post("/first_start/backup", json={"backup": key})) == "backup_unreadable"
    new.first.backups._config = replace(new.config, backup_folder=str(stick))
    assert client.post("/first_start/backup", json={"backup": key}).status_code == 200
    assert brought_back(client).status_code == 200


def test_what_the_second_place_holds_is_offered_on_a_new_machine(
    begun: Callable[..., NewHub], file: Path, tmp_path: Path
) -> None:
    stick = tmp_path / "stick"
    stick.mkdir()
    copy(file, stick / "antrean-20261124T010000Z.zip")
    new = begun()
    new.first.backups._config = replace(new.config, backup_folder=str(stick))
    client = new.let_in()
    assert client.get("/first_start/", headers=PAGE).location == "/first_start/backup"
    page = client.get("/first_start/backup?language=en", headers=PAGE).text
    assert "An office has been here, and its records are not on this machine." in page  # it was on another one
    key = "second/antrean-20261124T010000Z.zip"
    assert client.post("/first_start/backup", json={"backup": key}).status_code == 200
    assert brought_back(client).status_code == 200


def test_several_offices_are_said_and_brought_back_together(begun: Callable[[], NewHub], tmp_path: Path) -> None:
    earlier = tmp_path / "two"
    file = backed_up(earlier, "office", "ende")
    new = begun()
    client = new.let_in()
    told = send(client, file.read_bytes()).get_json()["backup"]["offices"]
    assert {code: one["last"]["A"] for code, one in told.items()} == {"office": 3, "ende": 3}
    page = client.get("/first_start/restore", headers=PAGE).text
    assert NAME in page
    assert "Kantor ende" in page
    place = list(told).index("ende") + 1
    goes_on = brought_back(client, **{f"highest_{place}_A": "41"}).get_json()["offices"]
    assert (goes_on["office"]["A"], goes_on["ende"]["A"]) == (1001, 42)
    assert len(new.app.extensions["antrean_offices"]) == 2


def test_what_the_hub_makes_by_itself_is_found_by_its_age(
    begun: Callable[[], NewHub], folder: Path, tmp_path: Path
) -> None:
    """The hourly backup of the earlier machine, in the place where the hub writes it."""
    earlier = tmp_path / "hourly"
    backed_up(earlier, "office")
    made = make_round(
        open_engine(database_in(earlier)), BackupPlaces(earlier), SetClock()(), "Asia/Jakarta", least_free=0
    )
    assert made.made
    offered(folder, earlier / "backups" / made.made, made.made)
    new = begun()
    client = new.let_in()
    page = client.get("/first_start/backup?language=en", headers=PAGE).text
    assert "0 min ago" in page
    assert client.post("/first_start/backup", json={"backup": f"here/{made.made}"}).status_code == 200
    assert brought_back(client).status_code == 200
    assert {one.name for one in Settings(open_engine(database_in(folder)), "office").staff()} == {"Sitti office"}


def test_every_page_speaks_three_languages(begun: Callable[[], NewHub], file: Path, folder: Path) -> None:
    offered(folder, file)
    client = begun().let_in()
    send(client, file.read_bytes())
    for path in ("backup", "restore"):
        titles = set()
        for language in ("id", "en", "su"):
            page = client.get(f"/first_start/{path}?language={language}", headers=PAGE).text
            assert f'<html lang="{language}">' in page
            titles.add(re.findall(r"<h1>(.*?)</h1>", page)[0])
        assert len(titles) == 3, path


def test_an_office_in_which_nothing_has_happened_says_so_and_is_brought_back(
    begun: Callable[[], NewHub], tmp_path: Path
) -> None:
    file = backed_up(tmp_path / "quiet", "office", numbers=0)
    new = begun()
    client = new.let_in()
    assert send(client, file.read_bytes()).status_code == 200
    page = client.get("/first_start/restore?language=en", headers=PAGE).text
    assert "Nothing has happened there yet." in page
    assert brought_back(client).status_code == 200


def test_a_clock_that_is_before_the_backup_is_said_before_anything_is_brought_back(
    begun: Callable[[], NewHub], file: Path, clock: SetClock
) -> None:
    client = begun().let_in()
    said = "The clock of this machine says"
    assert send(client, file.read_bytes()).status_code == 200
    assert said not in client.get("/first_start/restore?language=en", headers=PAGE).text
    clock.now -= timedelta(days=400)
    assert send(client, file.read_bytes()).status_code == 200
    assert said in client.get("/first_start/restore?language=en", headers=PAGE).text


def test_after_the_restore_it_is_said_which_slips_printers_and_codes_need_somebody(
    begun: Callable[[], NewHub], folder: Path, tmp_path: Path
) -> None:
    earlier = tmp_path / "more"
    backed_up(earlier, "office")
    settings = Settings(open_engine(database_in(earlier)), "office")
    evil = "tcp://127.0.0.1\u00a0virtual:///some/folder"
    settings.add_device(Device("a1", "print_agent", "Printer 1", "hash", address=evil), SetClock()())
    settings.factors.replace("Sitti office", OF_APP, [Factor("Sitti office", RECOVERY, "hash")])
    file = earlier / "more.zip"
    write_backup(open_engine(database_in(earlier)), earlier, file, SetClock()())
    (folder / "print_agent").mkdir(parents=True)
    write_state(folder / "print_agent" / "printer-1.json", AgentState(printed=["2026-11-24/A-007/0"]))
    client = begun().let_in()
    assert send(client, file.read_bytes()).status_code == 200
    page = client.post("/first_start/restore?language=en", data={"backup": chosen_id(client)}, headers=PAGE).text
    for words in (
        "Slips of that time which nobody knows of any more: A-007.",
        "Set the printer up again, for nothing comes out until then: Printer 1",
        "are good again, of Sitti office.",
    ):
        assert words in page, words
