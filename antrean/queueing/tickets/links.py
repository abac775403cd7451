"""A ticket's link: derived from the hub's key for each ticket, and stored nowhere.

Whoever holds a link may follow its ticket and give the place back. It is the ticket's number and a proof that only the
key gives, so that a link is looked up by its number and never searched for. The proof is bound to the office and to the
journal line that issued the ticket: the same number of another day has another link.

A ticket's short code is four digits from the same key, for people who type number and code from their slip. Four digits
can be guessed, so whoever asks for tickets by code has to limit the attempts.
"""

from __future__ import annotations

import hmac
from base64 import urlsafe_b64encode
from collections.abc import Iterable, Sequence
from string import ascii_letters, digits
from typing import Protocol, TypeVar

from antrean.queueing.tickets.state import TicketsState
from antrean.queueing.tickets.ticket import Ticket

PROOF_BYTES = 12  # 96 bits: nobody guesses one, and a printed code gets no denser than it has to be
PROOF_LETTERS = PROOF_BYTES * 8 // 6
IN_PROOFS = ascii_letters + digits + "-_"
PURPOSE = b"antrean: links of tickets"  # the hub's key signs other things as well
SEPARATOR = "."
CODE_PURPOSE = b"antrean: short codes of tickets"
CODE_DIGITS = 4
OF_OFFICE = "~"  # after the code of the office, in links that name it


class Numbered(Protocol):
    """What has a link and a code: a ticket of today, or what became of one of an earlier day."""

    @property
    def number(self) -> str:
        """The number on the slip."""

    @property
    def seq(self) -> int:
        """The line of the journal that issued it."""


N = TypeVar("N", bound=Numbered)


class TicketLinks:
    """The links of one office's tickets. Hubs with the same key have the same links.

    A link names its office when it is `named`, so that a hub of several offices knows whose it is; one that does not is
    the office's all the same.
    """

    def __init__(self, key: str, office: str, named: bool = False) -> None:
        # Copied for each link: to make one anew looks the algorithm up again, which takes longer than to use it.
        self._proofs = hmac.new(hmac.digest(key.encode(), PURPOSE, "sha256"), digestmod="sha256")
        self._codes = hmac.digest(key.encode(), CODE_PURPOSE, "sha256")
        self._office = office
        self._beginning = f"{office}{OF_OFFICE}"
        self._named = self._beginning if named else ""

    def of(self, ticket: Ticket | Numbered) -> str:
        """Return a ticket's link, to be given to nobody but its holder; one of an earlier release keeps the old one."""
        kept = ticket.token if isinstance(ticket, Ticket) else ""
        return kept or f"{self._named}{ticket.number}{SEPARATOR}{self._proof(ticket)}"

    def ticket(self, day: TicketsState, link: str) -> Ticket | None:
        """Return the ticket of this day that the link is of, None when it is of none."""
        number, separator, _ = self._parts(link)
        if not separator:
            return day.tokens.get(link)
        ticket = day.tickets.get(number)
        return self.holder(link, [ticket]) if ticket is not None and not ticket.token else None

    def number_in(self, link: str) -> str:
        """Return the number that a link is of, if it is of any; "" for one of an earlier release."""
        return self._parts(link)[0]

    def holder(self, link: str, of_number: Iterable[N]) -> N | None:
        """Return whose link this is, of several with the number that it says; None where it is nobody's."""
        proof = self._parts(link)[2].encode(errors="replace")
        return next((one for one in of_number if hmac.compare_digest(proof, self._proof(one).encode())), None)

    def _parts(self, link: str) -> tuple[str, str, str]:
        return link.removeprefix(self._beginning).rpartition(SEPARATOR)

    def code(self, ticket: Numbered) -> str:
        """Return a ticket's short code, four digits, to be given to nobody but its holder."""
        digest = hmac.digest(self._codes, self._told(ticket), "sha256")
        return f"{int.from_bytes(digest[:8], 'big') % 10**CODE_DIGITS:0{CODE_DIGITS}d}"

    def has_code(self, ticket: Numbered, typed: str) -> bool:
        """Return whether this is the ticket's short code, blanks left out."""
        code = "".join(typed.split())
        return hmac.compare_digest(code.encode(errors="replace"), self.code(ticket).encode())

    def sample(self, number: str) -> str:
        """Return what a link of a number looks like; it is of no ticket."""
        return self._named + sample_link(number)

    def places(self, number: Sequence[str]) -> list[str]:
        """Return the letters that may stand at each place of a link, of those that may stand in its number."""
        return [*self._named, *number, SEPARATOR, *[IN_PROOFS] * PROOF_LETTERS]

    def _told(self, ticket: Numbered) -> bytes:
        return "\x1f".join((self._office, str(ticket.seq), ticket.number)).encode()

    def _proof(self, ticket: Numbered) -> str:
        proof = self._proofs.copy()
        proof.update(self._told(ticket))
        return urlsafe_b64encode(proof.digest()[:PROOF_BYTES]).decode()


def office_named_in(link: str) -> str:
    """Return the code of the office that a link names, "" where it names none."""
    code, separator, _ = link.rpartition(OF_OFFICE)
    return code if separator else ""


def sample_link(number: str) -> str:
    """Return what a link of a number looks like; it is of no ticket."""
    return f"{number}{SEPARATOR}{'SAMPLE' * PROOF_LETTERS}"[: len(number) + 1 + PROOF_LETTERS]
