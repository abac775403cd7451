"""Names point down as imports do: no string of a package names a package, an endpoint or a namespace above it."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

from app import parts, permissions

ROOT = Path(__file__).parents[2]
DEVICE_KIND = "a kind of device, which is the office's word before it is a folder's name"
ON_THE_WIRE = "an address that programs, papers or browsers hold"
# File and string -> why it may stand there.
EXCEPTIONS = {
    ("antrean/queueing/command/base.py", "kiosk"): DEVICE_KIND,
    ("antrean/queueing/command/base.py", "display"): DEVICE_KIND,
    ("antrean/queueing/command/base.py", "print_agent"): DEVICE_KIND,
    ("antrean/storage/settings/devices.py", "kiosk"): DEVICE_KIND,
    ("antrean/storage/settings/devices.py", "print_agent"): DEVICE_KIND,
    ("antrean/hub/agents/print_agents.py", "print_agent"): DEVICE_KIND,
    ("antrean/hub/restoring.py", "print_agent"): DEVICE_KIND,
    ("antrean/web/limits/recognise.py", "/admin/"): ON_THE_WIRE + ": files are sent to it",
    ("antrean/web/assembly.py", "display"): DEVICE_KIND + ": its screens are told who speaks",
    ("antrean/web/assembly.py", "admin"): "the screen that is drawn anew when a long export has come further",
    ("antrean/web/screens/silent.py", "display"): DEVICE_KIND,
    ("antrean/web/screens/zones.py", "display"): DEVICE_KIND,
    ("antrean/printing/agent/hub_client.py", "/print_agent"): ON_THE_WIRE,
    ("antrean/web/sign_in/views.py", "/counter_panel/"): ON_THE_WIRE + ": where staff start who named no page",
    ("antrean/web/text/tickets.py", "/mobile_ticket/?ticket="): ON_THE_WIRE + ": slips carry it",
}


def layers() -> list[list[str]]:
    """Return the packages of each layer, the lowest first, as the contract on imports has them."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"][
        "contracts"
    ]
    layered = next(contract["layers"] for contract in contracts if contract["type"] == "layers")
    return [[package.strip() for package in layer.split("|")] for layer in reversed(layered)]


def names_of(package: str) -> set[str]:
    """Return what strings could call a package by: its dotted name and its folder, and what it serves."""
    folder = package.replace(".", "/")
    served = {
        part.blueprint.name for part in parts() if part.blueprint.import_name.removesuffix(".views").startswith(package)
    }
    ours = {name for name in (*permissions().pages, *permissions().namespaces) if belongs(name, served)}
    words = {name for name in served if (ROOT / folder / name).is_dir() or name == package}
    return {package, folder, *words, *ours} if "." in package else {*words, *ours}


def belongs(name: str, served: set[str]) -> bool:
    return name.strip("/").partition(".")[0] in served


def names_one(text: str, names: set[str]) -> bool:
    """Return whether a text is one of the names, or a dotted name or a path that begins with or goes through one."""
    parts = {text, text.partition("?")[0].strip("/"), *re.findall(r"[\w/]*antrean[./]\w+", text)}
    steps = set(text.partition("?")[0].split("/")) if "/" in text else set()
    return bool((parts | steps) & names)


def strings(file: Path) -> Iterator[str]:
    """Give the strings of a module, its docstrings left out."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    said = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in said:
            yield node.value


def files_of(package: str) -> list[Path]:
    folder = ROOT / package.replace(".", "/")
    return sorted(folder.rglob("*.py")) if folder.is_dir() else [folder.with_suffix(".py")]


def test_no_string_names_what_lies_above_its_package() -> None:
    found: set[tuple[str, str]] = set()
    order = layers()
    for height, layer in enumerate(order):
        above = {name for upper in order[height + 1 :] for package in upper for name in names_of(package)}
        for package in layer:
            for file in files_of(package):
                here = file.relative_to(ROOT).as_posix()
                found |= {(here, text) for text in strings(file) if names_one(text, above)}
    assert sorted(found - set(EXCEPTIONS)) == [], "these name what lies above them"
    assert sorted(set(EXCEPTIONS) - found) == [], "these exceptions are no longer needed"


def test_the_search_finds_each_kind_of_name() -> None:
    above = {*names_of("kiosk"), *names_of("antrean.web")}
    assert {"kiosk", "/kiosk", "kiosk.tickets", "antrean.web", "antrean/web", "print_agent", "start.pair"} <= above
    for text in (
        "kiosk",
        "/kiosk/",
        "/kiosk/tickets",
        "kiosk.tickets",
        "antrean/web",
        "python -m antrean.web.x",
        "/kiosk",
    ):
        assert names_one(text, above), text
    for text in ("kiosks", "a kiosk", "antrean.storage", "/healthz"):
        assert not names_one(text, above), text
