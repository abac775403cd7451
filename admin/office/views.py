"""The office page: who is called next, and the languages in which the office speaks."""

from __future__ import annotations

from flask import Response, jsonify
from flask_babel import gettext, ngettext

from admin import frame
from admin.office.view_model import checked_discipline, checked_languages, moved, names
from admin.section import Routes, View
from antrean.queueing.calling.disciplines import DISCIPLINES
from antrean.web.http.forms import body, choice, request_id, text
from antrean.web.services import services
from antrean.web.text.catalogues import known_languages, own_names

routes = Routes()
LONGEST_CODE = 40
LOCK_MINUTES = (2, 5, 10, 15, 30, 0)  # 0 is never


def render() -> View:
    """Return the section's view: the discipline and the languages as they are set. Forms are not pushed."""
    plan = frame.plan()
    return {"html": {}, "office": {"discipline": plan.discipline, "languages": list(plan.languages)}}


@routes.get("/office")
def office() -> str:
    """Show the disciplines with what each does, and the languages in their order."""
    return frame.page(
        "office",
        plan=frame.plan(),
        disciplines=list(DISCIPLINES.values()),
        places=names(known_languages()),
        lock_minutes=LOCK_MINUTES,
    )


@routes.post("/office/discipline")
def set_discipline() -> Response:
    """Choose the order in which visitors are called, from the next call on. Refuses an unknown one."""
    fields = body("discipline")
    chosen = checked_discipline(text(fields, "discipline", most=LONGEST_CODE))
    hub, before = services(), frame.plan().discipline
    frame.save("discipline", request_id(fields), hub.settings.set_discipline, chosen)
    count = hub.office.read(lambda day, plan: moved(day, plan, before, hub.office.clock()))
    if not count:
        return jsonify(said=gettext("Saved. Nobody who waits now changes places."))
    said = ngettext(
        "Saved. %(num)d number that waits has another place now.",
        "Saved. %(num)d numbers that wait have another place now.",
        count,
    )
    return jsonify(said=said)


@routes.post("/office/lock")
def set_lock() -> Response:
    """Choose after how many minutes without a touch a panel is locked. Refuses other numbers than are offered."""
    fields = body("lock_minutes")
    minutes = int(choice(fields, "lock_minutes", tuple(map(str, LOCK_MINUTES))))
    frame.save("lock", request_id(fields), services().settings.set_lock_minutes, minutes)
    return jsonify(said=gettext("Saved."))


@routes.post("/office/languages")
def set_languages() -> Response:
    """Choose the languages of all screens, in their order; the first one is the office's. Refuses unknown ones."""
    known = known_languages()
    fields = body(*names(known))
    chosen = checked_languages({name: text(fields, name, "", most=LONGEST_CODE) for name in names(known)}, known)
    frame.save("languages", request_id(fields), services().settings.set_languages, chosen)
    spoken = ", ".join(own_names()[code] for code in chosen)
    return jsonify(said=gettext("Saved. All screens speak: %(languages)s.", languages=spoken))
