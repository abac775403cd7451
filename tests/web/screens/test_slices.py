"""A long page does not hold the loop of the hub, whoever asks for it."""

from __future__ import annotations

from collections.abc import Iterator

from jinja2 import DictLoader, Environment

from antrean.web.screens.slices import in_slices, load_one_by_one


class Loop:
    """A clock that each piece of a page moves on, and the times at which others ran."""

    def __init__(self) -> None:
        self.now = 0.0
        self.others: list[float] = []

    def drawing(self, *milliseconds: float) -> list[str]:
        """Return what is drawn of pieces that take so long each."""

        def pieces() -> Iterator[str]:
            for place, each in enumerate(milliseconds):
                self.now += each / 1000
                yield f"<{place}>"

        return list(in_slices(pieces(), lambda: self.others.append(round(self.now * 1000, 3)), lambda: self.now))


def test_others_run_between_the_slices_of_a_long_page_and_the_page_is_whole() -> None:
    loop = Loop()
    assert loop.drawing(1, 1, 1, 0.5, 0.5, 7, 1) == ["<0>", "<1>", "<2>", "<3>", "<4>", "<5>", "<6>"]
    assert loop.others == [2, 4, 11]


def test_a_short_page_is_drawn_in_one_piece() -> None:
    loop = Loop()
    assert "".join(loop.drawing(*[0.1] * 15)) == "".join(f"<{place}>" for place in range(15))
    assert loop.others == []


def test_others_run_between_the_templates_that_a_page_is_the_first_to_use() -> None:
    templates = Environment(
        loader=DictLoader({
            "page": "{% extends 'frame' %}{% from 'parts' import row %}{% block main %}{{ row(1) }}{% endblock %}",
            "frame": "<{% block main %}{% endblock %}>{% include which %}",
            "parts": "{% macro row(value) %}{{ value }}{% endmacro %}",
            "foot": "foot",
        })
    )  # fmt: skip
    turns: list[int] = []

    def let_others() -> None:
        turns.append(len(templates.cache or ()))

    load_one_by_one(templates, "page", let_others)
    assert turns == [1, 2, 3]
    assert templates.get_template("page").render(which="foot") == "<1>foot"
    load_one_by_one(templates, "page", let_others)
    assert turns == [1, 2, 3]
