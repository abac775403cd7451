"""What displays say of a call."""

from __future__ import annotations

from dataclasses import dataclass

from antrean.queueing.journal.kinds import Event, event


@event("call.announced", formerly="CallAnnounced")
@dataclass(frozen=True, slots=True)
class CallAnnounced(Event):
    """A display's word on the call with this journal seq: it is drawn; `sound` says what was heard of it.

    A display says so twice: as soon as the call is drawn, with an empty `sound`, and once it has been heard, or could
    not be. Older versions said both in one line, when the sound had ended. `beside`: it is the small screen of the
    counter, which the waiting room may not see.
    """

    call: int
    display: str = ""
    sound: str = ""
    beside: bool = False
