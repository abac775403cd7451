"""The print agent of a machine without an office waits for its token, which comes with the office."""

from __future__ import annotations

from pathlib import Path
from threading import Event

from antrean.commands.printing import _print_token
from antrean.config import Config

TOKEN = "t" * 43


class Looks(Event):
    """Counts the waits between two looks; at the third the office is there."""

    def __init__(self, file: Path) -> None:
        super().__init__()
        self.count = 0
        self._file = file

    def wait(self, timeout: float | None = None) -> bool:
        self.count += 1
        if self.count == 3:
            self._file.write_text(TOKEN)
        return self.is_set()


def test_it_begins_once_the_office_is_there(tmp_path: Path) -> None:
    looks = Looks(tmp_path / "print_agent.token")
    assert _print_token(Config(data=tmp_path), looks) == TOKEN
    assert looks.count == 3


def test_one_that_is_stopped_before_ends_quietly(tmp_path: Path) -> None:
    looks = Looks(tmp_path / "nowhere" / "print_agent.token")
    looks.set()
    assert _print_token(Config(data=tmp_path), looks) == ""
