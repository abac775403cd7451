"""What the views of screens say: the fields that all have, and types for those that many have."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, TypedDict

from antrean.web.operations.results import Says, Seq

# A view as a screen renders it. Its fields are described by a `TypedDict` that stands as what its `render` returns.
View = Mapping[str, Any]
Html = Annotated[Mapping[str, str], Says("drawn fragments by name, as the page holds them")]


class Stamped(TypedDict):
    """What the hub adds to every view."""

    seq: Seq
    at: Annotated[int, Says("the hub's clock, epoch milliseconds")]
    utc_offset: Annotated[int, Says("minutes between the office's zone and UTC")]
    build: Annotated[str, Says("changes with every release; a screen that sees a new one loads itself anew")]
