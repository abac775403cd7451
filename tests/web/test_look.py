"""The look's promises that a machine can check: contrast, old engines, small files, complete translations."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from babel import Locale

from antrean.queueing.plan.texts import SOURCE
from antrean.web.text.catalogues import COMPILE, known_languages, own_names
from app import SCREENS, device_kinds
from docs.catalogues import COMPLETE, compiled, missing, path_of, read

ROOT = Path(__file__).parents[2]
TOKENS = (ROOT / "antrean/web/static/tokens.css").read_text()
# What the screens of devices load, which may be televisions: Chrome 68 must understand it.
OLD_ENGINE = [
    *(
        file
        for screen in SCREENS
        if screen in device_kinds()
        for file in sorted((ROOT / screen / "static").glob("*.*"))
    ),
    *sorted((ROOT / "antrean/web/static").glob("*.js")),
    ROOT / "antrean/web/static/base.css",
    ROOT / "antrean/web/static/tokens.css",
]
TOO_NEW_JS = {
    "optional chaining": r"\?\.[\w\[(]",
    "nullish": r"\?\?",
    "private field": r"\bthis\.#",
    "replaceAll": r"\.replaceAll\(",
    "at()": r"\.at\(-?\d",
    "flat()": r"\.flat(Map)?\(",
    "fromEntries": r"Object\.fromEntries",
    "globalThis": r"\bglobalThis\b",
    "randomUUID": r"randomUUID",
    "catch without a name": r"catch\s*\{",
    "allSettled": r"Promise\.(allSettled|any)\b",
    "numeric separator": r"\b\d+_\d+\b",
}
TOO_NEW_CSS = {
    "inset": r"[^-\w]inset\s*:",
    "min(), max(), clamp()": r"[:(\s](min|max|clamp)\(",
    "aspect-ratio": r"(?<!min-)(?<!max-)aspect-ratio",
    ":is(), :where(), :has()": r":(is|where|has)\(",
    "dvh": r"\d(d|s|l)v[hw]\b",
    "container": r"@container",
    "nesting": r"^\s+&",
    "focus-visible": r"(?<!:not\():focus-(visible|within)",
    "conic, backdrop, accent": r"conic-gradient|backdrop-filter|overflow-wrap:\s*anywhere",
    "new media": r"@(layer|property|starting-style)|@supports selector",
    "logical": r"(margin|padding|border)-(inline|block)",
}


def meanings(theme: str) -> dict[str, str]:
    """Return the value of every meaning in a theme as #rrggbb."""
    raw = dict(re.findall(r"(--[\w-]+):\s*([^;]+);", TOKENS.split(".theme-dark {")[0]))
    if theme != "light":
        raw |= dict(re.findall(r"(--[\w-]+):\s*([^;]+);", TOKENS.split(f".theme-{theme} {{")[1].split("}")[0]))

    def resolve(value: str) -> str:
        found = re.fullmatch(r"var\((--[\w-]+)\)", value.strip())
        return resolve(raw[found.group(1)]) if found else value.strip()

    return {name: resolve(value) for name, value in raw.items()}


def contrast(one: str, other: str) -> float:
    def luminance(colour: str) -> float:
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


TEXTS = ("--text", "--text-quiet", "--accent-text", "--danger", "--good", "--warning")


@pytest.mark.parametrize(("theme", "least"), [("light", 4.5), ("dark", 7.0), ("contrast", 7.0)])
def test_every_text_can_be_read_on_every_ground(theme: str, least: float) -> None:
    colours = meanings(theme)
    grounds = ["--page", "--surface", "--surface-quiet"]
    poor = {
        (text, ground): round(contrast(colours[text], colours[ground]), 2)
        for text in TEXTS
        for ground in grounds
        if contrast(colours[text], colours[ground]) < least
    }
    assert poor == {}


@pytest.mark.parametrize(("theme", "least"), [("light", 4.5), ("dark", 7.0), ("contrast", 7.0)])
def test_letters_on_a_services_colour_and_on_buttons_can_be_read(theme: str, least: float) -> None:
    colours = meanings(theme)
    strong = [f"--hue-{n}" for n in range(1, 9)] + ["--action", "--action-pressed"]
    poor = {
        name: round(contrast(colours[name], colours["--text-on-strong"]), 2)
        for name in strong
        if contrast(colours[name], colours["--text-on-strong"]) < least
    }
    assert poor == {}


@pytest.mark.parametrize("theme", ["light", "dark", "contrast"])
def test_edges_of_controls_and_focus_rings_stand_out(theme: str) -> None:
    colours = meanings(theme)
    for ground in ("--page", "--surface"):
        assert contrast(colours["--border-control"], colours[ground]) >= 3
        assert max(contrast(colours[ring], colours[ground]) for ring in ("--focus", "--focus-edge")) >= 3


def test_colours_stand_in_the_tokens_alone() -> None:
    written = {
        (sheet.relative_to(ROOT).as_posix(), colour)
        for folder in ("antrean/web/static", "kiosk/static", "display/static")
        for sheet in (ROOT / folder).glob("*.css")
        if sheet.name != "tokens.css"
        for colour in re.findall(r":[^;{}]*(#[0-9a-fA-F]{3,8}|rgba?\()", sheet.read_text())
    }
    assert written == set()


@pytest.mark.parametrize("file", OLD_ENGINE, ids=lambda file: file.name)
def test_a_television_of_2018_understands_what_the_display_loads(file: Path) -> None:
    rules = TOO_NEW_JS if file.suffix == ".js" else TOO_NEW_CSS
    source = re.sub(r"/\*.*?\*/", "", file.read_text(), flags=re.DOTALL)
    assert {name for name, pattern in rules.items() if re.search(pattern, source, re.MULTILINE)} == set()
    if file.suffix == ".css":
        for block in re.findall(r"\{([^{}]*)\}", source):
            assert not re.search(r"display:\s*(inline-)?flex[^}]*[^-]gap:", block), block


@pytest.mark.parametrize("language", COMPLETE)
def test_screens_can_be_read_in_this_language(language: str) -> None:
    assert missing(language) == [], f"translate them in {path_of(language)}"


def test_translations_keep_every_value_of_their_sentence() -> None:
    values = re.compile(r"%\(\w+\)[sd]|\{\w+\}")
    for language in known_languages():
        for message in read(language) if language != SOURCE else ():
            sentence = message.id if isinstance(message.id, str) else message.id[-1]
            said = message.string if isinstance(message.string, tuple) else (str(message.string or ""),)
            for one in said:
                if one and sentence:
                    assert set(values.findall(one)) == set(values.findall(sentence)), one


@pytest.mark.parametrize("language", [code for code in known_languages() if code != SOURCE])
def test_the_catalogue_of_this_language_is_compiled_as_it_is_written(language: str) -> None:
    written, made = path_of(language), path_of(language).with_suffix(".mo")
    assert made.is_file(), f"run `{COMPILE}`"
    assert made.read_bytes() == compiled(language), f"{written} is newer: run `{COMPILE}`"


@pytest.mark.parametrize("language", known_languages())
def test_every_language_has_dates_and_a_name_of_its_own(language: str) -> None:
    assert str(Locale.parse(language)) == language
    name = own_names()[language]
    assert name != language, f"translate “English” with the name of the language in itself in {path_of(language)}"
