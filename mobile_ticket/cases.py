"""How far a case is, for anyone who has its code: the code on the slip is the key, and nobody guesses one."""

from __future__ import annotations

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale

from antrean.access.identity import ANYONE
from antrean.access.permissions import Permissions
from antrean.queueing.cases.codes import read
from antrean.queueing.errors import QueueError, Unknown
from antrean.web.http.errors import sentence
from antrean.web.http.forms import wants_html
from antrean.web.limits.case_codes import found_by_case, note_asked
from antrean.web.limits.rate_limit import network_of
from mobile_ticket import render

__all__ = ["PERMISSIONS", "blueprint"]

blueprint = Blueprint("cases", __name__, url_prefix="/case")
PERMISSIONS = Permissions({"ask": ANYONE, "page": ANYONE})


@blueprint.get("")
def ask() -> ResponseReturnValue:
    """Ask for a code, and lead to the page of the one that was typed."""
    typed = request.args.get("code", "")[:60]
    language = request.args.get("language")
    if not typed:
        return render.ask_case()
    if code := read(typed):
        return redirect(url_for("cases.page", code=code, language=language), 303)
    return _refused(typed, Unknown("case_unknown"))


@blueprint.get("/<code>")
def page(code: str) -> ResponseReturnValue:
    """Show how far the cases of a visit are: with the letters alone all of them, else the one that has the code.

    Refuses (`case_unknown`) a code that is nobody's, and who tries too many. That somebody asked is noted once a day,
    as looking at a page changes nothing else.
    """
    asker = network_of(request.remote_addr or "")
    try:
        found = found_by_case(code, asker)
    except QueueError as refusal:
        return _refused(code, refusal)
    if request.method == "GET":
        note_asked(found, asker)
    return render.case(found, str(get_locale()))


def _refused(typed: str, refusal: QueueError) -> ResponseReturnValue:
    if not wants_html():
        raise refusal
    headers = {"Retry-After": str(refusal.retry_after)} if refusal.retry_after else {}
    return render.ask_case(typed[:60], sentence(refusal)), refusal.status, headers
