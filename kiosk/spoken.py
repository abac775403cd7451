"""What the kiosk reads aloud in a language, for whoever records it: sentences, names of office, services, groups."""

from __future__ import annotations

import re
from pathlib import Path

from jinja2.ext import babel_extract

from antrean.queueing.plan.model import OfficePlan, Service
from antrean.queueing.plan.texts import in_language
from antrean.web.text.catalogues import translations

TEMPLATES = Path(__file__).parent / "templates" / "kiosk"
_VALUE = re.compile(r"%\(\w+\)[sd]")


def spoken_texts(plan: OfficePlan, language: str) -> list[str]:
    """Return the texts of the kiosk's screens, then the names of office, services and groups; values are left out."""
    said = translations(language)
    texts = []
    for template in sorted(TEMPLATES.glob("*.html")):
        with template.open("rb") as screen:
            found = [message for _line, _function, message, _comments in babel_extract(screen, ("_",), (), {})]
        for message in found:
            texts += _VALUE.split(said.gettext(message)) if isinstance(message, str) else []
    every = [*(one.names for one in plan.services), *(one.names for one in plan.groups)]
    names = [in_language(one, language) for one in every]
    told = [text for service in plan.services for text in _told(service, language)]
    return list(dict.fromkeys([*texts, plan.name, *(name for name in [*names, *told] if name)]))


def _told(service: Service, language: str) -> list[str]:
    """Return what a service says of itself besides its name."""
    of_it = (service.explanations, service.costs, service.legal_times)
    return [
        *(in_language(texts, language) or "" for texts in of_it),
        *(one.name(language) for one in service.requirements),
    ]
