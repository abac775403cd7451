"""How many examples a property is tried on: as many as it says, and fewer in the fast lane."""

from __future__ import annotations

from hypothesis import settings

FAST_EXAMPLES = 10


def examples(most: int) -> settings:
    """Return the settings of a property that is tried on so many examples, and in the fast lane on a few of them."""
    fast = settings.get_current_profile_name() == "fast"
    return settings(max_examples=min(most, FAST_EXAMPLES) if fast else most)
