"""What a drawn fragment says, as text."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from typing import Any


def text_of(drawn: str) -> str:
    """Return the words of a piece of HTML, without its marks, drawings and hidden parts, single blanks between."""
    drawn = re.sub('<span class="(?:whole|tall)">(.*?)</span>', r"\1", drawn)  # within a word
    shown = re.sub(r"<svg.*?</svg>|<script.*?</script>|<style.*?</style>", " ", drawn, flags=re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", shown)).split())


def attribute(drawn: str, name: str) -> list[str]:
    """Return the values of an attribute, in the order of the page."""
    return [html.unescape(value) for value in re.findall(rf'\b{name}="([^"]*)"', drawn)]


def texts(view: Mapping[str, Any]) -> dict[str, str]:
    """Return what each fragment of a view says."""
    return {name: text_of(drawn) for name, drawn in view["html"].items()}
