"""Operations: the command that a route takes and the result that it gives, for its responses and its description."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from typing import ParamSpec, TypeVar

from flask import jsonify
from flask.typing import ResponseReturnValue

from antrean.queueing.commands import Command
from antrean.web.operations.results import NotedResult, Result

P = ParamSpec("P")
R = TypeVar("R", bound=Result)
View = Callable[P, ResponseReturnValue]


@dataclass(frozen=True, slots=True)
class Operation:
    """The operation of a route: its command, or one for each last word of its address, its result and its status.

    `reads`: the fields of the command that the request holds by their own names; None for all that the hub does not
    know.
    """

    takes: type[Command] | Mapping[str, type[Command]]
    gives: type[Result]
    status: int
    reads: tuple[str, ...] | None

    @property
    def commands(self) -> tuple[type[Command], ...]:
        """Every command that the route takes."""
        return tuple(self.takes.values()) if isinstance(self.takes, Mapping) else (self.takes,)


def operation(
    takes: type[Command] | Mapping[str, type[Command]],
    gives: type[R],
    status: int = 200,
    reads: tuple[str, ...] | None = None,
) -> Callable[[Callable[P, R | ResponseReturnValue]], View[P]]:
    """Declare the operation of a view, and respond with the result that it returns; other responses pass unchanged."""

    def decorate(view: Callable[P, R | ResponseReturnValue]) -> View[P]:
        @wraps(view)
        def answer(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
            result = view(*args, **kwargs)
            if isinstance(result, NotedResult):
                return "", status
            if isinstance(result, Result):
                return jsonify(result.as_json()), status
            return result

        answer.operation = Operation(takes, gives, status, reads)  # type: ignore[attr-defined]
        return answer

    return decorate


def operation_of(view: object) -> Operation | None:
    """Return the operation of a view; None for a view without a command."""
    return getattr(view, "operation", None)
