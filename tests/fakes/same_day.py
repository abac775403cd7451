"""Everything a folded day knows, as plain values that can be compared."""

from __future__ import annotations

from typing import Any

from antrean.queueing.day import ServiceDay


def state_of(day: ServiceDay) -> dict[str, Any]:
    """Return every field of the day but its estimator and what is worked out of it; lanes as numbers in their order,
    empty lanes left out.
    """
    fields = dict(vars(day))
    del fields["waits"], fields["ahead"]
    lanes = fields.pop("waiting")
    fields["waiting"] = {
        lane: [ticket.number for ticket in tickets]
        for lane, tickets in vars(lanes)["_lanes"].items()
        if tickets
    }  # fmt: skip
    fields["tokens"] = {token: ticket.number for token, ticket in day.tokens.items()}
    return fields
