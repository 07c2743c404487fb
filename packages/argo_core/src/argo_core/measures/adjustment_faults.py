"""What splits and dividends leave in prices: jumps near a known ratio, and the steps between two adjusted series."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from argo_core.model.asset import AssetType, asset_type_of
from argo_core.model.bars import Bars
from argo_core.model.instant import from_instant64
from argo_core.model.series_finding import Finding, Level
from argo_core.model.stored_series import Adjustment

# Below three for two a day's news moves as much, see small_splits; reverse splits are their inverses.
SPLITS = np.array([1.5, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 10.0, 12.0, 15.0, 20.0, 25.0, 30.0, 40.0, 50.0, 100.0])
NEAR = 0.04
STEP, SMALL = 1e-4, 1e-6


def split_jumps(series: str, bars: Bars, adjustment: Adjustment) -> Iterator[Finding]:
    """Opens that lie near a split's ratio from the close before: a warning among raw prices, where a split has to look
    like that; an error among adjusted ones, where it must not. The amount is the ratio, below 1 for a reverse split.
    Coins are not split."""
    if asset_type_of(bars.symbol) is AssetType.CRYPTO or len(bars) < 2:
        return
    ratio = bars.close[:-1] / bars.open[1:]
    nearest = np.abs(np.maximum(ratio, 1.0 / ratio)[:, None] / SPLITS - 1.0)
    raw = adjustment is Adjustment.RAW
    for row in np.flatnonzero(nearest.min(axis=1) <= NEAR):
        known = float(SPLITS[int(nearest[row].argmin())])
        told = f"{known:g} for 1" if ratio[row] > 1.0 else f"1 for {known:g}"
        yield Finding(
            series=series, code="split", level=Level.WARNING if raw else Level.ERROR,
            at=from_instant64(bars.start[row + 1]), amount=float(ratio[row]), count=1,
            what=f"the open lies as after a split of {told}" + ("" if raw else ", in prices said to be adjusted"),
        )  # fmt: skip


def dividend_steps(series: str, before: Bars, total: Bars) -> Iterator[Finding]:
    """Where a series with dividends taken out (`total`) steps against the one without (`before`): a note with the
    dividend that it implies, in the currency of `before`; an error where the step goes the wrong way or the last prices
    differ."""
    common, here, there = np.intersect1d(before.start, total.start, assume_unique=True, return_indices=True)
    if len(common) < 2:
        return
    close = before.close[here]
    factor = total.close[there] / close
    if abs(factor[-1] - 1.0) > SMALL:
        yield Finding(
            series=series, code="adjusted_end", level=Level.ERROR, at=from_instant64(common[-1]),
            amount=float(factor[-1]), count=1,
            what="the last adjusted price is this many times the unadjusted one: the two end at different times",
        )  # fmt: skip
    share = factor[:-1] / factor[1:]
    for row in np.flatnonzero(np.abs(share - 1.0) > STEP):
        paid = float(close[row] * (1.0 - share[row]))
        right = paid > 0
        yield Finding(
            series=series, code="dividend" if right else "dividend_backwards",
            level=Level.NOTE if right else Level.ERROR, at=from_instant64(common[row + 1]), amount=paid, count=1,
            what="the dividend that the adjusted prices imply" if right else "the adjusted prices rise",
        )  # fmt: skip
