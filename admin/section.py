"""A section of the administration: its entry in the navigation, its view, its pages, and who may open them.

A section is one folder: `views.py` with its pages and its view, pure models beside it, `templates/` and `static/`. Its
`__init__.py` says what it is (`SECTION`), and `admin/sections.py` holds the order of all sections.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from antrean.access.identity import Roles

View = dict[str, Any]
Page = TypeVar("Page", bound=Callable[..., Any])


class Routes:
    """The pages of one section, as its views declare them; the frame puts them on the blueprint of all sections.

    The endpoint of a page is the name of its function.
    """

    def __init__(self) -> None:
        self.all: list[tuple[str, str, Callable[..., Any]]] = []

    def get(self, rule: str) -> Callable[[Page], Page]:
        """Declare a page that is read."""
        return self._on("GET", rule)

    def post(self, rule: str) -> Callable[[Page], Page]:
        """Declare an address that changes something."""
        return self._on("POST", rule)

    def include(self, others: Routes) -> None:
        """Add the pages of another module of the same section."""
        self.all.extend(others.all)

    def _on(self, method: str, rule: str) -> Callable[[Page], Page]:
        def declare(page: Page) -> Page:
            self.all.append((method, rule, page))
            return page

        return declare


@dataclass(frozen=True, slots=True)
class Section:
    """One section. Its name is its address, its folder, its first endpoint and its socket room.

    `title` is English and translated where it is shown. `render` gives the view. `permissions`: endpoint -> the roles
    that may ask for it; those of the endpoint of the section's own name see the section. Only while it is `shown` the
    navigation has it.
    """

    name: str
    icon: str
    title: str
    render: Callable[[], View]
    routes: Routes
    permissions: Mapping[str, Roles]
    shown: Callable[[], bool] = lambda: True
