"""What is said of the memory of processes: of each life that was long enough, warm against last, the worst."""

from __future__ import annotations

import math

from tests.soak.memory import Growth, Sample, growth


def life(name: str, pid: int, begin: float, held: list[float]) -> list[Sample]:
    return [Sample(begin + 30.0 * number, name, pid, megabytes) for number, megabytes in enumerate(held)]


def test_a_life_is_judged_from_its_warm_up_on_and_a_short_one_not_at_all() -> None:
    short = life("alpine", 1, 0.0, [50.0] * 4)
    long = life("alpine", 2, 200.0, [50.0] * 6 + [100.0] * 10 + [104.0] * 4)
    (one,) = growth([*short, *long])
    assert one == Growth("alpine", 570.0, 100.0, 104.0)
    assert round(one.pct, 6) == 4.0


def test_of_several_processes_of_a_name_the_one_that_grew_most_is_told() -> None:
    even = life("alpine", 1, 0.0, [90.0] * 30)
    grown = life("alpine", 2, 60.0, [100.0] * 16 + [107.0] * 4)
    (one,) = growth([*even, *grown])
    assert one == Growth("alpine", 570.0, 100.0, 107.0)


def test_of_a_life_that_was_too_short_nothing_is_said() -> None:
    (one,) = growth(life("regular", 1, 0.0, [50.0] * 8))
    assert math.isnan(one.pct)
