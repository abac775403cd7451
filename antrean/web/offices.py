"""Offices: the offices that one hub serves, and which of them the request at hand is about."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from flask import g

from antrean.access.proofs import Proofs
from antrean.queueing.errors import Refused, Unknown
from antrean.web.http.sample_gate import entered

if TYPE_CHECKING:
    from antrean.web.services import Services

ENTERED = "antrean_office"  # among what Flask keeps for a request


class Offices:
    """The offices of one hub by their codes, in a steady order. `stopped` says whether the hub has ended.

    A request, a socket and a drawing are about one office: `enter` says which. What is said before anybody is known,
    such as the page for signing in, is said in the words of the first office.
    """

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self.proofs = Proofs(monotonic)  # of who has still to say at which office they sign in
        self._by_code: dict[str, Services] = {}
        self._only: Services | None = None
        self.stopped = False

    def add(self, services: Services) -> None:
        """Serve one more office."""
        # Whoever goes through them in this moment, in another thread, goes on with those of before.
        self._by_code = {**self._by_code, services.config.office: services}
        self._only = services if len(self._by_code) == 1 else None

    def __iter__(self) -> Iterator[Services]:
        return iter(self._by_code.values())

    def __len__(self) -> int:
        return len(self._by_code)

    @property
    def first(self) -> Services:
        """The office in whose words the hub speaks to those it does not know yet."""
        return next(iter(self._by_code.values()))

    def get(self, code: str) -> Services | None:
        """Return the office of a code, None where this hub serves none of it."""
        return self._by_code.get(code)

    def enter(self, services: Services) -> None:
        """Make what follows in this request, or in this drawing, be about an office.

        Refuses (`sign_in_required`) a request that began in the sample and comes after its end.
        """
        setattr(g, ENTERED, services)
        entered(services)

    def is_entered(self) -> bool:
        """Whether it is known which office the request at hand is about."""
        return self._only is not None or ENTERED in g

    def enter_code(self, code: str) -> None:
        """Make what follows be about the office of a code that somebody typed or chose.

        Refuses (`office_needed`) to choose between several, and (`office_unknown`) a code that none has.
        """
        if not code and len(self._by_code) > 1:
            raise Refused("office_needed")
        if code and code not in self._by_code:
            raise Unknown("office_unknown")
        if code:
            self.enter(self._by_code[code])

    def names(self) -> dict[str, str]:
        """Return what each office is called, by its code; nothing where there is only one."""
        if self._only is not None:
            return {}
        return {code: one.office.read(lambda _day, plan: plan.name) for code, one in self._by_code.items()}

    def current(self) -> Services:
        """Return the office that was entered; the first one where none was."""
        if self._only is not None:
            return self._only
        found: Services | None = g.get(ENTERED)
        return found if found is not None else self.first

    def unanswered(self) -> int:
        """Return how many requests wait for the journal."""
        return sum(one.writer.unanswered for one in self)

    def stop(self) -> None:
        """End the background tasks, each after what it is doing."""
        self.stopped = True
        for one in self:
            one.stop_own()
        for shared in self.first.shared_parts():
            shared.stop()
