"""The plain crossing of two simple moving averages, as an objective to be searched."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from argo_core.backtest.plain_backtest import COMPILED_FROM_STEPS, PlainPace, cross_runs
from argo_core.backtest.plain_tally import PlainRuns
from argo_core.backtest.plain_terms import PlainTerms
from argo_core.errors import DataError
from argo_core.measures.compiled import has_compiler
from argo_core.model.bars import Bars
from argo_core.model.search import Value

START_CASH, UNITS, FEE_RATIO = 100_000.0, 10.0, 0.001
YEAR = np.timedelta64(31_557_600, "s")
Floats = NDArray[np.float64]


def sma_cross(bars: Mapping[str, Bars], parameters: Mapping[str, Value]) -> dict[str, float]:
    """Long `units` (10) of one symbol from where the mean of the last `fast` closes crosses above that of the last
    `slow` ones until it crosses below: decided at a close, filled at the next open, at a fee of 0.1 % of the notional
    on each side, from a start cash of 100,000; what is open at the end is marked at the last close. It is `cross_runs`.

    Figures: `final_equity` and `entries`; `return_pct`; `max_drawdown_pct` of the equity at the closes; `sharpe`, mean
    over standard deviation of the equity's changes from bar to bar as ratios, times the root of the bars of a year (as
    many as the history has on average), 0 where the equity never moved.

    `units` and `fee_pct` may be given as parameters too, searched or fixed.

    Raises DataError `bad_parameters` unless 1 ≤ fast < slow ≤ the number of bars, `one_symbol`, `no_cash`.
    """
    (found,) = SmaCross(bars).together([parameters])
    if isinstance(found, DataError):
        raise found
    return found


@dataclass(slots=True)
class SmaCross:
    """`sma_cross` on these bars, of many points at once: one call of the kernels for all of them.

    Loading machine code takes as long as numpy needs for some millions of bars: it is loaded once so much has been
    computed without it. Results do not depend on that; `steps`, the bars computed so far, is all that changes here.
    """

    bars: Mapping[str, Bars]
    steps: int = field(default=0, compare=False)

    def __call__(self, parameters: Mapping[str, Value]) -> dict[str, float]:
        """See `sma_cross`."""
        return sma_cross(self.bars, parameters)

    def together(self, points: Sequence[Mapping[str, Value]]) -> list[dict[str, float] | DataError]:
        """The figures of each point, or why there are none."""
        try:
            series = the_one(self.bars)
        except DataError as error:
            return [error] * len(points)
        found: list[dict[str, float] | DataError] = [parameter_refusal(each, len(series)) or {} for each in points]
        sound: dict[tuple[float, float], list[int]] = {}
        for place, point in enumerate(points):
            if not isinstance(found[place], DataError):
                sound.setdefault((wanted_units(point), wanted_fee(point)), []).append(place)
        for terms, places in sound.items():
            told = self._figures(series, *terms, [points[at] for at in places])
            for place, figures in zip(places, told, strict=True):
                found[place] = figures
        return found

    def _figures(
        self, series: Bars, units: float, fee_ratio: float, points: Sequence[Mapping[str, Value]]
    ) -> list[dict[str, float] | DataError]:
        self.steps += len(points) * len(series)
        pace = PlainPace(compiled=self.steps >= COMPILED_FROM_STEPS and has_compiler())
        windows = (np.array([point[name] for point in points], dtype=np.int64) for name in ("fast", "slow"))
        years = float((series.end[-1] - series.end[0]) / YEAR)
        try:
            terms = PlainTerms(
                start_cash=START_CASH, units=units, fee_ratio=fee_ratio, bars_per_year=(len(series) - 1) / years
            )
        except DataError as error:
            return [error] * len(points)
        runs = cross_runs(series.open, series.close, *windows, terms=terms, headline=True, pace=pace)
        return [_told(series, runs, place) for place in range(len(points))]


def the_one(bars: Mapping[str, Bars]) -> Bars:
    """The only symbol's bars. Raises DataError `one_symbol`."""
    if len(bars) != 1:
        raise DataError("one_symbol", f"sma-cross trades one symbol, not {len(bars)}: name one")
    (series,) = bars.values()
    return series


def wanted_units(parameters: Mapping[str, Value]) -> float:
    """How many are bought at a time."""
    return float(parameters.get("units", UNITS))


def wanted_fee(parameters: Mapping[str, Value]) -> float:
    """Ratio of the notional on each side; the parameter says percent."""
    return float(parameters["fee_pct"]) / 100.0 if "fee_pct" in parameters else FEE_RATIO


def parameter_refusal(parameters: Mapping[str, Value], count: int) -> DataError | None:
    """Why these parameters make no sense over so many bars; None if they do."""
    unknown = sorted(parameters.keys() - {"fast", "slow", "units", "fee_pct"})
    if unknown:
        return DataError("bad_parameters", f"sma-cross has no {unknown[0]}: it has fast, slow, units and fee_pct")
    for name in ("units", "fee_pct"):
        if isinstance(parameters.get(name), str):
            return DataError("bad_parameters", f"{name} is {parameters[name]!r}: a number is needed")
    fast, slow = parameters.get("fast"), parameters.get("slow")
    if isinstance(fast, int) and isinstance(slow, int) and 1 <= fast < slow <= count and count > 1:
        return None
    return DataError(
        "bad_parameters", f"fast {fast} and slow {slow}: integers with 1 ≤ fast < slow ≤ {count} bars are needed"
    )


def _told(series: Bars, runs: PlainRuns, place: int) -> dict[str, float] | DataError:
    if runs.refused[0, place]:
        return DataError(
            "no_cash", f"{series.symbol}: the cash does not buy the units at every entry: take fewer units"
        )
    head = runs.headline
    sharpe = float("nan") if head is None else float(head.sharpe[0, place])
    return {
        "final_equity": float(runs.final_equity[0, place]),
        "entries": float(runs.entries[0, place]),
        "return_pct": float("nan") if head is None else 100.0 * float(head.total_return[0, place]),
        "max_drawdown_pct": float("nan") if head is None else 100.0 * float(head.max_drawdown[0, place]),
        "sharpe": 0.0 if sharpe != sharpe else sharpe,
    }
