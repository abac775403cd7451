"""The answers that requests of a day got, by the id of the request."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice

from antrean.queueing.state_fields import kept, restored
from antrean.queueing.ticket import Answer

BLOCK = 256  # answers; one block is read within a millisecond
_json = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False).encode


@dataclass(frozen=True, slots=True)
class KeptAnswers:
    """Answers as text: the place of each request's answer, and blocks of answers, a line of JSON each, compressed."""

    places: Mapping[str, int] = field(default_factory=dict)
    blocks: Sequence[bytes] = ()

    @classmethod
    def of(cls, requests: Sequence[str], blocks: Sequence[bytes]) -> KeptAnswers:
        """Return the answers of these requests, which stand in the blocks in their order."""
        return cls({request_id: place for place, request_id in enumerate(requests)}, blocks)

    def get(self, request_id: str) -> Answer | None:
        """Return the answer of a request, None when it is not here."""
        place = self.places.get(request_id)
        if place is None:
            return None
        line = _lines(self.blocks[place // BLOCK])[place % BLOCK]
        answer: Answer = restored(json.loads(line), Answer)
        return answer


class Answers:
    """One answer for each request. Those that were kept stay compressed text, as hardly any is asked for again."""

    def __init__(self, kept_answers: KeptAnswers | None = None) -> None:
        self._kept = kept_answers or KeptAnswers()
        self._told: dict[str, Answer] = {}

    def get(self, request_id: str) -> Answer | None:
        """Return the answer of a request, None when it has none yet."""
        return self._told.get(request_id) or self._kept.get(request_id)

    def __getitem__(self, request_id: str) -> Answer:
        found = self.get(request_id)
        if found is None:
            raise KeyError(request_id)
        return found

    def __setitem__(self, request_id: str, answer: Answer) -> None:
        self._told[request_id] = answer

    def __contains__(self, request_id: str) -> bool:
        return request_id in self._told or request_id in self._kept.places

    def __iter__(self) -> Iterator[str]:
        yield from self._kept.places
        yield from self._told

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Answers):
            return NotImplemented
        if self._kept is other._kept:
            return self._told == other._told
        return list(self) == list(other) and all(self[request_id] == other[request_id] for request_id in self)

    __hash__ = None  # type: ignore[assignment]

    def twin(self) -> Answers:
        """Return a copy that later answers leave alone."""
        copy = Answers(self._kept)
        copy._told = dict(self._told)
        return copy

    def keep(self) -> KeptAnswers:
        """Return all of them as text; what was kept before is not read, but for its last block."""
        whole = len(self._kept.places) // BLOCK
        rest = [line for block in self._kept.blocks[whole:] for line in _lines(block)]
        lines = iter([*rest, *(_json(kept(answer)).encode() for answer in self._told.values())])
        blocks = list(self._kept.blocks[:whole])
        while block := list(islice(lines, BLOCK)):
            blocks.append(zlib.compress(b"\n".join(block), 1))
        return KeptAnswers.of(list(self), blocks)


def _lines(block: bytes) -> list[bytes]:
    return zlib.decompress(block).split(b"\n")
