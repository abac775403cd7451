"""docs/truth.md: every sentence about a state is listed with what must hold and with tests that exist."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

from docs.catalogues import text_of, texts

ROOT = Path(__file__).parents[2]
TRUTH = ROOT / "docs" / "truth.md"
WITHOUT_STATE = Path(__file__).with_name("words_without_state.txt")
HEAD = ["sentence", "said", "holds", "test"]


class Row(NamedTuple):
    """One row of the table: its sentences, what must hold, and the tests that say so."""

    line: int
    sentences: list[str]
    holds: str
    tests: list[str]


@cache
def rows() -> tuple[Row, ...]:
    found = []
    for number, line in enumerate(TRUTH.read_text(encoding="utf-8").splitlines(), 1):
        if not line.startswith("|") or set(line) <= set("|- "):
            continue
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        assert len(cells) == len(HEAD), f"docs/truth.md:{number} has {len(cells)} cells"
        if cells != HEAD:
            found.append(Row(number, cells[0].split("<br>"), cells[2], cells[3].split("<br>")))
    return tuple(found)


@cache
def listed() -> frozenset[str]:
    return frozenset(sentence for row in rows() for sentence in row.sentences)


@cache
def without_state() -> tuple[str, ...]:
    return tuple(WITHOUT_STATE.read_text(encoding="utf-8").splitlines())


@cache
def said() -> frozenset[str]:
    """Return every text that the product can say, as its source has it before it is translated."""
    return frozenset(text_of(one) for one in texts() if one.id)


@cache
def names_in(path: str) -> frozenset[str]:
    file = ROOT / "tests" / path
    assert file.is_file(), f"tests/{path} does not exist"
    source = file.read_text(encoding="utf-8")
    if file.suffix == ".py":
        return frozenset(re.findall(r"^(?:async )?def (test_\w+)\(", source, re.MULTILINE))
    return frozenset(re.findall(r"""^\s*test\(["'`](.+?)["'`],""", source, re.MULTILINE))


def test_every_text_is_listed_as_a_sentence_about_a_state_or_as_one_without() -> None:
    forgotten = sorted(said() - listed() - set(without_state()))
    assert forgotten == [], "a row in docs/truth.md, or a line in tests/web/words_without_state.txt: " + repr(forgotten)


def test_every_listed_sentence_is_one_that_the_product_says() -> None:
    assert sorted(listed() - said()) == []


def test_every_text_without_a_state_is_one_that_the_product_says_and_stands_there_once() -> None:
    texts = without_state()
    assert sorted(set(texts) - said()) == []
    assert list(texts) == sorted(set(texts))
    assert sorted(set(texts) & listed()) == []


def test_every_sentence_stands_in_one_row() -> None:
    sentences = [sentence for row in rows() for sentence in row.sentences]
    assert sorted({sentence for sentence in sentences if sentences.count(sentence) > 1}) == []


def test_every_sentence_says_what_must_hold_and_which_test_says_so() -> None:
    assert [fault for row in rows() for fault in faults_of(row)] == []


def faults_of(row: Row) -> Iterator[str]:
    """Give what is missing of a row."""
    where = f"docs/truth.md:{row.line}"
    if not row.holds:
        yield f"{where} does not say what must hold"
    for test in row.tests:
        path, separator, name = test.partition("::")
        if not separator:
            yield f"{where}: {test!r} names no test"
        elif name not in names_in(path):
            yield f"{where}: tests/{path} has no {name!r}"
