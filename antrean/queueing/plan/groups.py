"""Groups of services: kiosks show a group as one tile, which leads to its services."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from antrean.queueing.plan.texts import in_language


@dataclass(frozen=True, slots=True)
class ServiceGroup:
    """Services that visitors look for in one place; `names` are by language code. A service names its group.

    It changes where kiosks show a service and nothing else: no rule of calling and no figure knows it.
    """

    code: str
    names: Mapping[str, str]
    icon: str = "document"

    def name(self, language: str) -> str:
        """Return the name in this language, or in the first one of its chain that has it."""
        return in_language(self.names, language) or self.code
