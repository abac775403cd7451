"""Backups that the first start refuses: what is said, and that nothing was changed by it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from antrean.hub.first_start.making import awaits_office
from tests.commands.kept_office import altered, read_about, rewritten, with_member
from tests.fakes.new_hub import ELSEWHERE, PAGE, NewHub
from tests.web.first_start.lost_office import backed_up, brought_back, chosen_id, code_of, offered, send

PASSPHRASE = "lima kata yang panjang sekali"


def _newer(content: bytes, file: Path) -> bytes:
    return rewritten(content, {**read_about(file), "revision": "9999"})


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda content, _file: content[:-200], "backup_unreadable"),
        (lambda content, _file: b"%PDF-1.7" + content[:1000], "backup_unreadable"),
        (lambda _content, _file: b"", "backup_unreadable"),
        (lambda _content, _file: b"\r\n-" * 100_000, "backup_unreadable"),  # as a form's parser waits for its end
        (lambda content, _file: content[:900] + bytes([content[900] ^ 1]) + content[901:], "backup_unreadable"),
        (lambda _content, file: altered(file, with_member("files/../evil")), "backup_unreadable"),
        (_newer, "backup_newer"),
    ],
)
def test_what_can_not_be_brought_back_is_refused_in_words_and_changes_nothing(
    begun: Callable[[], NewHub], file: Path, folder: Path, change: Callable[[bytes, Path], bytes], code: str
) -> None:
    new = begun()
    client = new.let_in()
    refused = send(client, change(file.read_bytes(), file))
    assert (refused.status_code, code_of(refused)) == (422, code)
    page = send(client, change(file.read_bytes(), file), html=True)
    assert page.status_code == 422
    assert 'role="alert"' in page.text
    assert awaits_office(new.config)
    assert not list(folder.rglob("*.zip"))
    assert client.get("/first_start/restore", headers=PAGE).location == "/first_start/backup"
    assert send(client, file.read_bytes()).status_code == 200


def test_an_encrypted_backup_asks_for_its_passphrase(begun: Callable[[], NewHub], tmp_path: Path) -> None:
    content = backed_up(tmp_path / "locked", "office", passphrase=PASSPHRASE).read_bytes()
    client = begun().let_in()
    assert code_of(send(client, content)) == "backup_locked"
    assert code_of(send(client, content, "salah")) == "backup_passphrase"
    assert send(client, content, PASSPHRASE).status_code == 200
    assert brought_back(client).status_code == 200


@pytest.mark.long
def test_an_encrypted_backup_is_sent_once_however_often_its_passphrase_is_mistyped(
    begun: Callable[[], NewHub], folder: Path, tmp_path: Path
) -> None:
    content = backed_up(tmp_path / "locked", "office", passphrase=PASSPHRASE).read_bytes()
    client = begun().let_in()
    client.set_cookie("antrean_language", "en")
    words = "It does not have to be sent again."
    page = send(client, content, "salah", html=True)
    assert page.status_code == 422
    assert "This is not the passphrase of this backup. Type the right one." in page.text
    assert words in page.text
    again = client.post("/first_start/backup", data={"backup": "sent", "passphrase": "juga salah"}, headers=PAGE)
    assert again.status_code == 422
    assert words in again.text
    assert words in client.get("/first_start/backup", headers=PAGE).text
    assert client.post("/first_start/backup", json={"backup": "sent", "passphrase": PASSPHRASE}).status_code == 200
    assert words not in client.get("/first_start/backup", headers=PAGE).text
    assert brought_back(client).status_code == 200
    assert not list((folder / "backups_sent").glob("*"))


def test_what_waits_for_its_passphrase_makes_way_for_what_is_chosen_instead(
    begun: Callable[[], NewHub], file: Path, folder: Path, tmp_path: Path
) -> None:
    content = backed_up(tmp_path / "locked", "office", passphrase=PASSPHRASE).read_bytes()
    key = offered(folder, file)
    client = begun().let_in()
    assert code_of(client.post("/first_start/backup", json={"backup": "sent"})) == "backup_gone"
    assert code_of(send(client, content)) == "backup_locked"
    assert code_of(send(client, content, "salah")) == "backup_passphrase"
    assert len(list((folder / "backups_sent").glob("*"))) == 1
    assert client.post("/first_start/backup", json={"backup": key}).status_code == 200
    assert not list((folder / "backups_sent").glob("*"))
    assert code_of(client.post("/first_start/backup", json={"backup": "sent"})) == "backup_gone"


def test_the_backup_whose_passphrase_was_mistyped_stays_chosen(
    begun: Callable[[], NewHub], file: Path, folder: Path, tmp_path: Path
) -> None:
    locked = backed_up(tmp_path / "locked", "office", passphrase=PASSPHRASE)
    for minute in range(10, 17):
        offered(folder, file, f"antrean-20261124T00{minute}00Z.zip")
    key = offered(folder, locked, "antrean-20261124T000000Z.locked.zip")
    client = begun().let_in()
    page = client.post("/first_start/backup", data={"backup": key, "passphrase": "salah"}, headers=PAGE).text
    assert re.findall(r'value="([^"]+)" checked', page) == [key]
    assert "<details open>" in page  # it is one of the older ones


def test_a_file_that_is_too_large_or_finds_no_room_is_refused_with_what_to_do(
    begun: Callable[[], NewHub], file: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    new = begun()
    client = new.let_in()
    with monkeypatch.context() as small:
        small.setattr("antrean.web.first_start.backup_views.MAX_BACKUP", 10_000)
        refused = send(client, b"x" * 20_000)
        assert (refused.status_code, code_of(refused)) == (422, "backup_too_large")
        assert send(client, b"x" * 20_000, html=True).status_code == 422
    new.first.backups._config = replace(new.config, free_space_mb=10**9)
    refused = send(client, file.read_bytes())
    assert (refused.status_code, code_of(refused)) == (409, "backup_no_room")
    assert not list(folder.rglob("*.zip"))


def test_a_backup_of_another_office_than_the_settings_name_is_refused(begun: Callable[[], NewHub], file: Path) -> None:
    new = begun()
    new.first.backups._config = replace(new.config, office="kuningan")
    refused = send(new.let_in(), file.read_bytes())
    assert (refused.status_code, code_of(refused)) == (422, "backup_other_office")
    assert "kuningan" in refused.get_json()["error"]["message"]


def test_another_backup_than_the_one_that_was_read_is_never_brought_back(
    begun: Callable[[], NewHub], file: Path, folder: Path
) -> None:
    new = begun()
    client = new.let_in()
    assert code_of(client.post("/first_start/restore", json={"backup": "x"})) == "backup_gone"
    send(client, file.read_bytes())
    read = chosen_id(client)
    send(new.let_in(**ELSEWHERE), file.read_bytes())
    refused = client.post("/first_start/restore", json={"backup": read})
    assert (refused.status_code, code_of(refused)) == (404, "backup_gone")
    assert code_of(client.post("/first_start/backup", json={"backup": "here/../b.zip"})) == "backup_gone"
    assert awaits_office(new.config)
    assert len(list((folder / "backups_sent").iterdir())) == 1  # the one before was removed


def test_while_one_is_read_another_waits(begun: Callable[[], NewHub], file: Path) -> None:
    new = begun()
    client = new.let_in()
    with new.first.backups._alone():
        refused = send(client, file.read_bytes())
    assert (refused.status_code, code_of(refused)) == (409, "restore_busy")


def test_a_restore_that_fails_at_its_end_has_changed_nothing_and_can_be_asked_for_again(
    begun: Callable[[], NewHub], file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    new = begun()
    client = new.let_in()
    send(client, file.read_bytes())

    def full(*_given: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as disk:
        disk.setattr("antrean.storage.backup.restore.write_head", full)
        refused = brought_back(client)
        assert (refused.status_code, code_of(refused)) == (503, "restore_failed")
        page = client.post(
            "/first_start/restore", data={"backup": chosen_id(client), "highest_1_A": "17"}, headers=PAGE
        )
        assert page.status_code == 503
        assert 'value="17"' in page.text
    assert awaits_office(new.config)
    assert brought_back(client).status_code == 200


def test_without_the_code_nothing_is_offered_and_nothing_taken(begun: Callable[[], NewHub], file: Path) -> None:
    client = begun().browser(**ELSEWHERE)
    assert client.get("/first_start/backup", headers=PAGE).location == "/first_start/"
    assert code_of(send(client, file.read_bytes())) == "set_up_code_wrong"
    for path in ("restore", "anew"):
        assert code_of(client.post(f"/first_start/{path}", json={})) == "set_up_code_wrong"
