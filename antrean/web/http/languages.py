"""The language of a request, and the values that every template gets."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask, request, session
from flask_babel import get_locale

from antrean.queueing.plan.texts import NATIONAL
from antrean.web.live.stamp import page_build
from antrean.web.services import services
from antrean.web.text.catalogues import Texts, known_languages, translations


def languages(app: Flask) -> None:
    """Choose the language of each request, and give all templates what each of them says: the office's name, say.

    Refuses (StartError) a catalogue that is not compiled.
    """
    speak(app, _language)

    @app.context_processor
    def _page() -> dict[str, Any]:
        plan = services().office.read(lambda _day, plan: plan)
        return {
            "language": str(get_locale() or NATIONAL),
            "build": page_build(services().build, plan),
            "office_name": plan.name,
            "sample": plan.demo,
            "signed_in": session.get("staff"),
        }


def speak(app: Flask, chosen: Callable[[], str]) -> None:
    """Give an app the texts of all languages; `chosen` says which language a request is answered in.

    Refuses (StartError) a catalogue that is not compiled.
    """
    for code in known_languages():
        translations(code)
    Texts(app, default_locale=NATIONAL, locale_selector=chosen)


def _language() -> str:
    """Return the language that was asked for: by name, else by a program's header, else the office's first."""
    known = known_languages()
    wanted = request.args.get("language") or request.cookies.get("antrean_language", "")
    if wanted in known:
        return wanted
    if "text/html" not in request.headers.get("Accept", "") and request.accept_languages:
        return request.accept_languages.best_match(known) or NATIONAL
    first = services().office.read(lambda _day, plan: plan.languages[0])
    return first if first in known else NATIONAL
