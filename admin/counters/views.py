"""The counters page: a list of all, a form for one, and what adds, moves and removes one."""

from __future__ import annotations

from flask import Response, jsonify, url_for

from admin import frame
from admin.counters.form import code_for, field_names, read_counter, role_of
from admin.plan_form import codes_named, fields_by_plan, plan_fields, said_changes, save_moved, save_plan, seen_plan
from admin.section import Routes, View
from admin.setting_words import ARROW_WORDS
from antrean.queueing.plan.document import (
    LONGEST_COUNTER,
    LONGEST_FLOOR,
    LONGEST_WAY,
    to_document,
    written,
)
from antrean.queueing.plan.model import Counter, OfficePlan
from antrean.web.services import services

routes = Routes()


def render() -> View:
    """Return the section's view. Forms are not pushed."""
    return {"html": {}}


@routes.get("/counters")
def counters() -> str:
    """List the counters in the order of the office."""
    plan = frame.plan()
    return frame.page("counters", plan=plan, revision=plan.revision, unserved=plan.unserved(), arrows=ARROW_WORDS)


@routes.get("/new_counter")
def new_counter() -> str:
    """Show the blank form of a counter."""
    return _form(frame.plan(), None)


@routes.post("/new_counter")
def add_counter() -> Response:
    """Add a counter as the last one."""
    plan = frame.plan()
    fields = fields_by_plan(field_names)
    read = read_counter(fields, plan, "", None)
    today = services().office.read(lambda day, _plan: list(day.counters))  # one that left keeps what it did today
    code = code_for(read["name"], {*codes_named("counters"), *today})
    save_plan("counters", fields, {f"counters/{code}": {**read, "code": code}})
    return jsonify(next=url_for("admin.counters", _anchor=f"counter-{code}"))


@routes.get("/counters/<counter>/settings")
def edit_counter(counter: str) -> str:
    """Show the form of one counter."""
    plan = frame.plan()
    return _form(plan, plan.counter(counter))


@routes.post("/counters/<counter>/settings")
def save_counter(counter: str) -> Response:
    """Save what the form changes of a counter, and say what that was.

    Whoever changed other fields of the counter meanwhile loses nothing.
    """
    plan = frame.plan()
    fields = fields_by_plan(field_names)
    plan.counter(counter)
    seen = seen_plan(fields).counter(counter)
    before = written(seen)
    read = read_counter(fields, plan, counter, seen)
    parts = {f"counters/{counter}/{name}": value for name, value in read.items() if value != before[name]}
    was = to_document(plan)
    revision = save_plan("counters", fields, parts) if parts else plan.revision
    return jsonify(said=said_changes(was, parts), revision=revision)


@routes.post("/counters/<counter>/move")
def move_counter(counter: str) -> Response:
    """Move a counter one place up or down in the order of the office."""
    fields, plan = plan_fields("to"), frame.plan()
    plan.counter(counter)
    save_moved("counters", fields, [written(one) for one in plan.counters], counter)
    return jsonify(next=url_for("admin.counters", _anchor=f"counter-{counter}"))


@routes.post("/counters/<counter>/remove")
def remove_counter(counter: str) -> Response:
    """Remove a counter. Refuses while somebody sits there, or a number is there or was sent there."""
    fields, plan = plan_fields(), frame.plan()
    plan.counter(counter)
    save_plan("counters", fields, {f"counters/{counter}": None})
    return jsonify(next=url_for("admin.counters"))


def _form(plan: OfficePlan, counter: Counter | None) -> str:
    return frame.page(
        "counters",
        "form",
        plan=plan,
        revision=plan.revision,
        counter=counter,
        roles={one.code: role_of(counter, one.code) for one in plan.services},
        arrows=ARROW_WORDS,
        longest={"name": LONGEST_COUNTER, "floor": LONGEST_FLOOR, "way": LONGEST_WAY},
        unserved={one.code for one in plan.unserved()},
    )
