"""Permissions: which roles may open which pages and join which socket namespaces."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from antrean.access.identity import Roles


@dataclass(frozen=True, slots=True)
class Permissions:
    """The permissions of one blueprint.

    `pages`: endpoint, without the blueprint's name, -> the roles that may ask for it. `namespace`: the roles that may
    join the socket namespace of the same name; None where there is no such namespace. `while_locked`: the endpoints
    that a locked session may ask for; where there are any, it may join the namespace too.
    """

    pages: Mapping[str, Roles]
    namespace: Roles | None = None
    while_locked: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class PermissionTable:
    """The permissions of the whole product.

    `pages`: full endpoint -> roles. An endpoint that is missing is refused to everyone. `namespaces`: namespace, with
    its slash, -> roles. `while_locked`: the endpoints and namespaces that a locked session reaches; all others are
    refused to it.
    """

    pages: Mapping[str, Roles]
    namespaces: Mapping[str, Roles]
    while_locked: frozenset[str] = frozenset()


def merge(own: Mapping[str, Roles], blueprints: Mapping[str, Permissions]) -> PermissionTable:
    """Return the table of all blueprints; `own` are the endpoints that belong to none.

    Refuses (ValueError) an endpoint that is named twice.
    """
    pages = dict(own)
    for name, permissions in blueprints.items():
        for endpoint, roles in permissions.pages.items():
            if (full := f"{name}.{endpoint}") in pages:
                raise ValueError(f"{full} has permissions twice")
            pages[full] = roles
    namespaces = {f"/{name}": one.namespace for name, one in blueprints.items() if one.namespace is not None}
    seen = {f"{name}.{page}" for name, one in blueprints.items() for page in one.while_locked}
    seen |= {f"/{name}" for name, one in blueprints.items() if one.while_locked and one.namespace is not None}
    return PermissionTable(pages, namespaces, frozenset(seen))
