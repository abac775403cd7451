"""What calling reads of a business day."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from antrean.queueing.calling.waiting_lists import WaitingLists
from antrean.queueing.counters.counter import CounterState
from antrean.queueing.plan.model import Service
from antrean.queueing.services.state import ServiceToday
from antrean.queueing.tickets.ticket import Ticket


class Queue(Protocol):
    """The tickets, counters and services of a business day. Nothing of them is changed by calling."""

    @property
    def tickets(self) -> Mapping[str, Ticket]:
        """All tickets of the day by number."""

    @property
    def waiting(self) -> WaitingLists:
        """The waiting tickets."""

    @property
    def priority_streak(self) -> int:
        """How many priority visitors were called in a row."""

    def counter(self, code: str) -> CounterState:
        """Return the counter's state; a counter that nobody opened is closed."""

    def service_today(self, service: Service) -> ServiceToday:
        """Return how a service stands, whether the plan or somebody today says so."""
