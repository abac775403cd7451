"""What can happen to what services need. All of it ends with the business day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from antrean.queueing.journal.kinds import Event, event


@event("outage.begun")
@dataclass(frozen=True, slots=True)
class OutageBegun(Event):
    """What services need has failed: they call nobody for now, and who waits keeps the place.

    `need` is its code, `names` what it is called and `words` what visitors are told, by language. `services` are the
    codes of those that need it, with a space between. `until` is the time of the office's clock at which it is expected
    back, such as 10:30; "" when nobody can say. With `numbers`, kiosks go on giving numbers and warn before.
    """

    need: str
    services: str
    names: Mapping[str, str] = field(default_factory=dict)
    words: Mapping[str, str] = field(default_factory=dict)
    until: str = ""
    numbers: bool = True


@event("outage.told")
@dataclass(frozen=True, slots=True)
class OutageTold(Event):
    """Of an outage that lasts, another expected end was told, or that kiosks give numbers or stop."""

    need: str
    until: str = ""
    numbers: bool = True


@event("outage.ended")
@dataclass(frozen=True, slots=True)
class OutageEnded(Event):
    """What services need is back, or the day ended.

    It was away for so many `minutes`. `waited` counts the numbers that waited for its services when it began or were
    given meanwhile, and `left` the numbers of these services that were given back meanwhile.
    """

    need: str
    minutes: int = 0
    waited: int = 0
    left: int = 0
