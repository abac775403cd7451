"""A long page does not hold the loop of the hub, whoever asks for it."""

from __future__ import annotations

from collections.abc import Iterator

from antrean.web.screens.slices import in_slices


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
