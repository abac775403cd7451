"""The language of a request, and the values that every template gets."""

from __future__ import annotations

from typing import Any

from flask import Flask, request, session
from flask_babel import Babel, get_locale

from antrean.config import ROOT
from antrean.web.services import services

LANGUAGES = ("id", "en", "su")


def languages(app: Flask) -> None:
    """Choose the language of each request, and give all templates language, build, office name and user."""
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(ROOT / "antrean" / "web" / "translations")
    Babel(app, default_locale="id", locale_selector=_language)

    @app.context_processor
    def _page() -> dict[str, Any]:
        return {
            "language": str(get_locale() or "id"),
            "build": services().build,
            "office_name": services().office.read(lambda _day, plan: plan.name),
            "signed_in": session.get("staff"),
        }


def _language() -> str:
    wanted = request.args.get("language") or request.cookies.get("antrean_language", "")
    if wanted in LANGUAGES:
        return wanted
    if "text/html" not in request.headers.get("Accept", "") and request.accept_languages:
        return request.accept_languages.best_match(LANGUAGES) or "id"
    return "id"


# What a language calls itself never depends on the language of the page.
OWN_NAMES = {"id": "Bahasa Indonesia", "su": "Basa Sunda", "en": "English", "jv": "Basa Jawa"}
