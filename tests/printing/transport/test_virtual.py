"""The virtual printer deletes and writes its own slips, and nothing of anybody else's."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from antrean.printing.transport import virtual

JOB = "2026-11-24/A-{:03d}/0"


def filled(folder: Path, slips: int) -> None:
    for number in range(1, slips + 1):
        virtual.keep(folder, JOB.format(number), b"%d" % number)


def test_slips_of_others_stay_however_many_of_its_own_come(tmp_path: Path) -> None:
    folder = tmp_path / "slips"
    filled(folder, 1)
    theirs = {"report.bin": b"x", "2026-11-24_A-999_0.bin": b"y", "note.txt": b"z", "old.part": b"p"}
    for name, data in theirs.items():
        (folder / name).write_bytes(data)
        os.utime(folder / name, (1, 1))
    (tmp_path / "outside.bin").write_bytes(b"outside")
    (folder / "link.bin").symlink_to(tmp_path / "outside.bin")
    filled(folder, virtual.KEPT + 10)
    assert {name: (folder / name).read_bytes() for name in theirs} == theirs
    assert (folder / "link.bin").is_symlink()
    assert (tmp_path / "outside.bin").read_bytes() == b"outside"
    own = [path.name for path in virtual.kept(folder)]
    assert (own[0], own[-1], len(own)) == ("2026-11-24_A-060_0.bin", "2026-11-24_A-011_0.bin", virtual.KEPT)
    assert not (folder / "2026-11-24_A-001_0.bin").exists()


def test_a_slip_that_somebody_put_another_file_in_place_of_is_theirs_now(tmp_path: Path) -> None:
    folder = tmp_path / "slips"
    filled(folder, 2)
    other = folder / "other"
    other.write_bytes(b"theirs")
    other.replace(folder / "2026-11-24_A-001_0.bin")
    filled_on = virtual.KEPT + 5
    for number in range(3, filled_on):
        virtual.keep(folder, JOB.format(number), b"x")
    assert (folder / "2026-11-24_A-001_0.bin").read_bytes() == b"theirs"
    assert not (folder / "2026-11-24_A-002_0.bin").exists()
    with pytest.raises(virtual.FolderNotOurs):
        virtual.keep(folder, JOB.format(1), b"new")
    assert (folder / "2026-11-24_A-001_0.bin").read_bytes() == b"theirs"


def test_a_slip_printed_anew_takes_the_place_of_the_first(tmp_path: Path) -> None:
    filled(tmp_path / "slips", 2)
    virtual.keep(tmp_path / "slips", JOB.format(1), b"again")
    assert [path.read_bytes() for path in virtual.kept(tmp_path / "slips")] == [b"again", b"2"]


@pytest.mark.parametrize("name", ["theirs.bin", "notes.txt", ".hidden", "folder/"])
def test_a_folder_that_somebody_else_filled_is_not_used_and_left_as_it_is(tmp_path: Path, name: str) -> None:
    if name.endswith("/"):
        (tmp_path / name).mkdir()
    else:
        (tmp_path / name).write_bytes(b"theirs")
    before = sorted(os.listdir(tmp_path))
    uses: tuple[Callable[[], object], ...] = (
        lambda: virtual.keep(tmp_path, JOB.format(1), b"x"),
        lambda: virtual.check(tmp_path),
    )
    for use in uses:
        with pytest.raises(virtual.FolderNotOurs):
            use()
    assert sorted(os.listdir(tmp_path)) == before
    assert virtual.kept(tmp_path) == []


def test_an_empty_folder_and_one_that_is_not_there_are_taken(tmp_path: Path) -> None:
    virtual.check(tmp_path)
    virtual.check(tmp_path / "new")
    assert list(tmp_path.iterdir()) == []
    filled(tmp_path, 1)
    filled(tmp_path / "new" / "deeper", 1)
    assert len(virtual.kept(tmp_path)) == len(virtual.kept(tmp_path / "new" / "deeper")) == 1


def test_a_link_to_a_folder_is_none(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (tmp_path / "slips").symlink_to(elsewhere)
    with pytest.raises(OSError):
        virtual.keep(tmp_path / "slips", JOB.format(1), b"x")
    assert list(elsewhere.iterdir()) == []


def test_a_draft_that_is_a_link_is_not_written_through(tmp_path: Path) -> None:
    folder, theirs = tmp_path / "slips", tmp_path / "theirs"
    theirs.write_bytes(b"theirs")
    filled(folder, 1)
    (folder / virtual.DRAFT).symlink_to(theirs)
    (folder / virtual.LIST_DRAFT).symlink_to(theirs)
    filled(folder, 2)
    assert theirs.read_bytes() == b"theirs"
    assert len(virtual.kept(folder)) == 2


def test_the_agents_own_folder_is_taken_over_from_a_release_without_a_list(tmp_path: Path) -> None:
    """Its slips then go as new ones come; what has no name of a slip stays."""
    for number in range(3):
        path = tmp_path / f"2026-11-23_A-{number:03d}_0.bin"
        path.write_bytes(b"old")
        os.utime(path, (number + 1, number + 1))
    (tmp_path / "photo.bin").write_bytes(b"theirs")
    for number in range(virtual.KEPT - 1):
        virtual.keep(tmp_path, JOB.format(number), b"new", home=True)
    assert [path.name for path in virtual.kept(tmp_path)][-1] == "2026-11-23_A-002_0.bin"
    assert not (tmp_path / "2026-11-23_A-000_0.bin").exists()
    assert (tmp_path / "photo.bin").read_bytes() == b"theirs"


def test_a_list_that_was_torn_makes_no_slip_of_a_file(tmp_path: Path) -> None:
    filled(tmp_path / "slips", 1)
    (tmp_path / "slips" / virtual.LIST).write_text('{"slips": {"2026-11')
    for number in range(2, virtual.KEPT + 10):
        virtual.keep(tmp_path / "slips", JOB.format(number), b"x")
    assert (tmp_path / "slips" / "2026-11-24_A-001_0.bin").read_bytes() == b"1"
