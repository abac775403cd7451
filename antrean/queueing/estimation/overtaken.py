"""Who comes later and goes before: for how long that can happen to somebody who waits."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Overtaken:
    """How long visitors with priority may come after somebody and still be called before.

    They do when they come within so many minutes of the other's arrival, and within this `share` of the whole wait;
    the other has `waited` so many minutes already. Nobody does where `within` is 0.
    """

    within: float
    share: float = 1.0
    waited: float = 0.0

    def minutes(self, left: float) -> float:
        """Return in how many of the coming minutes such visitors count, when so many minutes of the wait are left."""
        return max(min(self.within, self.share * (self.waited + left)) - self.waited, 0.0)

    def after(self, minutes: float) -> Overtaken:
        """Return the same for somebody who has waited so much longer."""
        return Overtaken(self.within, self.share, self.waited + minutes) if self.within else self


NEVER = Overtaken(0.0)
