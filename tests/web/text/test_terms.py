"""One thing has one word: what the product calls a service day and a visit, in each language."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

TERMS = {
    "id": {r"(service|business) days?\b": "hari layanan", r"\bvisits\b": "kunjungan"},
    "su": {r"(service|business) days?\b": "dinten layanan", r"\bvisits\b": "kunjungan"},
}


@pytest.mark.parametrize(
    ("language", "english", "term"), [(code, *pair) for code, terms in TERMS.items() for pair in terms.items()]
)
def test_a_term_is_translated_alike_everywhere(language: str, english: str, term: str) -> None:
    with Path(f"antrean/web/translations/{language}/LC_MESSAGES/messages.po").open("rb") as file:
        messages = list(read_po(file, locale=language))
    others = []
    for one in messages:
        asked = one.id if isinstance(one.id, tuple) else (one.id,)
        given = map(str, one.string if isinstance(one.string, tuple) else (one.string,))
        if re.search(english, " ".join(map(str, asked)), re.IGNORECASE):
            others += [words for words in given if term not in words.lower()]
    assert others == []
