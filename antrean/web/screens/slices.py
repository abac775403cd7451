"""Pages drawn in slices: the hub has one loop, and a long page would hold up every kiosk while it is drawn."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any
from weakref import ref

from flask import current_app
from jinja2 import Environment
from jinja2.meta import find_referenced_templates

SLICE_SECONDS = 0.002  # less than a kiosk waits for a number on a quiet hub


def drawn_in_slices(
    template: str, context: dict[str, Any], let_others: Callable[[], None], monotonic: Callable[[], float]
) -> str:
    """Return a template as `render_template` does, and let others run after every slice of some 2 ms."""
    app = current_app
    let_others()  # what the page shows has been worked out in one piece
    app.update_template_context(context)
    load_one_by_one(app.jinja_env, template, let_others)
    pieces = app.jinja_env.get_template(template).generate(context)
    return "".join(in_slices(pieces, let_others, monotonic))


def load_one_by_one(templates: Environment, name: str, let_others: Callable[[], None]) -> None:
    """Compile a template and those that it names, where nobody has used them yet, and let others run after each.

    The templates of a report take 60 ms together when they are first used, and the largest takes 17.
    """
    assert templates.loader is not None
    assert templates.cache is not None
    if (ref(templates.loader), name) in templates.cache:  # where Jinja keeps what it has compiled
        return
    source = templates.loader.get_source(templates, name)[0]
    templates.get_template(name)
    let_others()
    for other in find_referenced_templates(templates.parse(source)):
        if other is not None:  # None: which one is known only when it is drawn
            load_one_by_one(templates, other, let_others)


def in_slices(pieces: Iterable[str], let_others: Callable[[], None], monotonic: Callable[[], float]) -> Iterator[str]:
    """Give the pieces, and let others run where the last slice has lasted long enough."""
    began = monotonic()
    for piece in pieces:
        yield piece
        if monotonic() - began >= SLICE_SECONDS:
            let_others()
            began = monotonic()
