"""A new screen shows a short code; an administrator types it and says what the screen is. Works without scripts."""

from __future__ import annotations

import secrets

from flask import Response, jsonify, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from antrean.access.one_time_codes import PAIRING_CODE_LASTS, TooManyScreens, in_groups
from antrean.queueing.errors import Unknown
from antrean.queueing.events import SecurityNoted
from antrean.queueing.security.events import BROWSER_PAIRED
from antrean.web.http.forms import body, wants_html
from antrean.web.http.guard import device_with, enter
from antrean.web.limits.rate_limit import TooMany, network_of
from antrean.web.services import services
from antrean.web.sign_in.browsers import browser_words
from antrean.web.sign_in.checking import pairing_codes
from antrean.web.sign_in.device_cookies import give_cookie
from antrean.web.sign_in.views import blueprint, browser_kinds

COOKIE = "antrean_pairing"  # the token that this browser will be known by, and the code that it shows
PATH = "/pair"
AGAIN_SECONDS = 3  # until the page asks again whether the code was typed
LASTS = int(PAIRING_CODE_LASTS.total_seconds())


@blueprint.post("/pair/code")
def pair_code() -> ResponseReturnValue:
    """Draw a code for this browser, to be shown until an administrator has typed it; it is good for five minutes.

    Refuses more than so many from one address.
    """
    body()
    hub, address = services(), request.remote_addr or ""
    hub.pairings.begin(network_of(address))
    token = secrets.token_urlsafe(32)
    try:
        code = hub.mode.run_blocking(pairing_codes().for_screen, token, browser_words(), address)
    except TooManyScreens:
        raise TooMany(seconds=PAIRING_CODE_LASTS.total_seconds()) from None
    answer = make_response(
        redirect(url_for("start.pair_waiting"), 303) if wants_html() else jsonify(code=in_groups(code), token=token)
    )
    answer.set_cookie(
        COOKIE,
        f"{token}.{code}",
        max_age=LASTS,
        path=PATH,
        httponly=True,
        samesite="Lax",
        secure=hub.config.secure_cookies,
    )
    return answer


@blueprint.get("/pair/waiting")
def pair_waiting() -> ResponseReturnValue:
    """Show the code, and go on to the screen's own page once an administrator has typed it.

    Refuses (`pairing_code_unknown`) a browser that shows no code, or whose code is too old.
    """
    token, _, code = request.cookies.get(COOKIE, "").partition(".")
    if not token or not code:
        if wants_html():
            return redirect(url_for("start.pair"))
        raise Unknown("pairing_code_unknown")
    paired = device_with(token)
    found = paired.device if paired is not None else None
    if paired is None or found is None or found.kind not in browser_kinds():
        if wants_html():
            page = make_response(render_template("start/pair_waiting.html", code=in_groups(code)))
            page.headers["Refresh"] = str(AGAIN_SECONDS)
            return page
        return jsonify(kind=None)
    enter(paired)
    noted = SecurityNoted(BROWSER_PAIRED, device=found.name, device_kind=found.kind)
    services().security.note(noted, f"{found.kind}:{found.id}", request.remote_addr or "")
    answer: Response = make_response(redirect(f"/{found.kind}/", 303) if wants_html() else jsonify(kind=found.kind))
    give_cookie(answer, found.kind, token)
    answer.delete_cookie(COOKIE, path=PATH)
    return answer
