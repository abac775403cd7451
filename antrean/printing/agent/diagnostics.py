"""Questions of the set-up pages that only the machine can answer on which the printer hangs."""

from __future__ import annotations

from typing import Any

from antrean.printing.agent.discovery import find_printers, identify
from antrean.printing.transport.address import AddressError, address_from_data, parse_address
from antrean.printing.transport.allowed import Allowed
from printer_profiles import ProfileError

MOST_FOUND = 20


def answer(question: dict[str, Any], allowed: Allowed) -> dict[str, Any]:
    """The answer to one question: `find` lists the printers of this machine, `identify` asks the one at `address`.

    What this machine does not allow is neither listed nor asked. An address that cannot be understood is answered with
    `error`, as is a question this version does not know.
    """
    if question.get("what") == "find":
        found = find_printers(allowed)[:MOST_FOUND]
        # The hub refuses an answer whole for one name that is longer, and a device may say of itself what it likes.
        return {"found": [{"address": c.address, "words": c.words[:200], "profile": c.profile_id} for c in found]}
    if question.get("what") == "identify":
        try:
            parts = question.get("parts")
            # A hub of an earlier release says it as text only.
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
