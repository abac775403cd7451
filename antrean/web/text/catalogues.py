"""The languages of the product: English, in which it is written, and each one that has a catalogue.

A language is one folder in `antrean/web/translations`. A text that its catalogue lacks is said in Indonesian, and else
in English, each text for itself.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path

from babel.support import NullTranslations, Translations
from flask_babel import Babel, Domain, get_locale
from markupsafe import Markup

from antrean.config import ROOT
from antrean.hub.start.start_error import StartError
from antrean.queueing.plan.texts import NATIONAL, SOURCE, chain

CATALOGUES = ROOT / "antrean" / "web" / "translations"
COMPILE = "make antrean/web/translations/.done"


def known_languages() -> tuple[str, ...]:
    """Return the codes of all languages: Indonesian, English, then the others by their codes."""
    return _known(CATALOGUES)


def own_names() -> Mapping[str, str]:
    """Return what each language calls itself, whatever the language of the reader; its code where it does not say."""
    return _own_names(CATALOGUES)


def translations(language: str) -> NullTranslations:
    """Return the texts of a language, with those of Indonesian and English behind them.

    Refuses (StartError) a catalogue that is not compiled.
    """
    return _translations(language, CATALOGUES)


@cache
def _known(folder: Path) -> tuple[str, ...]:
    found = sorted(path.parent.parent.name for path in folder.glob("*/LC_MESSAGES/messages.po"))
    return tuple(dict.fromkeys((NATIONAL, SOURCE, *found)))


@cache
def _own_names(folder: Path) -> Mapping[str, str]:
    return {code: _own_name(code, folder) for code in _known(folder)}


@cache
def _translations(language: str, folder: Path) -> NullTranslations:
    first, *others = [_catalogue(code, folder) for code in chain(language) if code in _known(folder)]
    last = first
    for other in others:
        last.add_fallback(other)
        last = other
    return first


def _own_name(code: str, folder: Path) -> str:
    name = str(_catalogue(code, folder).pgettext("name of this language in itself", "English"))
    return code if name == "English" and code != SOURCE else name


def _catalogue(code: str, folder: Path) -> NullTranslations:
    if code == SOURCE:
        return NullTranslations()
    found = Translations.load(folder, [code])
    if not isinstance(found, Translations):
        raise StartError(f"the texts of the language “{code}” are not compiled", f"run `{COMPILE}`")
    return found


def texts_in(language: str) -> dict[str, Callable[..., Markup]]:
    """Return what says texts in one language, for a template that is drawn in it: `_` and `ngettext` use it there.

    Without it each text of a template looks up the language of the request, which takes longer than all else of it.
    """
    found = translations(language)

    def gettext(text: str, /, **values: object) -> Markup:
        return Markup(found.gettext(text)) % values

    def ngettext(one: str, many: str, num: int, /, **values: object) -> Markup:
        return Markup(found.ngettext(one, many, num)) % {"num": num, **values}

    return {"gettext": gettext, "ngettext": ngettext}


class ChainedTexts(Domain):
    """The texts of the product in the language of the request, each in the first language that has it."""

    def get_translations(self) -> NullTranslations:
        """Return the texts for the language of the request."""
        return translations(str(get_locale() or NATIONAL))


class Texts(Babel):
    """Flask-Babel with chained texts."""

    domain_instance = ChainedTexts()  # type: ignore[no-untyped-call]
