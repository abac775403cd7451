"""The settings that protect sessions."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from flask import Flask

from antrean.access.sessions import LASTS
from antrean.web.http.sessions import HubSessions


def protect(app: Flask, secret: str, secure: bool, clock: Callable[[], datetime]) -> None:
    """Set up session cookies.

    `secure`: cookies are sent over HTTPS only. Sessions last by `clock`, which does not follow the machine's clock.
    """
    app.secret_key = secret
    app.session_interface = HubSessions(clock, LASTS)
    app.config.update(
        SESSION_COOKIE_NAME="antrean_staff",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=secure,
        PERMANENT_SESSION_LIFETIME=LASTS,
    )
