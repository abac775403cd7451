"""The application of a hub that begins without an office."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime
from pathlib import Path
from typing import Any

import click
from flask import Flask, request
from flask_babel import get_locale

from antrean.config import Config
from antrean.hub.async_mode import AsyncMode
from antrean.hub.start.lan_address import lan_url
from antrean.queueing.plan.texts import NATIONAL
from antrean.web.first_start import backup_views, views
from antrean.web.first_start.switch import FIRST_START, FirstStart, Switch
from antrean.web.http.errors import refusals
from antrean.web.http.files.compression import compress_texts
from antrean.web.http.files.static_files import StaticFiles, serve_static
from antrean.web.http.hosts import Hosts, own_names
from antrean.web.http.languages import speak
from antrean.web.http.proxies import Proxies, networks
from antrean.web.limits.rate_limit import MAX_BODY
from antrean.web.offices import Offices
from antrean.web.text.catalogues import known_languages

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


def first_start_app(
    config: Config,
    mode: AsyncMode,
    root: Path,
    files: StaticFiles,
    visitors: Collection[str],
    clock: Callable[[], datetime],
    monotonic: Callable[[], float],
    hub: Callable[[], Flask],
) -> Flask:
    """Return the application that serves the first start, and `hub` from the moment on when the office is there.

    `visitors` are the first parts of addresses that screens and visitors open: they are told to wait.
    """
    app = Flask("antrean.web", root_path=str(root), static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = MAX_BODY
    app.config[views.VISITORS] = frozenset(visitors)
    url = config.public_url or lan_url(config.port)
    first = FirstStart(app, config, mode, clock, monotonic, lambda code: tell(code, url), hub)
    app.extensions[FIRST_START] = app.extensions["antrean"] = first
    app.extensions["antrean_offices"] = Offices(monotonic)
    app.jinja_env.globals["hub_build"] = files.build
    _languages(app, first)
    compress_texts(app)
    serve_static(app, files)
    refusals(app)
    app.register_blueprint(views.blueprint)
    app.register_blueprint(backup_views.blueprint)
    app.add_url_rule("/healthz", "alive", views.alive)
    app.add_url_rule("/readyz", "ready", views.ready)
    app.add_url_rule("/", "being_set_up", views.being_set_up, methods=METHODS)
    app.add_url_rule("/<path:path>", "being_set_up", views.being_set_up, methods=METHODS)
    app.wsgi_app = Hosts(app, app.wsgi_app, own_names(config, url))  # type: ignore[method-assign]
    if config.trusted_proxies:
        app.wsgi_app = Proxies(app.wsgi_app, networks(config.trusted_proxies))  # type: ignore[method-assign]
    app.wsgi_app = Switch(first, app.wsgi_app)  # type: ignore[method-assign]
    first.begin()
    return app


def tell(code: str, url: str) -> None:
    """Print the code where the hub runs; only who reads it there may set the office up."""
    click.echo(
        f"\n  There is no office here yet. Set it up in a browser: {url}/\n"
        f"  It asks for this code: {code}   (good once, for 30 minutes)\n",
        err=True,
    )


def _languages(app: Flask, first: FirstStart) -> None:
    """Choose the language of each request: by name, by the draft, else by what the browser says."""
    known = known_languages()

    def chosen() -> str:
        wanted = request.args.get("language") or request.cookies.get("antrean_language", "")
        if wanted in known:
            return wanted
        told = first.draft().language
        return told if told in known else request.accept_languages.best_match(known) or NATIONAL

    speak(app, chosen)

    @app.context_processor
    def _page() -> dict[str, Any]:
        return {"language": str(get_locale() or NATIONAL), "build": "", "sample": False, "signed_in": None}
