"""The second factor: codes of an authenticator app (TOTP), and recovery codes for when it is lost.

What the app keeps is derived from the hub's key and from a random value in the row, so whoever reads the database or a
copy of it knows no code.
"""

from __future__ import annotations

import hmac
import logging
import secrets
from base64 import b32encode
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from antrean.access.one_time_codes import PASSWORD_CODE, code_id, drawn, in_groups
from antrean.storage.database.errors import DatabaseError, in_a_line
from antrean.storage.factors import AUTHENTICATOR, OF_APP, RECOVERY, Factor
from antrean.storage.settings.rows import Settings

log = logging.getLogger(__name__)
STEP_SECONDS = 30
STEPS_AWAY = 1  # a phone's clock may be so many steps ahead or behind
RECOVERY_CODES = 8
SECRET_BYTES = 20


@dataclass(frozen=True, slots=True)
class Unwritten:
    """What was used while it could not be written: a full disk keeps nobody out, and makes no code good twice."""

    steps: dict[str, int] = field(default_factory=dict)
    recovered: set[str] = field(default_factory=set)


class SecondFactor:
    """The second factors of people, as an office of theirs asks for them; all but `new_salt` and `uri` blocks.

    `key` is the hub's own. `clock` gives the guarded time of the office. `unwritten` is one for all offices of a hub.
    """

    def __init__(
        self, rows: Settings, key: str, clock: Callable[[], datetime], unwritten: Unwritten | None = None
    ) -> None:
        self._rows = rows
        self._key = key
        self._clock = clock
        self._unwritten = unwritten or Unwritten()

    def new_salt(self, name: str) -> str:
        """Return what the secret of a new app of this person is derived from, a random value among it."""
        return f"{self._rows.office}:{name}:{secrets.token_hex(16)}"

    def secret(self, salt: str) -> str:
        """Return the secret that an app keeps, as people type it."""
        said = f"authenticator:{salt}".encode()
        return b32encode(hmac.digest(self._key.encode(), said, "sha256")[:SECRET_BYTES]).decode()

    def uri(self, name: str, salt: str, office: str) -> str:
        """Return what the QR code says that the app reads."""
        import pyotp

        return pyotp.TOTP(self.secret(salt), name=name, issuer=office).provisioning_uri()

    def has(self, name: str) -> bool:
        """Whether this member of staff shows a code after the password."""
        return self._app(name) is not None

    def recovery_left(self, name: str) -> int:
        """Return how many recovery codes are left."""
        return sum(one.kind == RECOVERY for one in self._rows.factors.of(name))

    def fits(self, salt: str, code: str) -> int | None:
        """Return the step of time whose code this is, None when it is none of now."""
        import pyotp

        typed, now = "".join(code.split()), int(self._clock().timestamp()) // STEP_SECONDS
        totp = pyotp.TOTP(self.secret(salt))
        steps = range(now - STEPS_AWAY, now + STEPS_AWAY + 1)
        return (
            next((step for step in steps if hmac.compare_digest(totp.generate_otp(step), typed)), None)
            if (typed.isascii() and typed.isdigit())
            else None
        )

    def set_up(self, name: str, salt: str, step: int) -> list[str]:
        """Ask this member of staff for codes of the app from now on; returns new recovery codes, shown only now.

        `step` is that of the code which proved that the app works: it is not taken again.
        """
        codes = [drawn(PASSWORD_CODE) for _ in range(RECOVERY_CODES)]
        app = Factor(name, AUTHENTICATOR, salt, used=step)
        self._rows.factors.replace(name, OF_APP, [app, *(Factor(name, RECOVERY, "", code_id(code)) for code in codes)])
        self._unwritten.steps.pop(name, None)
        return [in_groups(code) for code in codes]

    def remove(self, name: str) -> bool:
        """Ask for no codes any more; returns whether they were asked for."""
        had = self.has(name)
        self._rows.factors.replace(name, OF_APP, [])
        return had

    def take(self, name: str, code: str) -> str:
        """Use a code up: returns AUTHENTICATOR or RECOVERY, whichever it was, "" when it is wrong or was used."""
        app = self._app(name)
        if app is None:
            return ""
        step = self.fits(app.value, code)
        if step is not None:
            return AUTHENTICATOR if self._take_step(name, step, app.used) else ""
        return RECOVERY if self._take_recovery(name, code_id(code)) else ""

    def _app(self, name: str) -> Factor | None:
        return next((one for one in self._rows.factors.of(name) if one.kind == AUTHENTICATOR), None)

    def _take_step(self, name: str, step: int, used: int) -> bool:
        if step <= max(used, self._unwritten.steps.get(name, 0)):
            return False
        try:
            return self._rows.factors.use_step(name, step)
        except DatabaseError as error:
            log.warning("that a code was used could not be written: %s", in_a_line(error))
            self._unwritten.steps[name] = step
            return True

    def _take_recovery(self, name: str, code: str) -> bool:
        if code in self._unwritten.recovered:
            return False
        try:
            return self._rows.factors.use_recovery(name, code)
        except DatabaseError as error:
            known = any(one.kind == RECOVERY and one.id == code for one in self._rows.factors.of(name))
            if known:
                log.warning("that a recovery code was used could not be written: %s", in_a_line(error))
                self._unwritten.recovered.add(code)
            return known
