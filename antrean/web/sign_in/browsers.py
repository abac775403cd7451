"""What a browser says of itself, in two words, so that people recognise their own in the list of sessions."""

from __future__ import annotations

from flask import request

# The first word that is found counts: most browsers also name those that they descend from.
_BROWSERS = (
    ("Edg", "Edge"), ("OPR/", "Opera"), ("SamsungBrowser", "Samsung Internet"), ("Firefox", "Firefox"),
    ("Chrome", "Chrome"), ("Safari", "Safari"),
)  # fmt: skip
_SYSTEMS = (
    ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"), ("CrOS", "ChromeOS"),
    ("Mac OS", "Mac"), ("Linux", "Linux"),
)  # fmt: skip


def browser_words() -> str:
    """Return which browser this is and on what, such as “Chrome, Windows”; "" for a program."""
    said = request.headers.get("User-Agent", "")
    found = [next((name for word, name in words if word in said), "") for words in (_BROWSERS, _SYSTEMS)]
    return ", ".join(name for name in found if name)
