"""The catalogues of the languages: what they lack, beginning a new one, compiling them.

`python -m docs.catalogues` prints how much each language lacks, the texts that are missing in a complete one, and which
is not in order or has texts that nothing says any more. `python -m docs.catalogues begin jv` begins the catalogue of
Javanese, with every text empty. `… fill` writes the complete ones in order, with an entry to be translated for each
text that they lack, and without those that nothing says. `… compile` compiles all.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from functools import cache
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from antrean.config import ROOT
from antrean.queueing.plan.texts import SOURCE
from antrean.web.text.catalogues import CATALOGUES, known_languages

# Of these, no text may be missing. The others may be partial.
COMPLETE = ("id", "su")
MARKS = {"_": None, "gettext": None, "ngettext": (1, 2), "pgettext": ((1, "c"), 2), "N_": None, "nN_": (1, 2)}


@cache
def texts() -> Catalog:
    """Return every text that the product can say, without translations."""
    with (ROOT / "antrean/web/babel.cfg").open(encoding="utf-8") as settings:
        methods, options = parse_mapping_cfg(settings)  # type: ignore[no-untyped-call]
    found = Catalog()
    for _file, _line, message, _comments, context in extract_from_dir(ROOT, methods, options, keywords=MARKS):
        found.add(message, context=context)
    return found


def path_of(language: str, folder: Path = CATALOGUES) -> Path:
    """Return where the catalogue of a language lies."""
    return folder / language / "LC_MESSAGES" / "messages.po"


def read(language: str, folder: Path = CATALOGUES) -> Catalog:
    """Return the catalogue of a language."""
    with path_of(language, folder).open("rb") as file:
        return read_po(file, locale=language)


def missing(language: str, folder: Path = CATALOGUES) -> list[str]:
    """Return the texts that a language lacks."""
    known = read(language, folder)
    return [text_of(one) for one in texts() if one.id and not _is_said(known.get(one.id, one.context))]


def _is_said(found: Message | None) -> bool:
    return found is not None and bool(found.string) and all(found.string or ()) and not found.fuzzy


def text_of(message: Message) -> str:
    """Return a text as the source has it, of a counted one the form for one."""
    return message.id if isinstance(message.id, str) else message.id[0]


def begin(language: str, folder: Path = CATALOGUES) -> Path:
    """Write an empty catalogue for a language, its own name first; return where. Refuses (SystemExit) a second one."""
    path = path_of(language, folder)
    if path.exists():
        raise SystemExit(f"{path} is there already")
    path.parent.mkdir(parents=True, exist_ok=True)
    new = Catalog(locale=language, header_comment=f"# {language}", project="Antrean", version="1", fuzzy=False)
    for one in sorted((one for one in texts() if one.id), key=lambda one: (one.context is None, text_of(one))):
        new.add(one.id, context=one.context)
    with path.open("xb") as file:
        write_po(file, new, width=0, no_location=True)
    return path


def in_order(language: str, folder: Path = CATALOGUES) -> bytes:
    """Return a catalogue as it is written: its texts in order, so that what two people add stands in two places."""
    return _written(read(language, folder))


def _written(catalogue: Catalog) -> bytes:
    out = BytesIO()
    write_po(out, catalogue, width=0, sort_output=True, no_location=True)
    return out.getvalue()


def unsaid(catalogue: Catalog) -> list[Message]:
    """Return the texts of a catalogue that nothing says any more."""
    return [one for one in catalogue if one.id and texts().get(one.id, one.context) is None]


def fill(language: str, folder: Path = CATALOGUES) -> int:
    """Write a catalogue in order, with an empty entry for each text that it had none for; return how many.

    What nothing says any more is left out.
    """
    known = read(language, folder)
    for one in unsaid(known):
        known.delete(one.id, one.context)
    new = [one for one in texts() if one.id and known.get(one.id, one.context) is None]
    for one in new:
        known.add(one.id, context=one.context)
    path_of(language, folder).write_bytes(_written(known))
    return len(new)


def compiled(language: str, folder: Path = CATALOGUES) -> bytes:
    """Return what a catalogue is when it is compiled, without the texts that are not wholly translated.

    Babel alone leaves out untranslated texts, but for counted ones, which it would say in English.
    """
    out, catalogue = BytesIO(), read(language, folder)
    for one in [one for one in catalogue if one.id and not _is_said(one)]:
        catalogue.delete(one.id, one.context)
    write_mo(out, catalogue)
    return out.getvalue()


def compile_all(folder: Path = CATALOGUES) -> None:
    """Write each compiled catalogue beside its source."""
    for path in folder.glob("*/LC_MESSAGES/messages.po"):
        path.with_suffix(".mo").write_bytes(compiled(path.parent.parent.name, folder))


def report(lacks: Mapping[str, list[str]], total: int) -> str:
    """Return what each language lacks, in lines; a complete one with the texts."""
    lines = []
    for language, without in lacks.items():
        lines.append(f"{language}: " + (f"lacks {len(without)} of {total} texts" if without else "complete"))
        if language in COMPLETE:
            lines += [f"  {text}" for text in without]
    return "\n".join(lines)


def main(arguments: list[str]) -> int:
    """Do what the arguments say; the exit status is 1 where a complete language lacks a text."""
    match arguments:
        case ["compile"]:
            compile_all()
            return 0
        case ["fill"]:
            for language in COMPLETE:
                print(f"{path_of(language)}: {fill(language)} texts to translate")  # noqa: T201
            return 0
        case ["begin", language]:
            print(f"{begin(language)}: translate what you can; the rest is said in Indonesian")  # noqa: T201
            return 0
    lacks = {language: missing(language) for language in known_languages() if language != SOURCE}
    print(report(lacks, len(texts())))  # noqa: T201
    mixed = [one for one in COMPLETE if in_order(one) != path_of(one).read_bytes() or unsaid(read(one))]
    for language in mixed:
        print(f"{path_of(language)} has texts out of order, or that nothing says: `python -m docs.catalogues fill`")  # noqa: T201
    return int(any(lacks.get(language) for language in COMPLETE) or bool(mixed))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
