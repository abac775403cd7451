"""Who signed in, failed to, was paired or changed.

A line of this kind belongs to no ticket, decides nothing and redraws no screen.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from antrean.queueing.journal.kinds import Event, event

# What can be noted. Whoever tried in vain is counted: one line for all who tried in one minute.
SIGN_IN, SIGN_OUT = "sign_in", "sign_out"
SIGN_IN_FAILED, SIGN_IN_SLOWED = "failed_sign_in", "slowed_sign_in"
SESSIONS_ENDED, PASSWORD_CHANGED, CODE_GIVEN = "sessions_ended", "password_changed", "code_given"
STAFF_ADDED, STAFF_CHANGED, STAFF_REMOVED = "staff_added", "staff_changed", "staff_removed"
STAFF_INVITED, INVITATION_ENDED = "staff_invited", "invitation_ended"  # of somebody who works in another office
COUNTER_LEFT = "counter_left"  # by somebody who may not work at one any more
DEVICE_PAIRED, BROWSER_PAIRED, DEVICE_REVOKED = "device_paired", "browser_paired", "device_revoked"
PIN_SET, PIN_REMOVED, PIN_BLOCKED = "pin_set", "pin_removed", "blocked_pin"
SECOND_SET, SECOND_REMOVED, RECOVERY_USED = "second_factor_set", "second_factor_removed", "recovery_code_used"
DEVICE_CHANGED = "device_changed"
BACKUPS_LED = "backups_led"  # to another second place: backups hold the keys of the office
PAIRING_FAILED, PAIRING_SLOWED = "failed_pairing", "slowed_pairing"
PIN_FAILED, SECOND_FAILED = "failed_pin", "failed_second_factor"
OTHERS = "others"  # more than fit into a minute's lines: counted here, whatever they were
FAILURES = (SIGN_IN_FAILED, SIGN_IN_SLOWED, PAIRING_FAILED, PAIRING_SLOWED, PIN_FAILED, SECOND_FAILED)


@event("security.noted", formerly="SecurityNoted")
@dataclass(frozen=True, slots=True)
class SecurityNoted(Event):
    """Something happened to who may do what: `what` is one of the words above.

    `person` is the name of a member of staff there was then, never what somebody typed: "" for any other name. `role`
    and `device_kind` say what became of them. `device` is its name; for `backups_led` it is the folder, "" for none.
    `count` is how often it happened. `address` names rows of the table of addresses, which keeps them for 90 days; ""
    when there is none.
    """

    changes_settings: ClassVar[bool] = True
    bears_witness: ClassVar[bool] = False  # people sign in also while nobody knows the day, to tell the hub
    what: str
    person: str = ""
    role: str = ""
    device: str = ""
    device_kind: str = ""
    count: int = 1
    address: str = ""
