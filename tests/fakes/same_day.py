"""Everything a folded day knows, as plain values that can be compared."""

from __future__ import annotations

from typing import Any

from antrean.queueing.day import ServiceDay


def state_of(day: ServiceDay) -> dict[str, Any]:
    """Return every field of the day but its estimator and what is worked out of it; waiting lists as numbers in their
    order, empty ones left out.
    """
    fields = dict(vars(day))
    del fields["waits"], fields["ahead"]
    fields["waiting"] = day.waiting.numbers()
    fields["tokens"] = {token: ticket.number for token, ticket in day.tokens.items()}
    return fields
