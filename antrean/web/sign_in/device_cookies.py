"""The cookies of kiosks and displays: every page renews them, so that none expires."""

from __future__ import annotations

from flask import Flask, Response, g, request

from antrean.access.identity import Identity
from antrean.storage.settings.endings import COOKIE_DAYS
from antrean.web.http.guard import bearer
from antrean.web.services import services


def renew_cookies(app: Flask) -> None:
    """Renew the cookie of a device with each page."""

    @app.after_request
    def _renewed(answer: Response) -> Response:
        if request.method != "GET":
            return answer
        identity: Identity | None = g.get("identity")
        if identity is None or identity.device is None or bearer():
            return answer
        if answer.status_code == 200 and answer.mimetype == "text/html":
            give_cookie(answer, identity.device.kind, request.cookies.get(f"antrean_{identity.device.kind}", ""))
            services().device_days.given(identity.device)
        return answer


def give_cookie(answer: Response, kind: str, token: str) -> None:
    """Send the cookie that makes a browser a kiosk or a display, for as long as browsers keep one."""
    answer.set_cookie(
        f"antrean_{kind}",
        token,
        max_age=COOKIE_DAYS * 86400,
        httponly=True,
        samesite="Lax",
        secure=services().config.secure_cookies,
    )
