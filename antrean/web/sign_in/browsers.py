"""What a browser says of itself, in two words, so that people recognise their own in the list of sessions."""

from __future__ import annotations

import re

from flask import request

# The first word that is found counts: most browsers also name those that they descend from.
_BROWSERS = (
    ("Edg", "Edge"), ("OPR/", "Opera"), ("SamsungBrowser", "Samsung Internet"), ("Firefox", "Firefox"),
    ("Chrome", "Chrome"), ("Safari", "Safari"),
)  # fmt: skip
_VERSION_AFTER = {"OPR/": "OPR", "Safari": "Version"}
_SYSTEMS = (
    ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"), ("CrOS", "ChromeOS"),
    ("Mac OS", "Mac"), ("Linux", "Linux"),
)  # fmt: skip


def browser_words() -> str:
    """Return which browser this is and on what, such as “Chrome, Windows”; "" for a program."""
    said = request.headers.get("User-Agent", "")
    return ", ".join(name for name in (_browser(said)[0], _system(said)) if name)


def versioned(said: str) -> str:
    """Return the same of what a browser said, with its version, such as “Chrome 68, Windows”."""
    name, version = _browser(said)
    return ", ".join(part for part in (f"{name} {version}".strip(), _system(said)) if part)


def _browser(said: str) -> tuple[str, str]:
    for word, name in _BROWSERS:
        if word in said:
            number = re.search(re.escape(_VERSION_AFTER.get(word, word)) + r"[A-Za-z]*/([0-9]{1,4})", said)
            return name, number[1] if number else ""
    return "", ""


def _system(said: str) -> str:
    return next((name for word, name in _SYSTEMS if word in said), "")
