"""The office page: who is called next, which services have a head start, and the languages that the office speaks."""

from __future__ import annotations

from flask import Response, jsonify
from flask_babel import gettext, ngettext

from admin import frame
from admin.office import mine
from admin.office.view_model import (
    MOST_HEAD_START,
    checked_discipline,
    checked_head_starts,
    checked_languages,
    head_start_names,
    moved,
    names,
)
from admin.plan_form import plan_fields, save_plan
from admin.section import Routes, View
from antrean.queueing.calling.disciplines import DISCIPLINES
from antrean.queueing.plan.model import OfficePlan
from antrean.web.http.forms import choice, text, whole
from antrean.web.services import services
from antrean.web.text.catalogues import known_languages, own_names

routes = Routes()
routes.include(mine.routes)
LONGEST_CODE = 40
VOUCHER_DAYS = (0, 1, 2, 3, 5, 10)  # 0 is never
LOCK_MINUTES = (2, 5, 10, 15, 30, 0)  # 0 is never


def render() -> View:
    """Return the section's view: the discipline and the languages as they are set. Forms are not pushed."""
    plan = frame.plan()
    return {"html": {}, "office": {"discipline": plan.discipline, "languages": list(plan.languages)}}


@routes.get("/office")
def office() -> str:
    """Show the disciplines with what each does, the head starts, and the languages in their order."""
    plan = frame.plan()
    return frame.page(
        "office",
        plan=plan,
        revision=plan.revision,
        disciplines=list(DISCIPLINES.values()),
        head_starts=head_start_names(plan),
        most=MOST_HEAD_START,
        places=names(known_languages()),
        lock_minutes=LOCK_MINUTES,
        voucher_days=sorted({*VOUCHER_DAYS, plan.limits.voucher_days}),
    )


@routes.post("/office/discipline")
def set_discipline() -> Response:
    """Choose the order in which visitors are called, from the next call on. Refuses an unknown one."""
    fields = plan_fields("discipline")
    chosen = checked_discipline(text(fields, "discipline", most=LONGEST_CODE))
    before = frame.plan()
    return _saved(before, save_plan("discipline", fields, {"calling/discipline": chosen}))


@routes.post("/office/head_starts")
def set_head_starts() -> Response:
    """Choose how many minutes earlier the visitors of each service count as arrived, from the next call on.

    Refuses a service that is left out, and minutes below 0 or above 120.
    """
    before = frame.plan()
    fields = plan_fields(*head_start_names(before).values())
    chosen = checked_head_starts({code: whole(fields, name) for code, name in head_start_names(before).items()})
    parts = {f"services/{code}/head_start": minutes for code, minutes in chosen.items()}
    return _saved(before, save_plan("services", fields, parts))


def _saved(before: OfficePlan, revision: int) -> Response:
    """Say how many of those who wait change places under the plan as it is now."""
    hub = services()
    count = hub.office.read(lambda day, plan: moved(day, before, plan, hub.office.clock()))
    if not count:
        return jsonify(said=gettext("Saved. Nobody who waits now changes places."), revision=revision)
    said = ngettext(
        "Saved. %(num)d number that waits has another place now.",
        "Saved. %(num)d numbers that wait have another place now.",
        count,
    )
    return jsonify(said=said, revision=revision)


@routes.post("/office/lock")
def set_lock() -> Response:
    """Choose after how many minutes without a touch a panel is locked. Refuses other numbers than are offered."""
    fields = plan_fields("lock_minutes")
    minutes = int(choice(fields, "lock_minutes", tuple(map(str, LOCK_MINUTES))))
    revision = save_plan("lock", fields, {"limits/lock_minutes": minutes})
    return jsonify(said=gettext("Saved."), revision=revision)


@routes.post("/office/vouchers")
def set_vouchers() -> Response:
    """Choose on how many service days a number that was not served can be taken up. Refuses others than are offered."""
    fields = plan_fields("voucher_days")
    days = int(choice(fields, "voucher_days", tuple(map(str, VOUCHER_DAYS))))
    revision = save_plan("vouchers", fields, {"limits/voucher_days": days})
    return jsonify(said=gettext("Saved."), revision=revision)


@routes.post("/office/languages")
def set_languages() -> Response:
    """Choose the languages of all screens, in their order; the first one is the office's. Refuses unknown ones."""
    known = known_languages()
    fields = plan_fields(*names(known))
    chosen = checked_languages({name: text(fields, name, "", most=LONGEST_CODE) for name in names(known)}, known)
    revision = save_plan("languages", fields, {"languages": list(chosen)})
    spoken = ", ".join(own_names()[code] for code in chosen)
    return jsonify(said=gettext("Saved. All screens speak: %(languages)s.", languages=spoken), revision=revision)
