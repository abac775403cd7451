"""The blueprint of the admin pages: it finds the templates of a section in the section's folder."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from flask import Blueprint
from jinja2 import BaseLoader, ChoiceLoader, FileSystemLoader, PrefixLoader

FOLDER = Path(__file__).parent


class AdminBlueprint(Blueprint):
    """The blueprint `admin` with its sections' folders.

    Template `admin/today/page.html` is `page.html` of the section *today*; those of the frame itself stand in
    `admin/templates/admin`.
    """

    def __init__(self, sections: Iterable[str]) -> None:
        super().__init__("admin", "admin", url_prefix="/admin", template_folder="templates")
        self.folders = {name: FOLDER / name for name in sections}

    @property
    def jinja_loader(self) -> BaseLoader:
        """The loader of the frame's templates and of each section's."""
        own = {name: FileSystemLoader(folder / "templates") for name, folder in self.folders.items()}
        return ChoiceLoader([FileSystemLoader(FOLDER / "templates"), PrefixLoader({"admin": PrefixLoader(own)})])
