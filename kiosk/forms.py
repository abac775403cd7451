"""HTML with slots: rendered once for all that differs only in its figures, then filled in."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from markupsafe import Markup


@dataclass(frozen=True, slots=True)
class Form:
    """A rendered fragment: pieces of fixed text, with a slot between any two."""

    texts: tuple[str, ...]
    slots: tuple[str, ...]

    @classmethod
    def rendered(cls, names: Iterable[str], render: Callable[[Mapping[str, Markup]], str]) -> Form:
        """Return the form of what `render` makes of the slots of these names; each may stand anywhere, or nowhere."""
        mark = secrets.token_hex(16)  # nobody can have written it into a name
        html = render({name: Markup(f"{mark}-{name}-") for name in names})
        first, *rest = re.split(f"{mark}-([a-z]+)-", html)
        return cls((first, *rest[1::2]), tuple(rest[::2]))

    def filled(self, figures: Mapping[str, str]) -> Markup:
        """Return the fragment with these figures, which are HTML, in its slots."""
        pieces = [self.texts[0]]
        for slot, text in zip(self.slots, self.texts[1:], strict=True):
            pieces += (figures[slot], text)
        return Markup("".join(pieces))
