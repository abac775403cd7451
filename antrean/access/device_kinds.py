"""Kinds of devices that can be paired; each comes with the screen or program that it is for."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DeviceKind:
    """A kind of device. `code` is the role of its devices, the name of their cookie, and the screen's own name.

    `name`, `noun` and `about` are sentences that screens translate: what the start page calls it, what the audit calls
    it, and what the start page says of it. `icon` is one of `partials/icons.html`. Where `browser` is false, no browser
    can become one.
    """

    code: str
    name: str
    noun: str
    about: str = ""
    icon: str = "document"
    browser: bool = True
