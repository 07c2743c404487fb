"""A goal of a search and its one word of text."""

from __future__ import annotations

from argo_core.errors import DataError
from argo_core.model.search import Direction, Goal


def parse_goal(text: str) -> Goal:
    """`sharpe` or `sharpe:max` is to be raised, `max_drawdown_pct:min` to be lowered. Raises DataError `bad_goal`."""
    figure, colon, direction = text.partition(":")
    if not figure or (colon and direction not in tuple(Direction)):
        raise DataError("bad_goal", f"{text!r} is no goal: write FIGURE, FIGURE:max or FIGURE:min")
    return Goal(figure, Direction(direction) if colon else Direction.MAXIMISE)


def format_goal(goal: Goal) -> str:
    """Inverse of `parse_goal`, the direction always said."""
    return f"{goal.figure}:{goal.direction}"
