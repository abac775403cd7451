"""An office template is one TOML: it is offered by the first start, and an office is made of it."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from admin.services.form import ICONS
from antrean.hub.first_start.draft import Draft
from antrean.hub.first_start.plan import plan_of
from antrean.hub.first_start.templates import FOLDER, OfficeTemplate, TemplateError, office_templates, read_template
from antrean.web.text.catalogues import known_languages

DRAFT = Draft(
    language="id",
    languages=("id", "en", "su"),
    office_name="Kantor",
    time_zone="Asia/Jayapura",
    counters=1,
    counter_names=("Loket 1",),
)


@pytest.mark.parametrize("template", office_templates().values(), ids=lambda one: str(one.code))
def test_a_template_speaks_all_languages_and_makes_an_office_with_all_its_services(template: OfficeTemplate) -> None:
    every = set(known_languages())
    texts = [template.names, template.about, *([template.ticker] if template.ticker else [])]
    for service in template.services:
        documents = [one.names for one in service.requirements]
        texts += [service.names, *documents, *filter(None, (service.explanations, service.costs, service.legal_times))]
        assert service.icon in ICONS, service.code
    assert [words for words in texts if set(words) != every] == []
    plan = plan_of(DRAFT, template, "office")
    assert [one.code for one in plan.services] == [one.code for one in template.services]
    assert len({one.series for one in plan.services}) == len(plan.services)


def test_a_new_file_is_a_new_kind_of_office(tmp_path: Path) -> None:
    for file in FOLDER.glob("*.toml"):
        shutil.copy(file, tmp_path)
    shutil.copy(FOLDER / "bank.toml", tmp_path / "post_office.toml")
    assert "post_office" in office_templates(tmp_path)


def with_cases(tmp_path: Path) -> Path:
    """Return the file of a template whose cards go through a journey, and are collected at the tellers'."""
    text = (FOLDER / "bank.toml").read_text()
    stages = ", ".join(f'{{ code = "{code}", names = {{ id = "{code}" }} }}' for code in ("made", "ready", "gone"))
    other = text.split('[[services]]\ncode = "', 2)[2].partition('"')[0]
    text = text.replace('code = "teller"', f'code = "teller"\ncollects = ["{other}"]', 1)
    text = text.replace(f'code = "{other}"', f'code = "{other}"\njourney = {{ stages = [{stages}] }}', 1)
    file = tmp_path / "cards.toml"
    file.write_text(text)
    return file


def test_a_template_may_say_a_journey_and_where_it_is_collected(tmp_path: Path) -> None:
    template = read_template(with_cases(tmp_path))
    teller, other = template.services[:2]
    assert (teller.code, teller.collects) == ("teller", (other.code,))
    assert other.journey is not None
    assert [one.code for one in other.journey.stages] == ["made", "ready", "gone"]
    draft = Draft(language="id", languages=("id",), office_name="Bank", time_zone="Asia/Jakarta", kind="cards")
    assert plan_of(draft, template, "office").services[0].collects == (other.code,)
    less = replace(draft, left_out=(other.code,))
    assert plan_of(less, template, "office").services[0].collects == ()


def test_a_template_that_collects_what_has_no_journey_is_refused(tmp_path: Path) -> None:
    file = with_cases(tmp_path)
    file.write_text(file.read_text().replace("\njourney = ", "\n# "))
    with pytest.raises(TemplateError, match="services/teller/collects"):
        read_template(file)


@pytest.mark.parametrize(
    ("before", "after", "field"),
    [
        ('icon = "card"', 'colour = "red"', "services/teller/colour"),
        ("order = 30", 'order = "30"', "order"),
        ('code = "layanan-nasabah"', 'code = "teller"', "code"),
        ('monday = ["08:00-15:00"]', 'monday = ["15:00-08:00"]', "week/monday"),
    ],
)
def test_a_template_that_no_office_can_have_is_refused_with_the_place(
    tmp_path: Path, before: str, after: str, field: str
) -> None:
    file = tmp_path / "bank.toml"
    text = (FOLDER / "bank.toml").read_text()
    assert before in text
    file.write_text(text.replace(before, after, 1))
    with pytest.raises(TemplateError, match=field):
        read_template(file)
