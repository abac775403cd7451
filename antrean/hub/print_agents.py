"""What the hub keeps of printing beside the journal: whose agent is here, older paper, questions to agents."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from antrean.queueing.commands import ReportPrinter
from antrean.queueing.errors import QueueError, Unavailable
from antrean.web.print_agent.responses import AgentAnswer, read_answer

if TYPE_CHECKING:
    from antrean.web.services import Services

AWAY_SECONDS = 20.0
PAPER_AGAIN_SECONDS = 60.0
MOST_QUESTIONS = 8


@dataclass(frozen=True, slots=True)
class Question:
    """Something only the agent can answer, such as which printers its machine sees; `answer` is None until then."""

    id: str
    printer: str
    what: str
    asked_at: datetime
    address: str = ""
    parts: Mapping[str, Any] | None = None  # the address, checked and in its parts
    answer: AgentAnswer | None = None


@dataclass(slots=True)
class PrintWatch:
    """Looks after print agents from the hub's side; `look` runs once a second beside requests."""

    hub: Services
    monotonic: Callable[[], float]
    _missing: dict[str, float] = field(default_factory=dict)  # agent -> since when it has no socket here
    _said: set[str] = field(default_factory=set)
    _paper: Mapping[str, int] = field(default_factory=dict)
    _paper_day: date | None = None
    _paper_again: float = float("-inf")
    _questions: list[Question] = field(default_factory=list)

    # -- agents that are gone --------------------------------------------------------------------

    def look(self) -> None:
        """Journal that an agent is gone, once, when it has been without a socket for a while.

        With several hubs the agent may be with another one: then it hears of this and says again how it is.
        """
        now = self.monotonic()
        self._read_paper(now)
        for device in self.hub.identities.devices():
            if device.kind == "print_agent":
                self._look_for(device.id, now)

    def _read_paper(self, now: float) -> None:
        today = self.hub.office.read(lambda day, _plan: day.business_day)
        if today == self._paper_day or now < self._paper_again:
            return
        self._paper_again = now + PAPER_AGAIN_SECONDS
        try:
            self._paper, self._paper_day = self.hub.mode.run_blocking(self.hub.settings.paper_before, today), today
        except Exception as error:  # agents are looked after whether or not it can be read
            self.hub.faults.note("reading how much paper was used", error)

    def _look_for(self, agent: str, now: float) -> None:
        if self.hub.publisher.present("print_agent", "printer:" + agent):
            self._missing.pop(agent, None)
            self._said.discard(agent)
        elif now - self._missing.setdefault(agent, now) >= AWAY_SECONDS and agent not in self._said:
            try:
                self.hub.office.execute(ReportPrinter(printer=agent, state="agent_away"), actor="hub")
            except Unavailable:
                return  # said when it can be saved
            except QueueError as refusal:
                self.hub.faults.note("print agent", refusal)
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
        self.hub.publisher.redraw()

    def questions(self, printer: str) -> list[Question]:
        """Return a printer's questions, answered or not, oldest first."""
        return [one for one in self._questions if one.printer == printer]

    def answered(self, printer: str, question: str, fields: Mapping[str, Any]) -> None:
        """Take an agent's answer, or refuse its shape; one to a question that is no longer asked is passed over."""
        asked = next((one for one in self._questions if (one.printer, one.id) == (printer, question)), None)
        answer = read_answer(asked.what if asked is not None else "", fields)
        self._questions = [
            replace(one, answer=answer) if (one.printer, one.id) == (printer, question) else one
            for one in self._questions
        ]
        self.hub.publisher.redraw()
