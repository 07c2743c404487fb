"""How much the result hangs on its parameters: the trials of a search, laid over two of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from argo_core.backtest.report.document import Sensitivity
from argo_core.errors import DataError
from argo_core.measures.panel import Floats

Value = int | float | str


@dataclass(frozen=True, slots=True, eq=False)
class Tried:
    """The trials of a search: `parameters` and `figures` (N,) of each, the larger the better unless `smaller`.

    `returns` (D, N): daily returns of each on the account's own days, None where they were not kept; with them the
    verdict is on the best of them. `looked_at`: how many were run in all, those thrown away too.
    """

    figure: str
    parameters: Sequence[Mapping[str, Value]]
    figures: Sequence[float]
    looked_at: int
    returns: Floats | None = None
    over: tuple[str, str] | None = None
    smaller: bool = False


def sensitivity(tried: Tried, logits: tuple[float, ...]) -> Sensitivity:
    """Over the parameters that `over` names, else the two with the most values. Raises DataError `bad_trials`."""
    if not tried.parameters or len(tried.parameters) != len(tried.figures):
        raise DataError("bad_trials", "trials need parameters and one figure each: pass as many of both, at least one")
    x_name, y_name = tried.over or _widest(tried.parameters)
    if not all(name in point for point in tried.parameters for name in (x_name, y_name)):
        raise DataError("bad_trials", f"not every trial has {x_name} and {y_name}: name two parameters that all have")
    x, y = (_axis(tried.parameters, name) for name in (x_name, y_name))
    cells: list[list[float | None]] = [[None] * len(x) for _ in y]
    for point, figure in zip(tried.parameters, tried.figures, strict=True):
        row, column = y.index(point[y_name]), x.index(point[x_name])
        known = cells[row][column]
        if np.isfinite(figure) and (known is None or (figure < known if tried.smaller else figure > known)):
            cells[row][column] = float(figure)
    return Sensitivity(
        figure=tried.figure,
        trials=tried.looked_at,
        x_name=x_name,
        y_name=y_name,
        x=tuple(str(each) for each in x),
        y=tuple(str(each) for each in y),
        values=tuple(tuple(row) for row in cells),
        logits=logits,
    )


def _widest(points: Sequence[Mapping[str, Value]]) -> tuple[str, str]:
    names = sorted(points[0], key=lambda name: (-len({point.get(name) for point in points}), name))
    if len(names) < 2:
        raise DataError("bad_trials", "a sensitivity map needs two parameters: vary a second one")
    return names[0], names[1]


def _axis(points: Sequence[Mapping[str, Value]], name: str) -> list[Value]:
    values = {point[name] for point in points}
    return sorted(
        values, key=lambda value: (isinstance(value, str), value if not isinstance(value, str) else 0.0, str(value))
    )
