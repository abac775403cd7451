"""The commands of the voice, as a technician uses them on a machine of the office."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from antrean.access.devices import pair_device
from antrean.config import Config
from antrean.queueing.plan.model import OfficePlan
from antrean.storage.settings.rows import Settings
from antrean.voice.languages import LANGUAGES
from antrean.voice.packs import load_pack
from antrean.voice.settings import read_settings
from antrean.voice.sound import read_wav, silence, wav
from app import open_office
from tests.voice.test_sound import tone


@pytest.fixture
def settings(tmp_path: Path, plan: OfficePlan, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Give the settings of an office that the commands find in the environment."""
    monkeypatch.setenv("ANTREAN_DATA", str(tmp_path))
    monkeypatch.setenv("ANTREAN_OFFICE", plan.office)
    monkeypatch.delenv("DATABASE_URL", raising=False)
    _office, settings = open_office(Config(data=tmp_path, office=plan.office))
    settings.create_office(plan)
    return settings


def antrean(*arguments: str) -> Result:
    from antrean.commands.cli import main

    return CliRunner().invoke(main, ["voice", *arguments])


def test_a_built_voice_is_put_where_the_hub_looks_and_passes_the_check(settings: Settings, tmp_path: Path) -> None:
    assert antrean("build", "id").exit_code == 0
    assert load_pack(tmp_path / "voice" / "id").language == "id"
    checked = antrean("check", str(tmp_path / "voice" / "id"))
    assert (checked.exit_code, checked.stdout) == (0, "")
    said = antrean("sample", "id", "A-012", "Loket 3", str(tmp_path / "call.wav"))
    assert said.stdout == "Nomor antrean A nol satu dua, silakan ke loket tiga\n"
    assert len(read_wav(tmp_path / "call.wav")[0]) > 60000


def test_the_script_lists_every_clip_and_the_offices_counters(settings: Settings) -> None:
    lines = antrean("script", "su").stdout.splitlines()
    assert len(lines) == len(LANGUAGES["su"].vocabulary())
    assert "hiji.wav                 hiji" in lines
    assert "loket.wav                lokét" in lines


def test_the_script_lists_what_the_kiosk_reads_aloud_and_the_offices_services(settings: Settings) -> None:
    lines = antrean("script", "su", "--kiosk").stdout.splitlines()
    assert "kanggo_sabaraha_urang.wav Kanggo sabaraha urang?" in lines
    assert any(line.endswith(" Kartu Keluarga") for line in lines)
    names = [line.split()[0] for line in lines]
    assert len(set(names)) == len(names)
    assert all(len(name) < 70 for name in names)


def test_recordings_become_a_voice_and_what_is_missing_is_listed(settings: Settings, tmp_path: Path) -> None:
    recordings = tmp_path / "raw"
    recordings.mkdir()
    names = [line.split(".wav")[0] for line in antrean("script", "su").stdout.splitlines()]
    for name in names:
        (recordings / f"{name}.wav").write_bytes(wav(silence(300) + tone(0.3, 3000)))
    assert antrean("check", str(recordings), "--language", "su").exit_code == 0
    (recordings / "hiji.wav").unlink()
    checked = antrean("check", str(recordings), "--language", "su")
    assert (checked.exit_code, checked.stdout) == (1, "hiji: is missing; record “hiji”\n")
    built = antrean("build", "su", "--from", str(recordings), "--speaker", "Bu Euis")
    assert built.exit_code == 0
    assert "hiji: is missing" in built.stderr
    assert load_pack(tmp_path / "voice" / "su").speaker == "Bu Euis"


@pytest.mark.parametrize(
    "arguments",
    [("build", "su"), ("check", "/nowhere"), ("build", "id", "--from", "/nowhere"), ("set", "--display", "none")],
)
def test_what_can_not_be_done_is_said_and_leaves_nothing_behind(
    settings: Settings, tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    refused = antrean(*arguments)
    assert refused.exit_code == 1
    assert refused.stderr.startswith("Error: ")
    assert not (tmp_path / "voice").exists() or list((tmp_path / "voice").iterdir()) == []


def test_how_calls_are_spoken_is_set_for_the_office_and_for_one_display(settings: Settings) -> None:
    pair_device(settings, "display", "Lobby", lambda: datetime(2026, 11, 24, tzinfo=UTC))
    first = antrean("set", "--numbers", "words", "--language", "id", "--language", "en", "--mute", "12:00-13:00")
    assert first.stdout.splitlines() == [
        "languages  id, en",
        "numbers    words",
        "repeat     2",
        "volume     100",
        "mute       12:00-13:00",
    ]
    assert antrean("set", "--display", "Lobby", "--volume", "0").exit_code == 0
    device = next(device for device in settings.devices() if device.name == "Lobby")
    office = settings.load_plan().voice
    assert read_settings(office).volume == 100
    lobby = read_settings(office, device.settings["voice"])
    assert (lobby.volume, lobby.numbers, lobby.mute) == (0, "words", ((720, 780),))
    assert antrean("set", "--display", "Lobby", "--reset").stdout.splitlines()[3] == "volume     100"


@pytest.mark.parametrize(
    "arguments",
    [
        ("--volume", "101"),
        ("--repeat", "0"),
        ("--repeat", "9"),
        ("--mute", "25:00-26:00"),
        ("--mute", "noon"),
        ("--mute", "12:00-12:00"),
        ("--language", "id", "--language", "id"),
    ],
)
def test_settings_that_can_not_be_are_refused_and_change_nothing(
    settings: Settings, arguments: tuple[str, ...]
) -> None:
    refused = antrean("set", *arguments)
    assert refused.exit_code == 1
    assert "can't be" in refused.stderr
    assert settings.load_plan().voice == {}


def test_a_display_overrides_volume_and_hours_but_not_the_words(settings: Settings) -> None:
    pair_device(settings, "display", "Lobby", lambda: datetime(2026, 11, 24, tzinfo=UTC))
    refused = antrean("set", "--display", "Lobby", "--numbers", "words")
    assert refused.exit_code == 1
    assert settings.devices()[0].settings == {}


def test_a_span_over_midnight_and_none_at_all_can_be_set(settings: Settings) -> None:
    assert antrean("set", "--mute", "17:00-07.30", "--mute", "12-13").stdout.splitlines()[4] == (
        "mute       17:00-07:30, 12:00-13:00"
    )
    assert antrean("set", "--no-mute").stdout.splitlines()[4] == "mute       never"
