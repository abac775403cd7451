"""Codes that are good once: for a forgotten password, given by an administrator, and for a new screen, shown by it."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from antrean.access.devices import token_hash
from antrean.storage.codes import Code
from antrean.storage.settings.rows import Settings

SIGNS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"  # without those that are read as others
PASSWORD = "password"  # noqa: S105
PASSWORD_CODE = 10  # signs: 49 bits
PASSWORD_CODE_LASTS = timedelta(hours=1)
PAIRING = "pairing"
PAIRING_CODE = 6  # signs: read from a screen and typed within minutes by one who may pair
PAIRING_CODE_LASTS = timedelta(minutes=5)
MOST_SCREENS, MOST_SCREENS_EACH = 50, 5  # that wait to be paired: in all, and from one address


@dataclass(frozen=True, slots=True)
class OneTimeCodes:
    """The codes of an office; everything here blocks. `clock` gives the time by which they last."""

    rows: Settings
    clock: Callable[[], datetime]

    def for_password(self, name: str) -> str:
        """Return a new code with which this member of staff sets a password; an earlier one is good no longer."""
        code, now = drawn(PASSWORD_CODE), self.clock()
        self.rows.codes.add(Code(code_id(code), PASSWORD, name, now + PASSWORD_CODE_LASTS), now)
        return code

    def good_for_password(self, name: str, code: str) -> bool:
        """Whether this code would be taken of this member of staff."""
        return any(
            one.id == code_id(code) and one.subject == name for one in self.rows.codes.all(PASSWORD, self.clock())
        )

    def take_for_password(self, name: str, code: str) -> bool:
        """Use a code up; returns whether it was this member's, and good."""
        return self.rows.codes.take(PASSWORD, code_id(code), self.clock(), name) is not None

    def for_screen(self, token: str, browser: str, address: str) -> str:
        """Return a new code for a screen that holds this token and is to be paired.

        Refuses (TooManyScreens) when too many wait, in all or from this address.
        """
        now = self.clock()
        waiting = self.rows.codes.all(PAIRING, now)
        if len(waiting) >= MOST_SCREENS or sum(one.address == address for one in waiting) >= MOST_SCREENS_EACH:
            raise TooManyScreens
        code = drawn(PAIRING_CODE)
        self.rows.codes.add(
            Code(code_id(code), PAIRING, token_hash(token), now + PAIRING_CODE_LASTS, browser, address), now
        )
        return code

    def screen_with(self, code: str) -> Code | None:
        """Return the screen that shows this code, which is then good no longer; None where there is none."""
        return self.rows.codes.take(PAIRING, code_id(code), self.clock())


class TooManyScreens(Exception):
    """Too many screens wait to be paired."""


def drawn(length: int) -> str:
    """Return a new code."""
    return "".join(secrets.choice(SIGNS) for _ in range(length))


def in_groups(code: str) -> str:
    """Return a code as it is read out: in groups of at most five."""
    size = 5 if len(code) % 5 == 0 else 4 if len(code) % 4 == 0 else 3
    return "-".join(code[at : at + size] for at in range(0, len(code), size))


def code_id(code: str) -> str:
    """Return the hash of a code as people type it: in small or capital letters, with blanks or hyphens or without."""
    plain = "".join(sign for sign in code.upper() if sign.isalnum())
    return hashlib.sha256(plain.encode("utf-8", "replace")).hexdigest()
