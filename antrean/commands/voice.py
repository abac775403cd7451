"""Commands of the voice: make a voice pack, check it, list what to record, say how calls are spoken."""

from __future__ import annotations

from pathlib import Path

import click

from antrean.commands.this_office import chosen
from antrean.config import office_folder
from antrean.queueing.commands import ChangePlan, SavePlan
from antrean.queueing.journal.entry import COMMAND
from antrean.queueing.plan.document import plain
from antrean.queueing.plan.model import OfficePlan
from antrean.storage.settings.plan import OfficeMissing
from antrean.voice import sentences
from antrean.voice.build import build_from_espeak, build_from_recordings
from antrean.voice.checks import check
from antrean.voice.composer import Composer
from antrean.voice.espeak import Espeak, NoVoice
from antrean.voice.languages import LANGUAGES
from antrean.voice.packs import PackError
from antrean.voice.reading import fragments, phrase_clip
from antrean.voice.settings import SettingError, VoiceSettings, read_settings, read_span, span_text
from antrean.voice.sound import SoundError
from app import open_office
from kiosk.spoken import spoken_texts

LANGUAGE = click.Choice(tuple(LANGUAGES))
FOLDER = click.Path(path_type=Path, file_okay=False)


@click.group()
def voice() -> None:
    """How calls are spoken: voice packs and settings."""


@voice.command()
@click.argument("language", type=LANGUAGE)
@click.argument("folder", type=FOLDER, required=False)
@click.option("--from", "recordings", type=FOLDER, help="A folder of recordings instead of the built-in voice.")
@click.option("--speaker", default="", help="Whose voice it is, for a recorded pack.")
def build(language: str, folder: Path | None, recordings: Path | None, speaker: str) -> None:
    """Make the voice pack of a language, in the data folder unless another is named."""
    folder = folder or voice_folder() / language
    try:
        if recordings is None:
            build_from_espeak(language, folder, Espeak())
            missing: list[str] = []
        else:
            missing = build_from_recordings(language, folder, recordings, speaker or "unnamed")
    except (PackError, NoVoice, SoundError, OSError) as error:
        raise click.ClickException(str(error)) from None
    _tell_the_hub()
    for name in missing:
        click.echo(f"{name}: is missing; record “{LANGUAGES[language].vocabulary()[name]}”", err=True)
    click.echo(f"{folder}: {language} voice made", err=True)


def prepare_voices(plan: OfficePlan) -> None:
    """Make the packs this office speaks with, where they are not there yet; set-up calls this."""
    composer = Composer(voice_folder())
    composer.load()
    for language in read_settings(plan.voice).languages or plan.languages[:1]:
        try:
            if composer.prepare(language):
                click.echo(f"Voice made: {language}", err=True)
        except NoVoice as error:
            click.echo(f"No {language} voice: {error}", err=True)


@voice.command("check")
@click.argument("folder", type=FOLDER)
@click.option("--language", type=LANGUAGE, help="Of recordings that are not a pack yet.")
def check_command(folder: Path, language: str | None) -> None:
    """Measure a pack or a folder of recordings and say what to record again."""
    try:
        spoken = language or _language_of(folder)
        findings = check(folder, language, _counters(spoken) if spoken else {})
    except PackError as error:
        raise click.ClickException(str(error)) from None
    for finding in findings:
        click.echo(str(finding))
    if findings:
        raise click.exceptions.Exit(1)
    click.echo(f"{folder}: every clip is there and sounds right", err=True)


@voice.command()
@click.argument("language", type=LANGUAGE)
@click.option("--kiosk", is_flag=True, help="Also what the kiosk reads aloud.")
def script(language: str, kiosk: bool) -> None:
    """List what to record: the file's name and the words to say."""
    clips = {**LANGUAGES[language].vocabulary(), **_counters(language), **(_kiosk(language) if kiosk else {})}
    for name, words in clips.items():
        click.echo(f"{name + '.wav':<24} {words}")


@voice.command()
@click.argument("language", type=LANGUAGE)
@click.argument("number")
@click.argument("counter")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def sample(language: str, number: str, counter: str, file: Path) -> None:
    """Write a call as a sound file to listen to, e.g. `antrean voice sample id A-012 "Loket 3" call.wav`."""
    composer = Composer(voice_folder())
    composer.load()
    spoken = sentences.call(LANGUAGES[language], number, counter, _settings().numbers)
    try:
        file.write_bytes(composer.sound(language, spoken))
    except (KeyError, NoVoice) as error:
        raise click.ClickException(f"there is no {language} voice that can say this: {error}") from None
    click.echo(sentences.text(spoken))


