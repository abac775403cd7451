"""Tens of thousands of cases: a change copies few of them, and what was held before it is still there as it was."""

from __future__ import annotations

from antrean.queueing.cases.kept import MOST_CHANGES, KeptByCode


def test_a_change_makes_another_and_leaves_what_was_there_as_it_was() -> None:
    once = KeptByCode({"A": 1, "B": 2, "C": 3})
    changed = once.with_changes({"B": 20, "D": 4}, ["A"])
    assert (dict(once), dict(changed)) == ({"A": 1, "B": 2, "C": 3}, {"B": 20, "C": 3, "D": 4})
    assert ("A" in changed, changed.get("A"), "D" in changed, changed["C"], len(changed)) == (False, None, True, 3, 3)
    back = changed.with_changes({"A": 1, "B": 2}, ["D"])
    assert (back == once, back != changed, dict(once) == once) == (True, True, True)


def test_many_changes_in_a_row_are_all_there_in_the_order_in_which_they_came() -> None:
    some = KeptByCode[int]()
    expected: dict[str, int] = {}
    versions = []
    for n in range(3 * MOST_CHANGES):
        some = some.with_changes({f"C{n}": n, "C0": -n}, [f"C{n - 3}"] if n % 5 == 4 else [])
        expected = {**expected, f"C{n}": n, "C0": -n}
        if n % 5 == 4:
            del expected[f"C{n - 3}"]
        assert some[f"C{n}"] == (n if n else 0)
        assert (f"C{n - 3}" in some) == (f"C{n - 3}" in expected)
        versions.append((some, dict(expected)))
    assert all(dict(kept) == then for kept, then in versions[::50])
    assert list(some) == list(expected)


def test_a_change_of_few_copies_few() -> None:
    many = KeptByCode({f"C{n}": n for n in range(10_000)})
    changed = many.with_changes({"C5": 0})
    assert changed._once is many._once
    assert changed["C5"] == 0
    assert many["C5"] == 5
