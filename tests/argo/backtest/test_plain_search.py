"""Grid and random: a trial's parameters follow from its number alone."""

from __future__ import annotations

import pytest

from argo_core.backtest.plain_search import GridSearch, RandomSearch, grid_size
from argo_core.backtest.search_space import parse_space
from argo_core.errors import DataError


def test_a_grid_goes_through_every_point_once_the_last_parameter_fastest() -> None:
    space = parse_space("a=1:2 b=x|y c=0.1:0.3:0.1")
    search = GridSearch(space, 5)
    points = [tuple(point.values()) for batch in range(4) for point in search.ask(batch, 5)]
    assert grid_size(space) == 12
    assert points[:4] == [(1, "x", 0.1), (1, "x", 0.2), (1, "x", 0.3), (1, "y", 0.1)]
    assert (len(points), len(set(points))) == (12, 12)


def test_a_grid_without_a_step_is_refused() -> None:
    with pytest.raises(DataError) as error:
        grid_size(parse_space("a=1:2 b=0.1:0.2"))
    assert error.value.code == "endless_grid"


def test_random_draws_depend_on_seed_and_number_only() -> None:
    space = parse_space("a=1:1000 b=0.0:1.0 c=0.001:1000.0:log d=x|y")
    whole = RandomSearch(space, 100, 7).ask(0, 100)
    pieces = [point for batch in range(10) for point in RandomSearch(space, 10, 7).ask(batch, 10)]
    assert whole == pieces
    assert RandomSearch(space, 100, 8).ask(0, 100) != whole


def test_random_draws_cover_their_ranges_evenly() -> None:
    points = RandomSearch(parse_space("a=1:4 b=0.0:1.0 c=0.001:1000.0:log d=2:3"), 4000, 1).ask(0, 4000)
    counts = [sum(point["a"] == each for point in points) for each in (1, 2, 3, 4)]
    assert all(900 < count < 1100 for count in counts)
    assert 1900 < sum(float(point["b"]) < 0.5 for point in points) < 2100
    assert 1900 < sum(float(point["c"]) < 1.0 for point in points) < 2100
    assert all(0.001 <= float(point["c"]) <= 1000.0 for point in points)
