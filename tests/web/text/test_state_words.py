"""The words for each state of a printer, a slip, the clock and the database: one sentence for one state."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask_babel import force_locale

from antrean.queueing.slips.printers import STATES
from antrean.web.text.alarms import clock_words, damage_words, stopped_words
from antrean.web.text.printer_status import printer_words, slip_words
from tests.conftest import SetClock, small_plan
from tests.fakes.office_hub import OfficeHub


@pytest.fixture(scope="module")
def english(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Any]]:
    hub = OfficeHub(tmp_path_factory.mktemp("office"), small_plan(), SetClock())

    def say(words: Callable[..., Any], *of: Any, **named: Any) -> Any:
        with hub.app.test_request_context("/"), force_locale("en"):
            return words(*of, **named)

    yield say
    hub.stop()


PRINTERS = {
    "ready": ("Printer ready", ""),
    "near_end": ("Paper nearly used up", "Have a new roll at hand"),
    "paper_out": ("No paper", "Put a new roll into the kiosk"),
    "cover_open": ("Printer cover open", "Close the cover"),
    "offline": ("Printer not reachable", "Check its power and cable"),
    "error": ("Printer fault", "Switch it off and on again"),
    "mute": ("Printer works", "It can't report its paper"),
    "unknown": ("Printer connected", "It can't report how it is: look at it now and then"),
    "no_printer": ("This is no printer", "Something else answers at its address: check the address"),
    "owned": ("Another print agent has this printer", "Give each print agent a printer of its own"),
    "not_allowed": (
        "The computer with the print agent does not allow this printer",
        "Have an administrator correct its address, or allow it on that computer",
    ),
    "agent_away": ("Print agent not connected", "Check the computer at the printer"),
    "held": ("Printing on hold", "Release it on the printer page"),
    "": ("Printer: no report yet", ""),
}


def test_every_state_of_a_printer_has_words_of_its_own_and_its_next_step(english: Callable[..., Any]) -> None:
    assert set(PRINTERS) == {*STATES, "held", ""}
    for state, words in PRINTERS.items():
        assert english(printer_words, state)[1:] == words


# State, evidence, reason, and what is said of the slip.
SLIPS = [
    ("waiting", "", "", "Waiting for the printer"),
    ("sending", "", "", "Being sent to the printer"),
    ("printed", "printed", "", "Printed: the printer confirmed this very slip"),
    ("printed", "echoed", "", "Printed: the printer answered after it"),
    ("printed", "drained", "", "Handed over completely; this printer can't confirm"),
    ("printed", "sent", "", "Sent; this connection can't confirm"),
    ("printed", "virtual", "", "Kept by the virtual printer"),
    ("uncertain", "sent", "held_in_printer", "Uncertain: the printer stopped in the middle, it may still come out"),
    ("uncertain", "none", "agent_restarted", "Uncertain: the print agent was restarted in the middle"),
    ("uncertain", "none", "agent_gone", "Uncertain: the print agent did not come back"),
    ("uncertain", "sent", "no_confirmation", "Uncertain: the printer did not confirm it"),
    ("uncertain", "none", "day_closed", "Uncertain: the day was closed in the middle"),
    ("uncertain", "sent", "no_printer", "Uncertain: something that is no printer took it"),
    ("uncertain", "none", "restored", "Uncertain: records were lost, it may have been printed before"),
    ("uncertain", "sent", "cut", "Uncertain: the connection broke in the middle"),
    ("failed", "none", "too_old", "Given up: it could not be printed in time"),
    ("failed", "none", "not_needed", "Not printed: its visitor no longer waits for it"),
    ("failed", "none", "cancelled", "Cancelled by staff"),
    ("failed", "none", "compose_failed", "Given up: it can't be composed for this printer"),
    ("failed", "none", "day_closed", "Given up at the end of the day"),
    ("failed", "none", "jam", "Given up: the printer could not take it"),
]


def test_every_end_of_a_slip_has_a_sentence_of_its_own(english: Callable[..., Any]) -> None:
    for state, evidence, reason, words in SLIPS:
        assert english(slip_words, state, evidence, reason) == words
    assert len({words for *_how, words in SLIPS}) == len(SLIPS)


CLOCKS = {
    "before_build": "The hub's clock is wrong: it shows a day long ago.",
    "backward": "The hub's clock is wrong: it shows a day before the newest business day.",
    "too_far": "The hub's clock may be wrong: it shows a day weeks after the newest business day.",
    "hubs_differ": "The clocks of this office's hubs show different days.",
}


def test_what_is_the_matter_with_the_clock_is_said_with_what_becomes_of_it(english: Callable[..., Any]) -> None:
    assert english(clock_words, "ok", "", False) is None
    assert english(clock_words, "jumped", "", False) == (
        "The clock of the hub's machine was set, or jumped.",
        "Numbers go on as before. If the new time stands for ten minutes, the hub goes by it.",
    )
    for why, words in CLOCKS.items():
        stops = "No numbers can be given until somebody tells the hub the true time."
        goes_on = "Numbers go on in the newest business day; no day can begin or end. Tell the hub the true time."
        assert english(clock_words, "wrong", why, True) == (words, stops)
        assert english(clock_words, "wrong", why, False) == (words, goes_on)


STOPS = {
    "disk_full": (
        "The hub's disk is full: no numbers can be saved.",
        "Free space on it; numbers then go on by themselves.",
    ),
    "read_only": (
        "The hub's disk can only be read: no numbers can be saved.",
        "It may be failing. Copy the newest backup elsewhere and ask whoever looks after the hub.",
    ),
    "database_gone": (
        "The database's file is gone: no numbers can be saved.",
        "Put it back where it was; numbers then go on by themselves.",
    ),
    "lines_missing": (
        "The database lacks numbers that were given: no more are given.",
        "Stop the hub and follow “The database is damaged” in the manual.",
    ),
    "anything else": (
        "Nothing can be saved right now: no numbers are given.",
        "Ask whoever looks after the hub; numbers go on by themselves when it is mended.",
    ),
}


def test_what_stops_every_number_is_said_with_what_to_do(english: Callable[..., Any]) -> None:
    assert english(stopped_words, {}) is None
    for what, words in STOPS.items():
        assert english(stopped_words, {"storage_unavailable": what}) == words


def test_a_damaged_database_is_said_with_whether_numbers_may_be_given_again(english: Callable[..., Any]) -> None:
    assert english(damage_words, [], lines_lost=True) == ""
    assert english(damage_words, ["line 3 was changed"], lines_lost=False) == (
        "The database is damaged. Numbers go on. Follow “The database is damaged” in the manual, after the office has "
        "closed. (line 3 was changed)"
    )
    assert english(damage_words, ["line 3 was changed"], lines_lost=True).startswith(
        "The database is damaged. Numbers that are on paper may be given again. Follow"
    )
