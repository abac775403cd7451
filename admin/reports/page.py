"""A page of the section *Reports*: its tab, its addresses, and who may open them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from admin import frame
from admin.reports.exports import here_as
from admin.section import Routes
from antrean.access.identity import Roles
from antrean.web.services import services
from antrean.web.text.times import clock

BEHIND = 200  # lines that are not read yet: those of the last second are no matter


@dataclass(frozen=True, slots=True)
class ReportPage:
    """A page with its tab. `name` is its endpoint, `title` English, and `about` says in a sentence what it answers.

    `permissions`: endpoint -> the roles that may ask for it, for each address of `routes`.
    """

    name: str
    title: str
    about: str
    routes: Routes
    permissions: Mapping[str, Roles]


def shown(name: str, **context: Any) -> str:
    """Return a page of reports: the template `<name>.html` inside the frame, with the tabs and the time of reading."""
    from admin.reports.pages import PAGES  # each page is one of them

    plan = frame.plan()
    return frame.page(
        "reports",
        name,
        plan=plan,
        tabs=[page for page in PAGES if frame.may(page.name)],
        here=name,
        here_as=here_as,
        behind=services().report_follower.behind > BEHIND,
        read_at=clock(services().office.clock(), plan.tz, plan.languages[0]),
        **context,
    )
