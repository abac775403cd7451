"""An office template is one TOML: it is offered by the first start, and an office is made of it."""

from __future__ import annotations

import shutil
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
