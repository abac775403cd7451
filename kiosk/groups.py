"""What stands in each place of the kiosk's first screen: groups in their order, then services without one. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from antrean.queueing.plan.model import OfficePlan
from kiosk.view_model import ServiceTile


@dataclass(frozen=True, slots=True)
class Place:
    """A place of the first screen: one service or, with a `code`, a group and the services behind it."""

    services: tuple[ServiceTile, ...]
    code: str = ""
    name: str = ""
    icon: str = ""

    @property
    def open(self) -> bool:
        """Whether one of its services gives numbers now."""
        return any(one.open for one in self.services)

    @property
    def closed_alike(self) -> bool:
        """Whether none of its services gives numbers, all in the same way and until one time."""
        whys = {(one.state, one.until, one.opens_at) for one in self.services}
        return not self.open and len(whys) == 1


def places(plan: OfficePlan, tiles: Sequence[ServiceTile], language: str) -> list[Place]:
    """Return the places of the first screen in a language; `tiles` are all services in the plan's order.

    A group of one service is that service, and one of none has no place. Where all services are in one group, nobody
    has to open it.
    """
    of_group: dict[str, list[ServiceTile]] = {}
    for tile in tiles:
        of_group.setdefault(plan.service(tile.code).group, []).append(tile)
    found = list[Place]()
    for group in plan.groups:
        inside = tuple(of_group.get(group.code, ()))
        if len(inside) > 1:
            found.append(Place(inside, group.code, group.name(language), group.icon))
        elif inside:
            found.append(Place(inside))
    found += [Place((tile,)) for tile in of_group.get("", ())]
    return found if len(found) > 1 else [Place((tile,)) for tile in tiles]
