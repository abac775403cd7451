"""What people may write into a note: never a national identity number."""

from __future__ import annotations

import re

from queueing.errors import Invalid

# 16 digits with up to three signs that are no letters between them, in any script's digits.
_IDENTITY_NUMBER = re.compile(r"(?:\d[\W_]{0,3}){16}")


def check_note(note: str) -> None:
    """Refuse a note that holds an identity number: it must never reach the journal, however it is grouped."""
    if _IDENTITY_NUMBER.search(note):
        raise Invalid("note_has_id_number")
