"""What a supervisor must look after about backups, in sentences; on their page and on *Today*."""

from __future__ import annotations

from datetime import datetime

from flask_babel import gettext

from admin import frame
from antrean.hub.watches.backups import BackupWatch
from antrean.queueing.errors import N_
from antrean.web.text import times

_WRONG = {
    "no_room": N_("No backup could be made: the disk is nearly full."),
    "unreadable": N_("A backup could not be read back, and was kept aside: %(why)s"),
    "failed": N_("The last backup could not be made: %(why)s"),
}
_SECOND = {
    "away": N_("The second place %(place)s is not there. Is the stick in its place?"),
    "place_full": N_("The second place %(place)s is full."),
    "place_failing": N_("The second place %(place)s does not give back what was written. The stick may be failing."),
    "failed": N_("Nothing could be written to the second place: %(why)s"),
}


def alarms(watch: BackupWatch) -> list[str]:
    """Return the sentences for a supervisor; none when all is well."""
    said = []
    if watch.is_too_old():
        newest = watch.stock.newest(watch.office.clock())
        said.append(
            gettext("There is no backup yet.")
            if newest is None
            else gettext("The newest backup is of %(when)s.", when=_when(newest.at))
        )
    if watch.wrong:
        said.append(gettext(_WRONG.get(watch.code, _WRONG["failed"]), why=watch.wrong))
    state = "away" if watch.stock.second_state == "away" else watch.second
    if watch.places.second and state not in ("none", "ok"):
        sentence = _SECOND.get(state, _SECOND["failed"])
        said.append(gettext(sentence, place=watch.places.second, why=watch.second_wrong))
    return said


def _when(at: datetime) -> str:
    plan = frame.plan()
    return times.long_time(at, plan.tz, plan.languages[0])
