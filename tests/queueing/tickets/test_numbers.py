"""Whatever digits an office gives its numbers, and however often it changes them: each is one of its day, and found."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from antrean.printing.escpos.parser import tokens_of
from antrean.printing.slip.compose import compose
from antrean.printing.slip.content import SlipLayout
from antrean.queueing.commands import ChangePlan, CloseDay, OpenDay
from antrean.queueing.journal.entry import JournalEntry
from antrean.queueing.office import Office
from antrean.queueing.plan.document import from_document, plan_of, problems, to_document
from antrean.queueing.plan.model import DIGITS, OfficePlan, Service
from antrean.queueing.tickets.links import TicketLinks
from antrean.queueing.tickets.numbers import is_number, meant, parts, sample_number, written
from antrean.queueing.tickets.ticket import Ticket
from antrean.voice.languages import LANGUAGES
from antrean.voice.reading import phrases
from antrean.voice.sentences import DIGITS as SIGN_BY_SIGN
from antrean.voice.sentences import WORDS, call, text
from counter_panel.search import find
from printer_profiles import load_all
from tests.conftest import ListJournal, SetClock, small_plan
from tests.examples import examples
from tests.printing.samples import SAMPLE
from tests.queueing.wishes import issue

LINKS = TicketLinks("key", "test")
SERIES = {"card": "A", "family": "B", "birth": "A1", "child": "CARD", "complaint": "2"}
GAPS = ("-", "", " ", " - ", ".", "\N{EN DASH}", "\N{NON-BREAKING HYPHEN}")

steps = st.lists(
    st.one_of(
        st.tuples(st.just("digits"), st.sampled_from(DIGITS)),
        st.tuples(st.sampled_from(sorted(SERIES)), st.integers(1, 12)),
    ),
    min_size=2,
    max_size=12,
)
numbers = st.builds(written, st.sampled_from(sorted(SERIES.values())), st.integers(1, 99_999), st.sampled_from(DIGITS))


class Counting:
    """An office that gives numbers and changes their digits."""

    def __init__(self) -> None:
        named = (Service(code, series, {"id": code}, promised_wait=0) for code, series in SERIES.items())
        self.plan = small_plan(services=tuple(named), counters=(), printers={})
        self.journal, self.clock = ListJournal(), SetClock()
        self.office = Office(self.journal, lambda: self.plan, self.clock)
        self.given: list[Ticket] = []

    def digits(self, digits: int) -> None:
        self.plan = replace(self.plan, number_digits=digits)
        self.office.execute(ChangePlan(what="rules"))

    def take(self, service: str, several: int) -> None:
        self.given += [issue(self.office, service) for _ in range(several)]


@examples(60)
@given(steps)
def test_no_two_numbers_of_a_day_read_alike_and_each_is_found_as_people_type_it(wishes: list[tuple[str, int]]) -> None:
    counting = Counting()
    for name, figure in wishes:
        counting.digits(figure) if name == "digits" else counting.take(name, figure)
    given = [ticket.number for ticket in counting.given]
    assert len(set(map(parts, given))) == len(given)
    assert all(map(is_number, given))
    day = counting.office.read(lambda day, _plan: day)
    for ticket in counting.given:
        series, count = parts(ticket.number)
        for gap in GAPS:
            for zeros in range(4):
                typed = f" {series.lower()}{gap}{'0' * zeros}{count} "
                assert ticket.number in meant(typed)
                found = find(day, counting.plan, typed, most=len(given))
                assert ticket.number in [one.number for one in found], typed
        parted = [number for number in meant(f"{series}-{count}") if number in day.tickets]
        assert parted == [ticket.number]  # with a dash a typed number means one of today
        assert LINKS.ticket(day, LINKS.of(ticket)).number == ticket.number  # type: ignore[union-attr]
    again = Office(counting.journal, lambda: counting.plan, counting.clock)
    assert again.read(lambda day, _plan: list(day.tickets)) == given  # the journal says each as it was printed


def test_a_change_holds_from_the_next_number_and_leaves_those_that_were_given() -> None:
    counting = Counting()
    for digits in (3, 2, 4, 2):
        counting.digits(digits)
        counting.take("card", 1)
    assert [ticket.number for ticket in counting.given] == ["A-001", "A-02", "A-0003", "A-04"]
    counting.office.execute(CloseDay())
    counting.clock.now += timedelta(days=1)
    counting.office.execute(OpenDay())
    counting.take("card", 1)
    assert counting.given[-1].number == "A-01"


@pytest.mark.parametrize("digits", DIGITS)
def test_a_series_that_goes_on_gets_longer_numbers_by_itself(digits: int) -> None:
    last = 10**digits - 1
    assert [written("A", count, digits) for count in (1, last, last + 1)] == [
        f"A-{'0' * (digits - 1)}1", f"A-{last}", f"A-{last + 1}",
    ]  # fmt: skip


def test_a_typed_number_means_what_a_slip_may_say() -> None:
    assert meant(" a 12 ") == ("A 12", "A-12", "A-012", "A-0012")
    assert sorted(meant("A-0012")) == sorted(meant("a-12")) == ["A-0012", "A-012", "A-12"]
    assert set(meant("a112")) >= {"A-112", "A1-12", "A11-02"}
    assert meant("  ") == ("",)
    assert meant("Akta") == ("AKTA",)
    assert not [number for number in meant("A-1234567") if is_number(number)]


@examples(200)
@given(numbers, st.sampled_from(sorted(LANGUAGES)), st.sampled_from([SIGN_BY_SIGN, WORDS]))
def test_the_voice_says_every_number_with_its_own_words(number: str, code: str, mode: str) -> None:
    language = LANGUAGES[code]
    said = call(language, number, "Loket 3", mode)
    assert {one.clip for one in said} <= set(language.vocabulary())
    series, count = parts(number)
    spoken = text(said).lower()
    if mode == SIGN_BY_SIGN:
        words = [language.digits[int(digit)] for digit in number.rpartition("-")[2]]
        assert " ".join(words) in spoken
    elif count <= 9_999:
        assert " ".join(language.words(count)) in spoken
    if series.isalpha():  # a screen that is read aloud says it as the call does
        read = "".join(one for one in phrases(language, number, mode, ()) if isinstance(one, str))
        assert read.rstrip(".").lower() in spoken


@examples(25)
@given(numbers)
def test_every_number_stands_on_one_line_of_every_slip(number: str) -> None:
    for profile in load_all():
        size = 1
        for token in tokens_of(compose(replace(SAMPLE, number=number, qr=""), SlipLayout(), profile)):
            if token.kind == "GS !":
                size = (token.args[0] >> 4) + 1
            if token.raw == number.encode():
                assert len(number) * size <= profile.media.columns_a
                break
        else:  # printers whose types are too small draw it
            assert profile.text.max_size < 6, profile.id


def test_plans_of_earlier_releases_have_three_digits_and_no_plan_has_others_than_are_offered() -> None:
    document = to_document(small_plan())
    assert document["number_digits"] == 3
    del document["number_digits"]
    assert from_document(document).number_digits == plan_of(document).number_digits == 3
    for digits in (0, 1, 5, True, "3", None):
        found = [(one.code, one.path) for one in problems({**document, "number_digits": digits})]
        assert found == [("value_invalid", "number_digits")], digits
    for digits in DIGITS:
        plan: OfficePlan = from_document({**document, "number_digits": digits})
        assert (plan.number_digits, sample_number(plan)) == (digits, f"A-{12:0{digits}d}")


def test_lines_of_earlier_releases_keep_their_numbers_whatever_the_plan_says_now() -> None:
    counting = Counting()
    counting.take("card", 2)
    lines: list[JournalEntry] = list(counting.journal.entries)
    counting.plan = replace(counting.plan, number_digits=2)
    later = ListJournal()
    later.entries.extend(lines)
    counting.office = Office(later, lambda: counting.plan, counting.clock)
    counting.take("card", 1)
    assert counting.office.read(lambda day, _plan: list(day.tickets)) == ["A-001", "A-002", "A-03"]
