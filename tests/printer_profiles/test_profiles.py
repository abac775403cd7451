"""Printer profiles: what ships loads, and a wrong file is refused by name of file and key."""

from pathlib import Path

import pytest

from printer_profiles import ProfileError, load_all, load_file, load_profile, profile_ids

GOOD = 'schema = 1\nid = "mine"\n'


def written(folder: Path, text: str) -> Path:
    path = folder / "mine.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_every_shipped_profile_loads_and_is_named_like_its_file() -> None:
    assert [profile.id for profile in load_all()] == list(profile_ids())
    assert {"epson-tm-t82iii", "generic-58", "virtual-80"} <= set(profile_ids())
    assert all(profile.name for profile in load_all())


def test_no_two_profiles_answer_to_the_same_name() -> None:
    owners: dict[str, list[str]] = {}
    for profile in load_all():
        for name in profile.identifies_as:
            owners.setdefault(name, []).append(profile.id)
    assert {name: ids for name, ids in owners.items() if len(ids) > 1} == {}, "name in identifies_as only its own model"


def test_every_key_has_a_default_so_that_two_lines_are_a_profile(tmp_path: Path) -> None:
    profile = load_file(written(tmp_path, GOOD))
    assert (profile.media.columns_a, profile.cut.command, profile.status.method) == (48, "gs_v_66", "none")
    assert profile.verified == "unverified"


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('colour = "red"', "unknown key colour"),
        ("[media]\ncolumns = 48", "unknown key media.columns"),
        ("[printer]\nid = 1", "unknown key printer"),
        ('[media]\npaper_mm = "80"', "media.paper_mm must be int"),
        ("[media]\npaper_mm = true", "media.paper_mm must be int"),
        ("[media]\npaper_mm = 8000", "media.paper_mm must lie between"),
        ('[cut]\nmode = "half"', "cut.mode must be one of partial, full, none"),
        ('[cut]\npresenter = "1d65zz"', "cut.presenter must be none or bytes in hex"),
        ('[image]\nlogo = "nv:x"', "image.logo must be one of"),
        ('[text]\ncodepage = "CP1"', "text.codepage 'CP1' is not known"),
        ("[status]\nnear_end = 1", "status.near_end must be bool"),
        ("media = 3", "media must be a table"),
        ("usb_ids = [1]", "usb_ids must be a list of strings"),
        ("[media]\ncolumns_a = 400", "media.columns_a does not fit"),
        ("= 3", "Invalid"),
    ],
)
def test_a_wrong_profile_is_refused_with_file_and_key(tmp_path: Path, line: str, said: str) -> None:
    with pytest.raises(ProfileError, match=r"^mine\.toml") as refusal:
        load_file(written(tmp_path, GOOD + line + "\n"))
    assert said in str(refusal.value)


def test_a_profile_must_be_named_like_its_file(tmp_path: Path) -> None:
    with pytest.raises(ProfileError, match=r"mine.toml: id 'other' is not the file's name"):
        load_file(written(tmp_path, 'id = "other"\n'))
    with pytest.raises(ProfileError, match=r"mine.toml: id is missing"):
        load_file(written(tmp_path, "schema = 1\n"))


def test_a_newer_schema_is_refused_rather_than_misread(tmp_path: Path) -> None:
    with pytest.raises(ProfileError, match="schema"):
        load_file(written(tmp_path, 'schema = 2\nid = "mine"\n'))


def test_an_unknown_id_is_refused_with_the_known_ones() -> None:
    with pytest.raises(ProfileError, match="epson-tm-t82iii"):
        load_profile("../secrets")


def test_an_unreadable_file_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(ProfileError, match=r"gone\.toml"):
        load_file(tmp_path / "gone.toml")