@voice.command("set")
@click.option("--display", help="Only this display (volume, repeat, mute); without it, the office.")
@click.option("--language", "languages", type=LANGUAGE, multiple=True, help="In the order spoken; may be repeated.")
@click.option("--numbers", type=click.Choice((sentences.DIGITS, sentences.WORDS)))
@click.option("--repeat", type=int, help="How often a call is said, 1 to 3.")
@click.option("--volume", type=int, help="0 to 100.")
@click.option("--mute", multiple=True, help="Hours without sound, e.g. 12:00-13:00; may be repeated.")
@click.option("--no-mute", is_flag=True, help="No hours without sound.")
@click.option("--reset", is_flag=True, help="Back to the defaults, for a display: to what the office has.")
def set_command(display: str | None, reset: bool, no_mute: bool, **given: object) -> None:
    """Say how calls are spoken, and print how they are now."""
    office, settings = open_office(chosen())
    try:
        plan = settings.load_plan()
    except OfficeMissing:
        raise click.ClickException("there is no office yet") from None
    devices = {device.name: device for device in settings.devices() if device.kind == "display" and not device.revoked}
    if display is not None and display not in devices:
        raise click.ClickException(f"there is no display {display!r}; there are: {', '.join(devices) or 'none'}")
    stored = {} if reset else dict(devices[display].settings.get("voice", {}) if display is not None else plan.voice)
    try:
        changes = _changes(given) | ({"mute": []} if no_mute else {})
        stored |= changes
        read = read_settings(plan.voice, stored) if display is not None else read_settings(stored)
    except SettingError as error:
        raise click.ClickException(str(error)) from None
    if changes or reset:
        if display is not None:
            change = settings.set_device_settings(devices[display].id, {"voice": stored})
            office.execute(ChangePlan(what="voice", before=change.before, after=change.after), actor=COMMAND)
        else:
            office.execute(SavePlan(what="voice", parts={"voice": plain(read.stored())}), actor=COMMAND)
    _print(read, plan.languages[:1])


def voice_folder() -> Path:
    """Return where this installation keeps its voice packs."""
    config = chosen()
    return office_folder(config.data, config.office) / "voice"


def _changes(given: dict[str, object]) -> dict[str, object]:
    said = {name: value for name, value in given.items() if value not in (None, ())}
    changes = {name: list(value) if isinstance(value, tuple) else value for name, value in said.items()}
    if given["mute"]:
        changes["mute"] = [list(read_span(str(span))) for span in given["mute"]]  # type: ignore[attr-defined]
    return changes


def _print(read: VoiceSettings, first: tuple[str, ...]) -> None:
    click.echo(f"languages  {', '.join(read.languages or first)}")
    click.echo(f"numbers    {read.numbers}")
    click.echo(f"repeat     {read.repeat}")
    click.echo(f"volume     {read.volume}")
    click.echo(f"mute       {', '.join(span_text(span) for span in read.mute) or 'never'}")


def _settings() -> VoiceSettings:
    try:
        return read_settings(open_office(chosen())[1].load_plan().voice)
    except OfficeMissing:
        return VoiceSettings()


def _counters(language: str) -> dict[str, str]:
    """Return the clips that the names of this office's counters need; none where there is no office yet."""
    try:
        plan = open_office(chosen())[1].load_plan()
    except OfficeMissing:
        return {}
    return {
        said.clip: said.words
        for counter in plan.counters
        for said in sentences.place(LANGUAGES[language], counter.name)
    }


def _kiosk(language: str) -> dict[str, str]:
    """Return the clips of what the kiosk of this office reads aloud."""
    plan = open_office(chosen())[1].load_plan()
    return {phrase_clip(part): part for said in spoken_texts(plan, language) for part in fragments(said)}


def _language_of(folder: Path) -> str | None:
    from antrean.voice.packs import MANIFEST, load_pack

    return load_pack(folder).language if (folder / MANIFEST).exists() else None


def _tell_the_hub() -> None:
    """Have a running hub read its packs again."""
    office, settings = open_office(chosen())
    if settings.exists():
        office.execute(ChangePlan(what="voice"), actor=COMMAND)
