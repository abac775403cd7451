"""docs/events.md says what the events say."""

from __future__ import annotations

from antrean.queueing.events import KINDS
from docs.write_events import PAGE, page


def test_the_page_of_events_is_what_the_events_say() -> None:
    said = PAGE.read_text(encoding="utf-8")
    assert said == page(), "python -m docs.write_events writes it anew"
    for event in KINDS:
        assert all(f"`{kind}`" in said for kind in KINDS.of(event))
