"""Parts of the product with pages of their own: what the composition root takes from their packages."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Protocol, cast

from flask import Blueprint

from antrean.access.device_kinds import DeviceKind
from antrean.access.permissions import Permissions
from antrean.web.live.publisher import Screen


class Part(Protocol):
    """A package with pages: its blueprint, and who may open what."""

    blueprint: Blueprint
    PERMISSIONS: Permissions


class ScreenPart(Part, Protocol):
    """A package with pages and a live view. The first line of its docstring says what it is for."""

    @property
    def Screen(self) -> type[Screen]:
        """The live view."""


def screen_part(name: str) -> ScreenPart:
    """Return the package of a screen by its name; refuses (TypeError) one that lacks what every screen has."""
    found = import_module(name)
    lacks = [part for part in ("blueprint", "Screen", "PERMISSIONS") if not hasattr(found, part)]
    if lacks or found.blueprint.name != name or found.Screen.name != name:
        wrong = f"has no {lacks[0]}" if lacks else "has a blueprint or a Screen of another name"
        raise TypeError(f"{name}/__init__.py {wrong}")
    return cast(ScreenPart, found)


def device_of(part: Part) -> DeviceKind | None:
    """Return the kind of device that a part brings; None for one that brings none."""
    found: DeviceKind | None = getattr(part, "DEVICE", None)
    return found


def folder_of(part: Part) -> Path:
    """Return the folder of a part."""
    return Path(str(getattr(part, "__file__", ""))).parent


def about(part: Part) -> str:
    """Return in one line what a part is for."""
    return (part.__doc__ or "").strip().partition("\n")[0]
