"""Recognises paired devices and staff by a request's headers alone, without the database.

It decides priority and connection limits only; permissions are decided in antrean/web/http/guard.py.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # gunicorn's master loads this module too, and must not load those
    from flask import Flask

    from antrean.access.identities import Identities

HUB = "antrean_hub"  # among an app's extensions: the hub that took its place, once the office was set up
SETTING_UP = "antrean_first_start"  # among an app's extensions, and the cookie of a browser that gave its code
SET_UP_COOKIE = re.compile(r"(?:^|[;\s])antrean_first_start=([^;\s]+)")
UPLOADS = ("/admin/", "/first_start/")  # the paths to which files are sent
DEVICE_COOKIE = re.compile(r"(?:^|[;\s])antrean_(?:kiosk|display|print_agent)=([^;\s]+)")
STAFF_COOKIE = re.compile(r"(?:^|[;\s])antrean_staff=([^;\s]+)")


def known(app: Flask, cookie: str, authorization: str) -> bool:
    """Whether the header names a device that is paired now, a member of staff who is signed in, or who sets it up."""
    if sets_up(app, cookie):
        return True
    app = app.extensions.get(HUB, app)
    every: list[Identities] = [one.identities for one in app.extensions.get("antrean_offices", ())]
    scheme, _, token = authorization.partition(" ")
    if scheme.lower() == "bearer":
        return any(identities.device(token.strip()) is not None for identities in every)
    if any(one.device(found) is not None for found in DEVICE_COOKIE.findall(cookie) for one in every):
        return True
    signed = STAFF_COOKIE.search(cookie)
    return signed is not None and _staff(app, every, signed[1])


def sets_up(app: Flask, cookie: str) -> bool:
    """Whether the header is of a browser that gave the code of the first start, and there is no office yet."""
    first, given = app.extensions.get(SETTING_UP), SET_UP_COOKIE.search(cookie)
    return HUB not in app.extensions and first is not None and given is not None and first.code.admitted(given[1])


def _staff(app: Flask, every: Iterable[Identities], signed: str) -> bool:
    session = app.session_interface.read(app, signed)  # type: ignore[attr-defined]
    token = session.get("session", "") if session is not None else ""
    return isinstance(token, str) and any(one.signed_in(token) is not None for one in every)
