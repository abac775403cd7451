"""The blueprint of the admin pages: it finds templates and static files of a section in the section's folder."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from flask import Blueprint, Response, send_from_directory
from jinja2 import BaseLoader, ChoiceLoader, FileSystemLoader, PrefixLoader

FOLDER = Path(__file__).parent


class AdminBlueprint(Blueprint):
    """The blueprint `admin` with its sections' folders.

    Template `admin/today/page.html` is `page.html` of the section *today*, static file `today/today.css` its
    `today.css`; those of the frame itself stand in `admin/templates/admin` and `admin/static`.
    """

    def __init__(self, sections: Iterable[str]) -> None:
        super().__init__("admin", "admin", url_prefix="/admin", template_folder="templates", static_folder="static")
        self.folders = {name: FOLDER / name for name in sections}

    @property
    def jinja_loader(self) -> BaseLoader:
        """The loader of the frame's templates and of each section's."""
        own = {name: FileSystemLoader(folder / "templates") for name, folder in self.folders.items()}
        return ChoiceLoader([FileSystemLoader(FOLDER / "templates"), PrefixLoader({"admin": PrefixLoader(own)})])

    def send_static_file(self, filename: str) -> Response:
        """Return a static file of the frame, or of the section whose name comes first in its path."""
        section, _, inside = filename.partition("/")
        if section not in self.folders:
            return super().send_static_file(filename)
        folder = self.folders[section] / "static"
        return send_from_directory(folder, inside, max_age=self.get_send_file_max_age(filename))
