"""Passwords: how they are hashed and checked. Only their hashes are kept."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from antrean.access.weak_passwords import refuse_weak

# The salt and the hash of a password that nobody has.
_UNUSED = "c29tZXNhbHRzb21lc2FsdA$u3YYlmH2QKQxqMdrU4l2x4xUoAkS5cjd9kVBpgdO9Uo"
_COST = "$argon2id$v=19$m=65536,t=2,p=1$"


class Passwords:
    """Hashes and checks passwords; each takes some 100 ms and 64 MB.

    `verify` checks a password against a hash somewhere else, such as in another process; without it the check is done
    here.
    """

    def __init__(self, verify: Callable[[str, str], bool] | None = None, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher(time_cost=2, memory_cost=65536, parallelism=1)
        self._verify = verify or self._verify_here

    def hash(self, password: str, name: str = "") -> str:
        """Return the hash of the new password of somebody of this name. Refuses a weak one (`refuse_weak`)."""
        refuse_weak(password, name)
        return self.hashed(password)

    def hashed(self, secret: str) -> str:
        """Return the hash of a secret that has been looked at already, such as a PIN."""
        return self._hasher.hash(secret)

    def verify(self, hashed: str, password: str) -> bool:
        """Return whether a password has this hash."""
        return self._verify(hashed, password)

    def _verify_here(self, hashed: str, password: str) -> bool:
        try:
            return self._hasher.verify(hashed, password)
        except (Argon2Error, InvalidHashError):
            return False


def unused_hash(hashes: Iterable[str]) -> str:
    """Return a hash that no password has, and that takes as long to check as the first of these hashes.

    A sign-in with an unknown name is checked against it, so that it takes as long as one with a known name.
    """
    cost = next((found[0] for one in hashes if (found := re.match(r"\$argon2id\$v=\d+\$[^$]+\$", one))), "")
    return (cost or _COST) + _UNUSED
