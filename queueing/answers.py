"""The answers that requests of a day got, by the id of the request."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from queueing.state_fields import kept, restored
from queueing.ticket import Answer


class Answers:
    """One answer for each request. Those that were kept stay JSON text, as hardly any is asked for again."""

    def __init__(self, texts: Mapping[str, bytes] | None = None) -> None:
        self._texts = texts or {}
        self._told: dict[str, Answer] = {}

    def get(self, request_id: str) -> Answer | None:
        """Return the answer of a request, None when it has none yet."""
        told = self._told.get(request_id)
        if told is None and request_id in self._texts:
            told = restored(json.loads(self._texts[request_id]), Answer)
        return told

    def __getitem__(self, request_id: str) -> Answer:
        found = self.get(request_id)
        if found is None:
            raise KeyError(request_id)
        return found

    def __setitem__(self, request_id: str, answer: Answer) -> None:
        self._told[request_id] = answer

    def __contains__(self, request_id: str) -> bool:
        return request_id in self._told or request_id in self._texts

    def __iter__(self) -> Iterator[str]:
        return iter({**self._texts, **self._told})

    def __reversed__(self) -> Iterator[str]:
        """Yield the requests, the one answered last first."""
        yield from reversed(self._told)
        yield from (known for known in reversed([*self._texts]) if known not in self._told)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Answers):
            return NotImplemented
        if self._texts is other._texts:
            return self._told == other._told
        return list(self) == list(other) and all(self[request_id] == other[request_id] for request_id in self)

    __hash__ = None  # type: ignore[assignment]

    def twin(self) -> Answers:
        """Return a copy that later answers leave alone."""
        copy = Answers()
        copy._texts, copy._told = self._texts, dict(self._told)
        return copy

    def texts(self) -> Iterator[tuple[str, bytes]]:
        """Yield each request with its answer as one line of JSON."""
        for request_id, text in self._texts.items():
            if request_id not in self._told:
                yield request_id, text
        for request_id, answer in self._told.items():
            yield request_id, json.dumps(kept(answer), separators=(",", ":")).encode()
