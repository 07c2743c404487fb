"""A goal is read from one word."""

from __future__ import annotations

import pytest

from argo_core.backtest.goals import format_goal, parse_goal
from argo_core.errors import DataError
from argo_core.model.search import Direction, Goal


def test_a_goal_is_read_and_written_back() -> None:
    assert parse_goal("sharpe") == Goal("sharpe", Direction.MAXIMISE)
    assert parse_goal("risk:min") == Goal("risk", Direction.MINIMISE)
    assert [format_goal(parse_goal(text)) for text in ("sharpe", "risk:min")] == ["sharpe:max", "risk:min"]


@pytest.mark.parametrize("text", ["", ":max", "sharpe:", "sharpe:up", "sharpe:max:min"])
def test_what_is_no_goal_is_refused(text: str) -> None:
    with pytest.raises(DataError) as error:
        parse_goal(text)
    assert error.value.code == "bad_goal"
