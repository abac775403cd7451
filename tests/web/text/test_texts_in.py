"""Texts of a template that is drawn in one language are the texts of a request in that language."""

from __future__ import annotations

import pytest
from flask import render_template_string
from flask_babel import force_locale

from antrean.web.text.catalogues import texts_in
from tests.fakes.office_hub import OfficeHub

TEMPLATE = """{% autoescape true %}{{ _("Which service do you need?") }}|
{{ _("Page %(now)s of %(all)s", now="<1>", all=2) }}|
{{ ngettext("%(num)d service", "%(num)d services", 1) }}|{{ ngettext("%(num)d service", "%(num)d services", 3) }}
{% endautoescape %}"""


@pytest.mark.parametrize("language", ["id", "en", "su"])
def test_texts_that_are_looked_up_once_are_those_of_the_language_and_escape_their_values(
    hub: OfficeHub, language: str
) -> None:
    with hub.app.test_request_context("/"), force_locale(language):
        usual = render_template_string(TEMPLATE)
    with hub.app.test_request_context("/"), force_locale("en"):
        assert render_template_string(TEMPLATE, **texts_in(language)) == usual
    assert "&lt;1&gt;" in usual
