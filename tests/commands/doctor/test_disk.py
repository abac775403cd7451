"""What the doctor says of free space: the floors are those that the hub, its backups and its uploads go by."""

from __future__ import annotations

import shutil
from collections import namedtuple
from pathlib import Path

import pytest

from antrean.commands.doctor.checks import look_at_folder
from antrean.config import Config
from antrean.storage.backup.rounds import LEAST_FREE

MB = 1_000_000
Usage = namedtuple("Usage", "total used free")


@pytest.mark.parametrize(
    ("free", "verdict", "said"),
    [
        (4, "wrong", "4 MB free: with less than 5 MB no number is given"),
        (6, "warning", "6 MB free: with less than 200 MB no backup is made"),
        (201, "warning", "201 MB free: with less than 300 MB no picture or video is taken in"),
        (2000, "ok", "2 GB free"),
    ],
)
def test_free_space_is_wrong_only_where_the_hub_gives_no_numbers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, free: int, verdict: str, said: str
) -> None:
    assert LEAST_FREE == 200 * MB
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: Usage(10**12, 0, free * MB))
    config = Config(data=tmp_path, least_free_mb=5, free_space_mb=300)
    found = [one for one in look_at_folder(config) if one.what == "data folder"]
    assert [(one.verdict, one.said) for one in found] == [(verdict, said)]
