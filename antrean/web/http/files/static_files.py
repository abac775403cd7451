"""Serves what browsers load: each build under a path of its own, so that it can be cached for ever.

`/static/BUILD/kiosk/static/kiosk.js` is the file of that path in the project, so that a relative import means the same
to a browser, to node and to an editor. This build and the one before are served, from memory.
"""

from __future__ import annotations

import hashlib
import posixpath
import re
from pathlib import PurePosixPath

from flask import Flask, Response, request
from markupsafe import Markup, escape
from werkzeug.exceptions import NotFound

from antrean.web.http.files.build import Build

# The newest build, whichever it is: for the one script that has to be there when a page's own build is gone.
NEWEST = "newest"
LOAD_AGAIN = "antrean/web/static/load_again.js"
MIMETYPES = {
    ".css": "text/css",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
    ".txt": "text/plain",
    ".woff2": "font/woff2",
}
FOR_EVER = "public, max-age=31536000, immutable"
FOR_A_DAY = "public, max-age=86400"
# At the beginning of a line, or right after another import where a file is packed.
IMPORT = re.compile(r"""(?:^|(?<=["'];))(?:import|export)\b(?:[^"';]*?\bfrom)?\s*["'](\.[^"']+)["']""", re.MULTILINE)


class StaticFiles:
    """The files of the builds that are served, and the tags by which pages load them."""

    def __init__(self, build: Build, before: Build | None = None) -> None:
        self.build = build.id
        self.files = build.files
        self._builds = {each.id: _tagged(each) for each in (before, build) if each}
        self._tags: dict[str, Markup] = {}

    def url(self, file: str) -> str:
        """Return the address of a file of this build; refuses (KeyError) one that is not there."""
        if file not in self.files:
            advice = "; run `make antrean/web/static/vendor/.done`" if "/vendor/" in file else ""
            raise KeyError(f"{file} is missing{advice}")
        return f"/static/{self.build}/{file}"

    def text(self, *files: str) -> Markup:
        """Return what these files of this build hold, one after another, to stand in a page."""
        return Markup("".join(self.files[file].decode() for file in files))

    def modules(self, *files: str) -> Markup:
        """Return the tags that load these modules, and at once all that they import.

        Without the latter a browser would learn of each import only when the module before has come.
        """
        key = " ".join(files)
        if key not in self._tags:
            self._tags[key] = self._tags_of(files)
        return self._tags[key]

    def imports(self, file: str) -> list[str]:
        """Return a module and all that it imports, also through others, each once."""
        found = [file]
        for module in found:  # grows meanwhile
            for target in IMPORT.findall(self.files[module].decode()):
                path = posixpath.normpath(posixpath.join(posixpath.dirname(module), target))
                if path not in found:
                    found.append(path)
        return found

    def _tags_of(self, files: tuple[str, ...]) -> Markup:
        wanted = dict.fromkeys(name for file in files for name in self.imports(file))
        preload = [
            f'<link rel="modulepreload" href="{escape(self.url(name))}">' for name in wanted if name not in files
        ]
        scripts = [f'<script type="module" src="{escape(self.url(file))}"></script>' for file in files]
        return Markup("\n  ".join([*preload, *scripts]))

    def response(self, build: str, file: str) -> Response:
        """Return a file of a build; refuses (NotFound) what is not in it, and a build that is not served."""
        found = self._builds.get(self.build if build == NEWEST else build, {}).get(file)
        if found is None:
            raise NotFound
        content, etag = found
        response = Response(content, mimetype=MIMETYPES.get(PurePosixPath(file).suffix, "application/octet-stream"))
        response.headers["Cache-Control"] = FOR_A_DAY if build == NEWEST else FOR_EVER
        response.set_etag(etag)
        response.make_conditional(request, accept_ranges=True, complete_length=len(content))
        return response


def _tagged(build: Build) -> dict[str, tuple[bytes, str]]:
    return {name: (content, hashlib.sha256(content).hexdigest()[:20]) for name, content in build.files.items()}


def serve_static(app: Flask, files: StaticFiles) -> None:
    """Serve these files, and give templates `static_url`, `static_text`, `modules` and the address of `load_again`."""
    app.add_url_rule("/static/<build>/<path:file>", "static", files.response)
    app.jinja_env.globals.update(
        static_url=files.url, static_text=files.text, modules=files.modules, load_again=f"/static/{NEWEST}/{LOAD_AGAIN}"
    )
