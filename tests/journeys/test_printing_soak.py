"""Numbers taken at a kiosk while everything between hub and paper fails at random: what is told of each is true."""

from __future__ import annotations

import os
import random
from collections import Counter
from pathlib import Path

import pytest

from tests.conftest import small_plan
from tests.fakes.engine import COVER_OPEN, OK, PAPER_OUT
from tests.fakes.printing_office import PrintingOffice, printing_office

NUMBERS = int(os.environ.get("ANTREAN_NUMBERS", "200"))
FAULTS = ("none", "none", "none", "paper in the middle", "power cut", "condition", "plug", "agent")


def befall(office: PrintingOffice, fault: str, chance: random.Random) -> str:
    """Take a number while this goes wrong, and put it right again; gives the number."""
    printer = office.printer
    if fault == "paper in the middle":
        printer.engine.paper_out_after = chance.randrange(1, 600)
    elif fault == "power cut":
        printer.reset_after = chance.randrange(1, 900)
    elif fault == "condition":
        printer.become(chance.choice((PAPER_OUT, COVER_OPEN)))
    elif fault == "plug":
        printer.power_off()
    number = office.issue()
    if fault == "paper in the middle":
        office.until(lambda: printer.engine.condition == PAPER_OUT or not office.first_slip(number).open)
    elif fault == "agent":
        office.stop_agent()
        office.start_agent()
    if fault == "plug":
        printer.power_on()
    printer.engine.paper_out_after = None
    printer.become(OK)
    return number


# What papers there may be after each end of a slip.
WANTED: dict[str, list[list[str]]] = {"printed": [["first"]], "uncertain": [[], ["first"]], "failed": [[]]}


@pytest.mark.long
def test_every_number_exists_once_and_what_is_told_of_its_slip_is_what_came_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    chance = random.Random(20261124)
    with printing_office(tmp_path, small_plan(), monkeypatch) as office:
        office.start_agent()
        office.use(office.printer.address)
        assert office.state("ready")
        told, faults = [], Counter[str]()
        for _ in range(NUMBERS):
            fault = chance.choice(FAULTS)
            faults[fault] += 1
            told.append(befall(office, fault, chance))
        slips: dict[str, tuple[str, str, str]] = {}
        for number in told:
            slips[number] = office.slip(number, "printed", "uncertain", "failed")
        tickets = office.hub.office.read(lambda day, _plan: set(day.tickets))
        papers = {number: office.papers(number) for number in told}
    assert len(told) == len(set(told)) == NUMBERS
    assert tickets == set(told)
    for number, (state, evidence, reason) in slips.items():
        assert papers[number] in WANTED[state], (number, state, evidence, reason, papers[number])
        assert evidence == "printed" or state != "printed"
    assert set(faults) == set(FAULTS)
    results = Counter(state for state, _evidence, _reason in slips.values())
    assert results["printed"] > NUMBERS // 2
    assert results["uncertain"] > 0
