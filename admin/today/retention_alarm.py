"""The sentence that days which are too old stay in the journal; on *Today*."""

from __future__ import annotations

from flask_babel import gettext

from antrean.hub.watches.retention import DAMAGED
from antrean.queueing.errors import N_

_STAY = {
    "damaged": N_(
        "Old days can't leave the records: these are damaged. Follow “The database is damaged” in the manual."
    ),
    "not_backed_up": N_("Old days can't leave the records: no backup that can be read holds them."),
    "failed": N_("Old days could not be removed from the records. Ask whoever looks after the hub: its log says why."),
}


def retention_alarm(code: str) -> str:
    """Return the sentence for `Retention.alarm`; empty for none."""
    if not code:
        return ""
    sentence = _STAY["damaged"] if code in DAMAGED else _STAY.get(code, _STAY["failed"])
    return gettext(sentence)
