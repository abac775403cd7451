"""Sentences of the page of backups about a state: said when it is so, and gone when it is not."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask.testing import FlaskClient

from antrean.queueing.plan.model import OfficePlan
from antrean.storage.backup.rounds import MARKER, BackupPlaces
from tests.admin.said import says, told
from tests.conftest import small_plan
from tests.fakes.office_hub import OfficeHub
from tests.fakes.page_text import text_of


@pytest.fixture
def plan() -> OfficePlan:
    return small_plan(languages=("en", "id"))


def test_the_list_of_backups_says_what_there_is_and_what_went_wrong(
    hub: OfficeHub, eka: FlaskClient, tmp_path: Path
) -> None:
    watch = hub.app.extensions["antrean"].backups

    def listed() -> str:
        watch._listed_at = float("-inf")
        watch.look()
        return says(eka, "backups", "backups")

    none = "There is none yet. The first is made within the hour in which something happens."
    assert listed() == none
    watch.places.first.mkdir(mode=0o700, exist_ok=True)
    (watch.places.first / f"antrean-{hub.office.clock():%Y%m%dT%H%M%SZ}.locked.zip").write_bytes(b"x" * 300_000)
    assert none not in listed()
    assert listed().endswith("0 min ago 0.3 MB here encrypted")
    for code, words in (
        ("no_room", "No backup could be made: the disk is nearly full."),
        ("unreadable", "A backup could not be read back, and was kept aside: b.zip"),
        ("failed", "The last backup could not be made: b.zip"),
    ):
        watch.code, watch.wrong = code, "b.zip"
        assert words in listed()
        assert words in says(eka, "today", "alarms")
    watch.code = watch.wrong = ""
    stick = tmp_path / "stick"
    watch.places = BackupPlaces(watch.places.data, str(stick))
    assert f"The second place {stick} is not there. Is the stick in its place?" in listed()
    stick.mkdir()
    (stick / MARKER).touch()
    for code, words in (
        ("place_full", f"The second place {stick} is full."),
        ("place_failing", f"The second place {stick} does not give back what was written. The stick may be failing."),
        ("failed", "Nothing could be written to the second place: torn"),
    ):
        watch.second, watch.second_wrong = code, "torn"
        assert words in listed()
        assert words in says(eka, "today", "alarms")
    watch.second = "ok"
    assert says(eka, "today", "alarms") == ""
    assert told(eka, "backups").startswith("A backup is being made. It stands in the list when it was read back")
    assert "One is being made now." in says(eka, "backups", "backups")


def test_where_backups_lie_and_whether_they_are_encrypted_is_what_is_set(
    hub: OfficeHub, eka: FlaskClient, tmp_path: Path
) -> None:
    watch = hub.app.extensions["antrean"].backups

    def page() -> str:
        return text_of(eka.get("/admin/backups", headers={"Accept": "text/html"}).text)

    none, plain = "None. If this disk dies, its backups die with it.", "They are not encrypted, and hold this office's"
    locked = "They are encrypted: bringing one back takes the passphrase. Keep it elsewhere too."
    assert [words in page() for words in (none, plain, locked)] == [True, True, False]
    watch.places, watch.encrypted = BackupPlaces(watch.places.data, str(tmp_path / "stick")), True
    assert [words in page() for words in (none, plain, locked)] == [False, False, True]
    assert str(tmp_path / "stick") in page()
