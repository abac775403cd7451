"""Office templates: the services with which an office of some kind usually begins. One file each, all of it data."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from antrean.queueing.hours import document as opening
from antrean.queueing.hours.model import Week
from antrean.queueing.plan.document import LONGEST_LINE, LONGEST_NAME, LONGEST_TEXT, NEED, SERVICE, service_of
from antrean.queueing.plan.model import Need, Service
from antrean.queueing.plan.rules import by_language, flag, free_text, listed, name, record, under, whole

FOLDER = Path(__file__).with_name("office_templates")
EMPTY = "empty"  # the one without services
# What a template says of a service; letter and colour follow from the order.
OF_SERVICE = (
    "code", "names", "icon", "promised_wait", "explanations", "costs", "legal_days", "legal_times", "requirements",
    "ask_requirements", "priority_allowed", "spare_questions", "spare_words", "needs",
    "journey", "collects",
)  # fmt: skip
RULE = record(
    {
        "order": whole(0, 1000),
        "names": by_language(name(LONGEST_NAME), least=1),
        "about": by_language(free_text(LONGEST_LINE)),
        "ticker": by_language(free_text(LONGEST_TEXT)),
        "week": opening.WEEK,
        "needs": listed(record(NEED, may_miss=("words",)), key="code"),
        "services": listed(
            record(
                {**{field: SERVICE[field] for field in OF_SERVICE}, "usual": flag},
                may_miss=(*(field for field in OF_SERVICE if field not in ("code", "names")), "usual"),
            ),
            key="code",
        ),
    },
    may_miss=("ticker", "needs", "services"),
)


class TemplateError(ValueError):
    """A template can't be used; the message names the file and the field."""


@dataclass(frozen=True, slots=True)
class OfficeTemplate:
    """The beginning of an office. `names`, `about` and `ticker` (the displays' running text) are by language code.

    `needs` are what its services can't be given without. `services` have no letter yet. `usual` are the codes of those
    that nearly every office of the kind has: the others are offered, and switched off at first.
    """

    code: str
    order: int
    names: Mapping[str, str]
    about: Mapping[str, str]
    ticker: Mapping[str, str]
    week: Week
    needs: tuple[Need, ...]
    services: tuple[Service, ...]
    usual: frozenset[str]


@cache
def office_templates(folder: Path = FOLDER) -> Mapping[str, OfficeTemplate]:
    """Return all templates by their codes, in the order in which they are offered."""
    found = [read_template(file) for file in folder.glob("*.toml")]
    return {one.code: one for one in sorted(found, key=lambda one: (one.order, one.code))}


def read_template(file: Path) -> OfficeTemplate:
    """Return the template in a file; its code is the file's name. Refuses (TemplateError) whatever a plan refuses."""
    try:
        said: dict[str, Any] = tomllib.loads(file.read_text(encoding="utf-8"))
    except ValueError as error:
        raise TemplateError(f"{file}: {error}") from None
    for problem in RULE(said, ""):
        raise TemplateError(f"{under(str(file), problem.path)}: {problem.refusal()}")
    services, needs = said.get("services", []), said.get("needs", [])
    for one in services:
        if unknown := set(one.get("needs", ())) - {need["code"] for need in needs}:
            raise TemplateError(f"{file}: services/{one['code']}/needs: {', '.join(sorted(unknown))}")
        if unknown := set(one.get("collects", ())) - {other["code"] for other in services if other.get("journey")}:
            raise TemplateError(f"{file}: services/{one['code']}/collects: {', '.join(sorted(unknown))}")
    return OfficeTemplate(
        code=file.stem,
        order=said["order"],
        names=said["names"],
        about=said["about"],
        ticker=said.get("ticker", {}),
        week=opening.read_week(said["week"]),
        needs=tuple(Need(one["code"], one["names"], one.get("words", {})) for one in needs),
        services=tuple(service_of({**_of_plan(one), "series": ""}) for one in services),
        usual=frozenset(one["code"] for one in services if one.get("usual", True)),
    )


def _of_plan(service: Mapping[str, Any]) -> dict[str, Any]:
    return {field: value for field, value in service.items() if field != "usual"}
