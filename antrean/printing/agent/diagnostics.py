"""Answers set-up questions that only the print agent's machine can answer."""

from __future__ import annotations

from typing import Any

from antrean.printing.agent.discovery import find_printers, identify
from antrean.printing.transport.address import AddressError, address_from_data, parse_address
from antrean.printing.transport.allowed import Allowed
from printer_profiles import ProfileError

MOST_FOUND = 20


def answer(question: dict[str, Any], allowed: Allowed) -> dict[str, Any]:
    """Return the answer to one question: `find` lists this machine's printers, `identify` asks the one at `address`.

    A printer that this machine does not allow is neither listed nor asked. For an address that cannot be read, and for
    a question that this version does not know, the answer is an `error`.
    """
    if question.get("what") == "find":
        found = find_printers(allowed)[:MOST_FOUND]
        # The hub refuses the whole answer when one name is longer, and a device may report any name.
        return {"found": [{"address": c.address, "words": c.words[:200], "profile": c.profile_id} for c in found]}
    if question.get("what") == "identify":
        try:
            parts = question.get("parts")
            # A hub of an earlier release sends the address as text only.
            address = parse_address(str(question.get("address", ""))) if parts is None else address_from_data(parts)
            said = identify(address, allowed)
        except (AddressError, ProfileError) as error:
            return {"error": str(error)[:200]}
        return {
            "model": said.model[:80],
            "state": said.state.state,
            "detail": said.state.detail[:200],
            "profile": said.profile_id,
        }
    return {"error": "unknown question"}
