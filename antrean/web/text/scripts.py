"""Names as they stand on a line: scripts that need room beside Latin letters, and words that are not broken."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from markupsafe import Markup, escape

# Balinese and Javanese set letters below letters: nearly twice as high as Latin ones.
TALL = re.compile("[\u1b00-\u1b7f\ua980-\ua9df]+(?:[ \u200c\u200d]+[\u1b00-\u1b7f\ua980-\ua9df]+)*")
# Words that a hyphen or a slash joins, such as KTP-el, J-1001, RT/RW. Longer ones may break, after a slash too.
JOINED = re.compile(r"[^\W_]+(?:[-/][^\W_]+)+")
LONGEST_WHOLE = 12


@lru_cache(maxsize=2000, typed=True)
def named(name: str) -> Markup:
    """Return a name as HTML in which each script has its direction and its height, and no short word is broken.

    What stands beside a name keeps its place, and a line with tall letters is higher than its neighbours. Its text
    stays as it is: it is copied, searched and spoken as it was written. The newest names are kept: each drawing has the
    same ones.
    """
    html = TALL.sub(r'<span class="tall">\g<0></span>', JOINED.sub(_joined, str(escape(name))))
    return Markup(f"<bdi>{html}</bdi>" if any(map(_right_to_left, name)) else html)


def whole(words: str) -> Markup:
    """Return a number of the queue, or another short word, as HTML that no line breaks."""
    return Markup('<span class="whole">{}</span>').format(words)


def _joined(word: re.Match[str]) -> str:
    found = word[0]
    return whole(found) if len(found) <= LONGEST_WHOLE else found.replace("/", "/<wbr>")


def _right_to_left(letter: str) -> bool:
    return unicodedata.bidirectional(letter) in ("R", "AL")
