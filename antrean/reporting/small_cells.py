"""Which counts of a table are not published: small ones could be of somebody whom others know. Pure arithmetic."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from antrean.reporting.half_hours import SMALLEST

Cell = tuple[int, int]  # its row and column


def hidden(rows: Sequence[Sequence[int]], also: Collection[Cell] = ()) -> set[Cell]:
    """Return the places of the counts that are left out of a table with sums in its first row and its first column.

    These are the counts from 1 to 4, and as many more that none of them can be worked out: where one count alone is
    left out of a column or a row, the smallest other one of it goes too. `also` are left out in any case.
    """
    found = {
        (row, column) for row, counts in enumerate(rows) for column, count in enumerate(counts) if 0 < count < SMALLEST
    }
    found.update(also)
    lines = list(_lines(rows))
    while more := next((line for line in lines if len(found.intersection(line)) == 1), None):
        left = [cell for cell in more if cell not in found]
        if not left:
            break
        # A sum is kept as long as another count can go, and a count of nothing tells the least.
        found.add(min(left, key=lambda cell: (cell[0] == 0, rows[cell[0]][cell[1]] == 0, rows[cell[0]][cell[1]])))
    return found


def _lines(rows: Sequence[Sequence[int]]) -> Iterator[list[Cell]]:
    """Give the lines of a table whose counts add up to one of them."""
    for column in range(len(rows[0]) if rows else 0):
        yield [(row, column) for row in range(len(rows))]
    for row in range(len(rows)):
        yield [(row, column) for column in range(len(rows[row]))]
