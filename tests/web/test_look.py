"""The look's promises that a machine can check: contrast, old engines, small files, complete translations."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

ROOT = Path(__file__).parents[2]
TOKENS = (ROOT / "antrean/web/static/tokens.css").read_text()
# What the display and every page shared with it load: Chrome 68 must understand it.
OLD_ENGINE = [
    *sorted((ROOT / "display/static").glob("*.*")),
    *sorted((ROOT / "kiosk/static").glob("*.*")),
    ROOT / "antrean/web/static/live.js",
    ROOT / "antrean/web/static/live_rules.js",
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


def test_screens_can_be_read_in_every_language() -> None:
    keywords = {"_": None, "gettext": None, "ngettext": (1, 2), "N_": None}
    methods = [("**.py", "python"), ("**/templates/**.html", "jinja2")]
    wanted: set[str] = set()
    for room in ("antrean", "kiosk", "display", "counter_panel", "mobile_ticket", "admin"):
        for _file, _line, message, _comments, _context in extract_from_dir(
            str(ROOT / room), methods, keywords=keywords
        ):
            wanted.add(message[0] if isinstance(message, tuple) else message)
    assert len(wanted) > 100
    missing = {}
    for language in ("id", "su"):
        with (ROOT / f"antrean/web/translations/{language}/LC_MESSAGES/messages.po").open("rb") as file:
            catalogue = read_po(file, locale=language)
        missing[language] = {
            message
            for message in wanted
            if not (found := catalogue.get(message)) or not found.string or not all(found.string) or found.fuzzy
        }
    assert missing == {"id": set(), "su": set()}


def test_translations_keep_every_value_of_their_sentence() -> None:
    values = re.compile(r"%\(\w+\)[sd]|\{\w+\}")
    for language in ("id", "su"):
        with (ROOT / f"antrean/web/translations/{language}/LC_MESSAGES/messages.po").open("rb") as file:
            for message in read_po(file, locale=language):
                sentence = message.id if isinstance(message.id, str) else message.id[-1]
                said = message.string if isinstance(message.string, tuple) else (str(message.string or ""),)
                for one in said:
                    if one and sentence:
                        assert set(values.findall(one)) == set(values.findall(sentence)), one
