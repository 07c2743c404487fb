"""Which symbols to evaluate, and in which order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from argo_core.model.market_view import MarketView


@dataclass(frozen=True, slots=True, eq=False)
class Selection:
    """`asked` bool (S,): to be evaluated; `order` intp (S,): rows by volatility, highest first, unknown last."""

    asked: NDArray[np.bool_]
    order: NDArray[np.intp]


def select(
    view: MarketView, volatility: NDArray[np.float64], evaluated_at: Mapping[str, float], threshold: float
) -> Selection:
    """Everything but the symbols whose price moved less than `threshold` (ratio) since their last evaluation.

    `evaluated_at` maps symbols to the price of that evaluation. A symbol without a price is evaluated, so that its
    lack of data is recorded. Equal volatilities keep the configured order.
    """
    last = np.array([evaluated_at.get(symbol, np.nan) for symbol in view.symbols])
    with np.errstate(invalid="ignore"):
        unmoved = np.abs(view.price - last) < threshold * last
    return Selection(asked=~unmoved, order=np.argsort(-np.nan_to_num(volatility, nan=-1.0), kind="stable"))
