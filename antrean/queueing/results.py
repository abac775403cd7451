"""The results that the requests of a day got, by the id of the request."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice

from antrean.queueing.events import TicketIssued
from antrean.queueing.keeping.state_fields import kept, restored
from antrean.queueing.tickets.ticket import Ticket

BLOCK = 256  # results; one block is read within a millisecond
_json = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False).encode


@dataclass(frozen=True, slots=True)
class CommandResult:
    """What a command led to: the journal seq it ended at and the ticket as it was then.

    `event_kind` is that of its last event, or the name of a command that led to none; `actor` is who gave it.
    """

    seq: int
    at: datetime
    event_kind: str
    ticket: Ticket | None = None
    facts: Mapping[str, object] = field(default_factory=dict)
    actor: str = ""

    def is_for(self, actor: str) -> bool:
        """Whether this actor may get it again: only the one who gave the command."""
        if actor == self.actor:
            return True
        # Lines of earlier releases call a kiosk by its name, which others may have; the ticket knows which one it was.
        issued = self.ticket if self.event_kind == TicketIssued.kind else None
        return issued is not None and actor == f"kiosk:{issued.device}"


@dataclass(frozen=True, slots=True)
class KeptResults:
    """Results as text: the place of each request's result, and blocks of results, a line of JSON each, compressed."""

    places: Mapping[str, int] = field(default_factory=dict)
    blocks: Sequence[bytes] = ()

    @classmethod
    def of(cls, requests: Sequence[str], blocks: Sequence[bytes]) -> KeptResults:
        """Return the results of these requests, which stand in the blocks in their order."""
        return cls({request_id: place for place, request_id in enumerate(requests)}, blocks)

    def get(self, request_id: str) -> CommandResult | None:
        """Return the result of a request, None when it is not here."""
        place = self.places.get(request_id)
        if place is None:
            return None
        line = _lines(self.blocks[place // BLOCK])[place % BLOCK]
        result: CommandResult = restored(json.loads(line), CommandResult)
        return result


class CommandResults:
    """One result for each request. Those that were kept stay compressed text, as hardly any is asked for again."""

    def __init__(self, kept_results: KeptResults | None = None) -> None:
        self._kept = kept_results or KeptResults()
        self._new: dict[str, CommandResult] = {}

    def get(self, request_id: str) -> CommandResult | None:
        """Return the result of a request, None when it has none yet."""
        return self._new.get(request_id) or self._kept.get(request_id)

    def __getitem__(self, request_id: str) -> CommandResult:
        found = self.get(request_id)
        if found is None:
            raise KeyError(request_id)
        return found

    def __setitem__(self, request_id: str, result: CommandResult) -> None:
        self._new[request_id] = result

    def __contains__(self, request_id: str) -> bool:
        return request_id in self._new or request_id in self._kept.places

    def __iter__(self) -> Iterator[str]:
        yield from self._kept.places
        yield from self._new

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, CommandResults):
            return NotImplemented
        if self._kept is other._kept:
            return self._new == other._new
        return list(self) == list(other) and all(self[request_id] == other[request_id] for request_id in self)

    __hash__ = None  # type: ignore[assignment]

    def twin(self) -> CommandResults:
        """Return a copy that later results leave alone."""
        copy = CommandResults(self._kept)
        copy._new = dict(self._new)
        return copy

    def keep(self) -> KeptResults:
        """Return all of them as text; what was kept before is not read, but for its last block."""
        whole = len(self._kept.places) // BLOCK
        rest = [line for block in self._kept.blocks[whole:] for line in _lines(block)]
        lines = iter([*rest, *(_json(kept(result)).encode() for result in self._new.values())])
        blocks = list(self._kept.blocks[:whole])
        while block := list(islice(lines, BLOCK)):
            blocks.append(zlib.compress(b"\n".join(block), 1))
        return KeptResults.of(list(self), blocks)


def _lines(block: bytes) -> list[bytes]:
    return zlib.decompress(block).split(b"\n")
