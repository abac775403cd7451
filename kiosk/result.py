"""The result screen of a ticket: rendered once for all tickets that differ only in their figures, then filled in.

The page and the response to a command use the same template. Number, figures and code are slots; all other text comes
from a form that was rendered before for the same language and service.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from gettext import NullTranslations
from urllib.parse import quote
from zoneinfo import ZoneInfo

from flask import render_template
from flask_babel import force_locale, get_translations
from markupsafe import Markup, escape

from antrean.web.text.waits import reach_words
from kiosk.forms import Form
from kiosk.view_model import IssuedTicket

LONGEST = 7  # letters of a number that have a size of their own; in it up to nine find room
SLOTS = ("number", "address", "ahead", "wait", "persons", "code", "case")


def result(ticket: IssuedTicket, zone: ZoneInfo, language: str, code: Markup) -> Markup:
    """Return the result screen of a ticket in a language; `code` is the QR code of its follow address."""
    form = _form(_kind(ticket), min(len(ticket.number), LONGEST), zone, language)
    figures = {
        "number": escape(ticket.number),
        "address": quote(ticket.number),
        "ahead": _ahead(ticket.people_ahead, language),
        "wait": _wait(ticket, language),
        "persons": _persons(ticket.persons, language),
        "code": code,
        "case": escape(ticket.case),
    }
    return form.filled(figures)


def _kind(ticket: IssuedTicket) -> IssuedTicket:
    """Return the ticket without its own figures, so that all tickets of its kind share a form."""
    follow_url = "given" if ticket.follow_url else ""
    persons = min(ticket.persons, 2)
    return replace(
        ticket,
        number="",
        persons=persons,
        people_ahead=0,
        wait=None,
        follow_url=follow_url,
        serving="open",
        no_call=min(ticket.no_call, 1),
        case="given" if ticket.case else "",
    )


@lru_cache(maxsize=512)
def _form(kind: IssuedTicket, length: int, zone: ZoneInfo, language: str) -> Form:
    with force_locale(language):
        reach = reach_words(kind.reach, kind.closes_at, zone, language) if kind.closes_at is not None else ""
        may_not = " ".join(filter(None, (kind.held_up, reach)))

        def render(slots: Mapping[str, Markup]) -> str:
            return render_template(
                "kiosk/result.html", ticket=kind, length=length, language=language, slot=slots, may_not=may_not
            )

        return Form.rendered(SLOTS, render)


def _ahead(count: int, language: str) -> str:
    words = _catalogue(language)
    if not count:
        return str(escape(words.gettext("nobody")))
    return str(escape(words.ngettext("%(num)s number", "%(num)s numbers", count) % {"num": count}))


def _wait(ticket: IssuedTicket, language: str) -> str:
    words, wait = _catalogue(language), ticket.wait
    if ticket.no_call:
        told = words.ngettext("%(num)d minute", "%(num)d minutes", ticket.no_call)
        return str(escape(told % {"num": ticket.no_call}))
    if wait is None or ticket.serving != "open":
        unknown = escape(words.gettext("not known yet"))
        return f'<span class="unknown">{unknown}</span>'
    return str(escape(words.gettext("%(low)s–%(high)s minutes") % {"low": wait[0], "high": wait[1]}))


def _persons(count: int, language: str) -> str:
    return str(escape(_catalogue(language).ngettext("%(num)s person", "%(num)s persons", count) % {"num": count}))


@lru_cache(maxsize=16)
def _catalogue(language: str) -> NullTranslations:
    """Return a language's catalogue. It is cached: finding it takes longer than rendering the rest of a result."""
    with force_locale(language):
        return get_translations()
