"""What the kiosk reads aloud in a language, for whoever records it: its sentences, and names of office and services."""

from __future__ import annotations

import re
from pathlib import Path

from jinja2.ext import babel_extract

from antrean.queueing.plan.model import OfficePlan
from antrean.queueing.plan.texts import in_language
from antrean.web.text.catalogues import translations

TEMPLATES = Path(__file__).parent / "templates" / "kiosk"
_VALUE = re.compile(r"%\(\w+\)[sd]")


def spoken_texts(plan: OfficePlan, language: str) -> list[str]:
    """Return the texts of the kiosk's screens, then the names of office and services; values are left out."""
    said = translations(language)
    texts = []
    for template in sorted(TEMPLATES.glob("*.html")):
        with template.open("rb") as screen:
            found = [message for _line, _function, message, _comments in babel_extract(screen, ("_",), (), {})]
        for message in found:
            texts += _VALUE.split(said.gettext(message)) if isinstance(message, str) else []
    names = [in_language(service.names, language) for service in plan.services]
    return list(dict.fromkeys([*texts, plan.name, *(name for name in names if name)]))
