"""Answers set-up questions that only the print agent's machine can answer."""

from __future__ import annotations

from typing import Any

from antrean.printing.agent.discovery import Candidate, find_printers, identify
from antrean.printing.transport.address import AddressError, address_from_data, parse_address
from antrean.printing.transport.allowed import Allowed
from printer_profiles import ProfileError

MOST_FOUND = 20
ASKED = ("usblp", "usb")  # a serial line of unknown speed tells nothing, a print queue never
MOST_ASKED = 4  # of those found, who they are: a silent one takes seconds, and somebody waits


def answer(question: dict[str, Any], allowed: Allowed) -> dict[str, Any]:
    """Return the answer to one question: `find` lists this machine's printers, `identify` asks the one at `address`.

    A printer that this machine does not allow is neither listed nor asked. For an address that cannot be read, and for
    a question that this version does not know, the answer is an `error`.
    """
    if question.get("what") == "find":
        found = find_printers(allowed)[:MOST_FOUND]
        return {"found": [_found(one, allowed, asked=place < MOST_ASKED) for place, one in enumerate(found)]}
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


def _found(one: Candidate, allowed: Allowed, asked: bool) -> dict[str, Any]:
    """Return a printer that was found, and with `asked` what it says of itself: its model, and how it is."""
    # The hub refuses the whole answer when one name is longer, and a device may report any name.
    said = {"address": one.address, "words": one.words[:200], "profile": one.profile_id}
    address = parse_address(one.address)
    if not asked or address.kind not in ASKED:
        return said
    try:
        known = identify(address, allowed)
    except (AddressError, ProfileError):
        return said
    guess = known.profile_id if known.model else one.profile_id
    return {**said, "profile": guess, "model": known.model[:80], "state": known.state.state}
