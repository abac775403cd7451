"""A language is one catalogue: what it lacks is said in Indonesian, else in English, each text for itself."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.pofile import write_po
from flask_babel import force_locale, gettext, ngettext

from antrean.hub.start.start_error import StartError
from antrean.queueing.plan.model import Service
from antrean.queueing.plan.texts import chain, in_language
from antrean.web.text import catalogues
from antrean.web.text.slip_words import sample_content
from docs.catalogues import begin, compiled, fill, in_order, missing, path_of, read, report, text_of, unsaid
from tests.conftest import SetClock, small_plan
from tests.fakes.office_hub import OfficeHub

SAID = {"Persons": "Wong", "Your number": "Nomer sampeyan", "Which service do you need?": "Layanan apa?"}
DROPPED = "Ahead of you"  # of which the Indonesian catalogue of this test has no translation either
CARD = Service("card", "A", {"id": "Pencetakan KTP-el", "jv": "Nyithak KTP-el"})
HTML = {"Accept": "text/html"}


def keep(language: str, folder: Path, said: dict[str, str]) -> None:
    """Write these translations into a catalogue, and compile it."""
    catalogue = read(language, folder)
    own_name = catalogue.get("English", "name of this language in itself")
    for message, words in [(own_name, "Basa Jawa"), *((catalogue.get(text), words) for text, words in said.items())]:
        assert message is not None
        message.string = words
    with path_of(language, folder).open("wb") as file:
        write_po(file, catalogue)
    path_of(language, folder).with_suffix(".mo").write_bytes(compiled(language, folder))


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Add Javanese as a contributor does, with three texts translated."""
    copied = tmp_path / "translations"
    shutil.copytree(catalogues.CATALOGUES, copied, ignore=shutil.ignore_patterns("jv"))
    begin("jv", copied)
    keep("jv", copied, SAID)
    indonesian = read("id", copied)
    indonesian.delete(DROPPED)
    with path_of("id", copied).open("wb") as file:
        write_po(file, indonesian)
    path_of("id", copied).with_suffix(".mo").write_bytes(compiled("id", copied))
    monkeypatch.setattr(catalogues, "CATALOGUES", copied)
    return copied


@pytest.fixture
def hub(tmp_path: Path, folder: Path) -> Iterator[OfficeHub]:
    made = OfficeHub(tmp_path / "data", small_plan(languages=("jv", "id"), services=(CARD,)), SetClock())
    yield made
    made.stop()


def test_a_new_language_is_known_by_its_folder_and_its_own_name(folder: Path) -> None:
    assert catalogues.known_languages()[:2] == ("id", "en")
    assert "jv" in catalogues.known_languages()
    assert catalogues.own_names()["jv"] == "Basa Jawa"


def test_each_text_is_said_in_the_first_language_that_has_it(hub: OfficeHub) -> None:
    with hub.app.test_request_context(), force_locale("jv"):
        assert gettext("Persons") == "Wong"
        assert gettext("Estimated wait") == "Perkiraan tunggu"
        assert gettext(DROPPED) == DROPPED
        assert ngettext("%(num)d waiting", "%(num)d waiting", 3) == "3 menunggu"
    with hub.app.test_request_context(), force_locale("en"):
        assert gettext("Persons") == "Persons"  # never in Indonesian to a reader of English


def test_slip_and_phone_mix_languages_text_by_text(hub: OfficeHub) -> None:
    plan = hub.office.read(lambda _day, plan: plan)
    with hub.app.test_request_context():
        content = sample_content(plan, {}, "jv", hub.office.clock())
    assert content["service"] == "Nyithak KTP-el"
    assert [field["label"] for field in content["fields"]][:3] == ["Wong", DROPPED, "Perkiraan tunggu"]
    page = hub.app.test_client().get(f"/mobile_ticket/?ticket={hub.link(hub.issue())}&language=jv", headers=HTML).text
    assert "Nomer sampeyan" in page
    assert 'lang="jv" aria-current="true">Basa Jawa</a>' in page


def test_the_office_first_language_is_that_of_whoever_asked_for_none(hub: OfficeHub) -> None:
    assert '<html lang="jv">' in hub.app.test_client().get("/", headers=HTML).text


def test_a_partial_language_is_reported_and_fails_nothing(folder: Path) -> None:
    lacks = missing("jv", folder)
    said = report({"jv": lacks, "su": [], "id": ["Persons"]}, 1000).splitlines()
    assert said == [f"jv: lacks {len(lacks)} of 1000 texts", "su: complete", "id: lacks 1 of 1000 texts", "  Persons"]
    assert "Persons" not in lacks
    assert len(lacks) > 500


def test_a_catalogue_that_is_not_compiled_says_what_to_run(folder: Path) -> None:
    path_of("jv", folder).with_suffix(".mo").unlink()
    catalogues._translations.cache_clear()
    with pytest.raises(StartError) as refused:
        catalogues.translations("jv")
    assert refused.value.advice == "run `make antrean/web/translations/.done`"


def test_texts_of_the_office_have_the_same_chain() -> None:
    assert (chain("jv"), chain("id"), chain("en")) == (("jv", "id", "en"), ("id", "en"), ("en",))
    assert in_language({"en": "Card", "id": "Kartu"}, "jv") == "Kartu"
    assert in_language({"en": "Card", "id": ""}, "jv") == "Card"
    assert in_language({"su": "Kartu"}, "en") == "Kartu"
    assert in_language({}, "jv") is None


def test_a_catalogue_is_filled_in_the_order_of_its_texts_and_keeps_every_translation(tmp_path: Path) -> None:
    known = read("id")
    gone = [one.id for one in known if one.id][10:12]
    kept = {(one.id, one.context): one.string for one in known if one.id not in gone}
    for text in gone:
        known.delete(text)
    path = path_of("id", tmp_path)
    path.parent.mkdir(parents=True)
    with path.open("wb") as file:
        write_po(file, known, width=0)
    assert fill("id", tmp_path) == 2
    filled = read("id", tmp_path)
    assert [one.id for one in filled if not one.string] == gone
    assert {(one.id, one.context): one.string for one in filled if one.id not in gone} == kept
    assert path.read_bytes() == in_order("id", tmp_path)
    assert fill("id", tmp_path) == 0


def test_what_nothing_says_any_more_leaves_a_catalogue_and_nothing_else_does(tmp_path: Path) -> None:
    known = read("id")
    kept = {(one.id, one.context): one.string for one in known if one.id}
    known.add("Nothing of the product says this.", "Ini tidak diucapkan siapa pun.")
    path = path_of("id", tmp_path)
    path.parent.mkdir(parents=True)
    with path.open("wb") as file:
        write_po(file, known, width=0)
    assert [text_of(one) for one in unsaid(read("id", tmp_path))] == ["Nothing of the product says this."]
    assert fill("id", tmp_path) == 0
    assert {(one.id, one.context): one.string for one in read("id", tmp_path) if one.id} == kept
    assert unsaid(read("id")) == []
