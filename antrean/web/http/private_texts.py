"""Checks every incoming text for identity numbers and invisible characters.

People are refused, as they can write it otherwise. What a device reports is masked: a report is never lost.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from antrean.queueing.errors import Invalid
from antrean.queueing.privacy import has_few_digits, mask_identity_numbers, refuse_identity_numbers, with_whole
from antrean.queueing.unseen import refuse_unseen, without_unseen

# What no person writes: ids, digests and pictures, in which any digits may stand by chance.
MACHINE_MADE = frozenset(
    {
        "request_id",
        "ticket",
        "token",
        "password",
        "new_password",
        "picture",
        "claim",
        "job",
        "jobs",
        "question",
        "chain",
        "build",
    }
)
MOST_TEXT = 20_000  # letters of all fields together
LEAST_DRAWN = 24  # hexadecimal digits of an id that a program drew
_DRAWN = re.compile("[0-9A-Fa-f]+")
_NUMBER_IN_ID = re.compile("(?<![0-9])(?:[0-9][-_]*){16,24}(?![0-9])")
DEEPEST = 20  # lists and objects in each other; what is deeper is no report of any release


def refuse_in(fields: Mapping[str, object]) -> None:
    """Refuse (`note_has_id_number`) fields that hold an identity number, also within lists and objects.

    Refuses (`text_unprintable`) signs that nobody sees or that change how others are read, and (`body_too_large`) more
    text than anybody writes: the look at it keeps everybody else waiting.
    """
    written = {name: value for name, value in fields.items() if name not in MACHINE_MADE}
    texts = list(_texts(written, DEEPEST))
    together = "".join(texts)
    if len(together) > MOST_TEXT:
        raise Invalid("body_too_large")
    if not (together.isascii() and together.isprintable()):
        refuse_unseen(*texts)
    if has_few_digits(together):
        return
    refuse_identity_numbers(*(text for values in _by_text(written) for text in with_whole(_texts(values, DEEPEST))))


def masked(fields: Mapping[str, object]) -> dict[str, object]:
    """Return the fields with identity numbers masked and without signs that nobody sees, also in lists and objects."""
    return {name: value if name in MACHINE_MADE else _masked(value, DEEPEST) for name, value in fields.items()}


def _texts(value: object, deep: int) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, bool):
        return
    elif isinstance(value, int):
        yield str(value)
    elif isinstance(value, Mapping) and deep:
        for name, inner in value.items():
            yield name
            if type(inner) is str:  # as nearly all are
                yield inner
            elif type(inner) is not bool:
                yield from _texts(inner, deep - 1)
    elif isinstance(value, list) and deep:
        for inner in value:
            yield from _texts(inner, deep - 1)


def _masked(value: object, deep: int) -> object:
    if isinstance(value, str):
        return mask_identity_numbers(without_unseen(value))
    if isinstance(value, Mapping):
        return {name: _masked(inner, deep - 1) for name, inner in value.items()} if deep else {}
    if isinstance(value, list):
        return [_masked(inner, deep - 1) for inner in value] if deep else []
    return value


def _by_text(fields: Mapping[str, object]) -> Iterable[list[object]]:
    """Give the values of fields; those of one text in several languages, such as `text_id` and `text_su`, together."""
    together: dict[str, list[object]] = {}
    for name, value in fields.items():
        together.setdefault(name.rpartition("_")[0] or name, []).append(value)
    return together.values()


def refuse_in_id(request_id: str) -> None:
    """Refuse (`note_has_id_number`) a request's id that is written with an identity number; drawn digits are none."""
    drawn = request_id.replace("-", "")
    if len(drawn) >= LEAST_DRAWN and _DRAWN.fullmatch(drawn) and not drawn.isdigit():
        return
    for number in _NUMBER_IN_ID.findall(request_id):
        refuse_identity_numbers(number)
