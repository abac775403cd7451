"""A section of the administration is one folder and one word in the list of sections."""

from __future__ import annotations

from dataclasses import replace
from types import FunctionType

import pytest
from flask import Flask

import admin
from admin.blueprint import FOLDER, AdminBlueprint
from admin.screen import merged, with_pages
from admin.section import Routes, Section
from admin.sections import SECTIONS
from antrean.access.identity import LEADERS, VIEWERS


def section(name: str, *endpoints: str) -> Section:
    """Return a section with one page for each of the endpoints, at an address of the same name."""
    routes = Routes()
    for endpoint in endpoints:
        routes.get(f"/{endpoint}")(FunctionType((lambda: "").__code__, {}, endpoint))
    return Section(name, "document", name, lambda: {}, routes, dict.fromkeys(endpoints, LEADERS))


@pytest.mark.parametrize("one", SECTIONS, ids=lambda one: one.name)
def test_a_section_names_who_may_open_each_of_its_pages_and_no_other(one: Section) -> None:
    assert {page.__name__ for _method, _rule, page in one.routes.all} == set(one.permissions)
    assert one.name in one.permissions
    assert (FOLDER / one.name / "templates" / "page.html").is_file()


def test_the_product_has_the_permissions_of_all_sections_and_those_of_the_frame() -> None:
    of_sections = {endpoint for one in SECTIONS for endpoint in one.permissions}
    assert set(admin.PERMISSIONS.pages) == of_sections | {"index", "view"}
    assert admin.PERMISSIONS.namespace == VIEWERS


def test_a_page_that_two_sections_name_is_refused() -> None:
    log, other = section("log", "log", "download"), section("other", "other", "download")
    with pytest.raises(ValueError, match="download has permissions twice"):
        merged((log, other))
    with pytest.raises(ValueError, match="view has permissions twice"):
        merged((replace(log, permissions={"view": LEADERS}),))


def test_a_further_section_has_its_pages_and_permissions_without_a_word_elsewhere() -> None:
    log = section("log", "log", "download")
    app = Flask("office")
    app.register_blueprint(with_pages(AdminBlueprint(["log"]), [log]))
    rules = {rule.endpoint: rule.rule for rule in app.url_map.iter_rules()}
    assert rules["admin.log"] == "/admin/log"
    assert rules["admin.download"] == "/admin/download"
    assert merged([log]).pages["log"] is merged([log]).pages["download"] is LEADERS
