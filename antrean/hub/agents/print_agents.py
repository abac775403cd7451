"""PrintAgents: the print agents that are connected, the paper of earlier days, and questions to agents."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from antrean.access.identities import Identities
from antrean.hub.async_mode import AsyncMode
from antrean.hub.fault_log import FaultLog
from antrean.queueing.commands import ReportPrinter
from antrean.queueing.errors import QueueError, Unavailable
from antrean.queueing.office import Office
from antrean.storage.settings.rows import Settings

AWAY_SECONDS = 20.0
PAPER_AGAIN_SECONDS = 60.0
MOST_QUESTIONS = 8


@dataclass(frozen=True, slots=True)
class FoundPrinter:
    """A printer that the agent's machine sees; `profile` may fit it, and is empty when none is known to.

    `model` and `state` are what it said of itself, empty where it was not asked, or by an agent of an earlier release.
    """

    address: str
    words: str
    profile: str
    model: str = ""
    state: str = ""


@dataclass(frozen=True, slots=True)
class AgentAnswer:
    """The answer to `find` (`found`) or to `identify` (`state` and what comes with it); with `error` to neither."""

    error: str = ""
    found: tuple[FoundPrinter, ...] = ()
    state: str = ""
    model: str = ""
    detail: str = ""
    profile: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """A question that only the agent can answer, such as which printers it sees; `answer` is None until then."""

    id: str
    printer: str
    what: str
    asked_at: datetime
    address: str = ""
    parts: Mapping[str, Any] | None = None  # the address, checked and in its parts
    answer: AgentAnswer | None = None


@dataclass(slots=True)
class PrintAgents:
    """The print agents of one hub; `look` runs once a second beside requests.

    `present` returns whether the agent with an id has a socket here, `redraw` has all screens rendered again.
    """

    office: Office
    identities: Identities
    settings: Settings
    mode: AsyncMode
    faults: FaultLog
    present: Callable[[str], bool]
    redraw: Callable[[], None]
    monotonic: Callable[[], float]
    _missing: dict[str, float] = field(default_factory=dict, init=False)  # agent -> since when it has no socket here
    _said: set[str] = field(default_factory=set, init=False)
    _paper: Mapping[str, int] = field(default_factory=dict, init=False)
    _paper_day: date | None = field(default=None, init=False)
    _paper_again: float = field(default=float("-inf"), init=False)
    _questions: list[Question] = field(default_factory=list, init=False)

    # -- agents that are gone --------------------------------------------------------------------

    def look(self) -> None:
        """Journal that an agent is gone, once, when it has been without a socket for a while.

        With several hubs the agent may be connected to another one; the agent then reports its state again.
        """
        now = self.monotonic()
        self._read_paper(now)
        for device in self.identities.devices():
            if device.kind == "print_agent":
                self._look_for(device.id, now)

    def _read_paper(self, now: float) -> None:
        today = self.office.read(lambda day, _plan: day.business_day)
        if today == self._paper_day or now < self._paper_again:
            return
        self._paper_again = now + PAPER_AGAIN_SECONDS
        try:
            self._paper, self._paper_day = self.mode.run_blocking(self.settings.paper_before, today), today
        except Exception as error:  # agents are watched even when the paper can't be read
            self.faults.note("reading how much paper was used", error)

    def _look_for(self, agent: str, now: float) -> None:
        if self.present(agent):
            self._missing.pop(agent, None)
            self._said.discard(agent)
        elif now - self._missing.setdefault(agent, now) >= AWAY_SECONDS and agent not in self._said:
            try:
                self.office.execute(ReportPrinter(printer=agent, state="agent_away"), actor="hub")
            except Unavailable:
                return  # tried again when it can be saved
            except QueueError as refusal:
                self.faults.note("print agent", refusal)
            self._said.add(agent)

    # -- paper -----------------------------------------------------------------------------------

    def paper_before(self, printer: str) -> int:
        """Return how many millimetres earlier business days took of the roll that is in the printer."""
        return self._paper.get(printer, 0)

    # -- questions -------------------------------------------------------------------------------

    def ask(self, question: Question) -> None:
        """Put a question to a printer's agent, instead of the same one asked before, and tell the agent."""
        kept = [one for one in self._questions if (one.printer, one.what) != (question.printer, question.what)]
        self._questions = [*kept, question][-MOST_QUESTIONS:]
        self.redraw()

    def questions(self, printer: str) -> list[Question]:
        """Return a printer's questions, answered or not, oldest first."""
        return [one for one in self._questions if one.printer == printer]

    def open_question(self, printer: str, question: str) -> Question | None:
        """Return a question to a printer's agent, or None when it is no longer asked."""
        return next((one for one in self._questions if (one.printer, one.id) == (printer, question)), None)

    def answered(self, printer: str, question: str, answer: AgentAnswer) -> None:
        """Keep an agent's answer; one to a question that is no longer asked is ignored."""
        self._questions = [
            replace(one, answer=answer) if (one.printer, one.id) == (printer, question) else one
            for one in self._questions
        ]
        self.redraw()
