"""Cases by their codes, of which there may be tens of thousands: a change copies few of them, and changes nothing."""

from __future__ import annotations

from collections.abc import ItemsView, Iterable, Iterator, Mapping, ValuesView
from typing import TypeVar

Kept = TypeVar("Kept")
MOST_CHANGES = 256  # beside all others; a change copies these, and once so many have come together, all


class KeptByCode(Mapping[str, Kept]):
    """What is kept by codes, in the order in which it came. Nothing changes one: `with_changes` makes another.

    It holds what was known once, and beside it the changes since then: None for what is gone.
    """

    __slots__ = ("_changes", "_once", "_whole")

    def __init__(
        self, once: Mapping[str, Kept] | None = None, changes: Mapping[str, Kept | None] | None = None
    ) -> None:
        self._once = dict(once) if once is not None and not isinstance(once, dict) else (once or {})
        self._changes = changes or {}
        self._whole: dict[str, Kept] | None = None if self._changes else self._once

    def with_changes(self, new: Mapping[str, Kept], gone: Iterable[str] = ()) -> KeptByCode[Kept]:
        """Return this with new ones in place of those with the same codes, and without those that are gone."""
        changes: dict[str, Kept | None] = {**new, **dict.fromkeys(gone)}
        if self._whole is None:
            changes = {**self._changes, **changes}
        made = KeptByCode(self._whole if self._whole is not None else self._once, changes)
        if len(changes) > MOST_CHANGES:
            made.whole()
        return made

    def whole(self) -> dict[str, Kept]:
        """Return all of it, to be read only."""
        if self._whole is None:
            together = {**self._once, **self._changes}
            self._whole = {code: one for code, one in together.items() if one is not None}
        return self._whole

    def __getitem__(self, code: str) -> Kept:
        """Return what is kept by a code. Raises KeyError where there is nothing."""
        if self._whole is not None:
            return self._whole[code]
        one = self._changes[code] if code in self._changes else self._once[code]
        if one is None:
            raise KeyError(code)
        return one

    def __contains__(self, code: object) -> bool:
        """Whether something is kept by a code."""
        if self._whole is None and code in self._changes:
            return self._changes[str(code)] is not None
        return code in (self._once if self._whole is None else self._whole)

    def __iter__(self) -> Iterator[str]:
        """Yield the codes."""
        return iter(self.whole())

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self.whole())

    def items(self) -> ItemsView[str, Kept]:
        """Return the codes, each with what is kept by it."""
        return self.whole().items()

    def values(self) -> ValuesView[Kept]:
        """Return what is kept."""
        return self.whole().values()
