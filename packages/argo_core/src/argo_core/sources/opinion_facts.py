"""What is known of the market when a language model is asked: the facts, and nothing about us."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from datetime import datetime

import msgspec
import numpy as np
from numpy.typing import NDArray

from argo_core.errors import DataError
from argo_core.model.asset import AssetType, asset_type_of
from argo_core.model.bars import Bars
from argo_core.model.market_view import MarketView

_LOOKBACKS = (1, 5, 20)
MOST_SYMBOLS = 200
"""Far more than a language model can be asked about within its cadence."""


class Evidence(msgspec.Struct, frozen=True, kw_only=True):
    """A foreign text, for instance a headline. `origin` names where it is from, `at` when it was published."""

    text: str
    origin: str
    at: datetime | None = None


class SymbolFacts(msgspec.Struct, frozen=True, kw_only=True):
    """One symbol at `as_of` (market time, UTC). `price` in quote currency, above 0. `volatility`: any unit, finite,
    at least 0, the same for all symbols. `figures`: named finite numbers, for instance `change_1d_pct`.

    Raises DataError `bad_price` or `bad_figure`.
    """

    symbol: str
    price: float
    as_of: datetime
    volatility: float = 0.0
    figures: Mapping[str, float] = {}
    evidence: tuple[Evidence, ...] = ()

    def __post_init__(self) -> None:
        if not (math.isfinite(self.price) and self.price > 0):
            raise DataError("bad_price", f"{self.symbol}: no positive price: wait for one before asking about it")
        if not (math.isfinite(self.volatility) and self.volatility >= 0):
            raise DataError("bad_figure", f"{self.symbol}: volatility must be finite and not negative")
        for name, value in self.figures.items():
            if not math.isfinite(value):
                raise DataError("bad_figure", f"{self.symbol}: {name} is not finite: leave it out")

    @property
    def asset_type(self) -> AssetType:
        """What kind of thing the symbol names."""
        return asset_type_of(self.symbol)


class MarketFacts(msgspec.Struct, frozen=True, kw_only=True):
    """Symbols at `as_of`, market time; `market_open`: whether the equities' exchange is in session then."""

    as_of: datetime
    market_open: bool
    symbols: tuple[SymbolFacts, ...]


def market_facts(
    view: MarketView,
    volatility: NDArray[np.float64],
    *,
    market_open: bool,
    evidence: Mapping[str, tuple[Evidence, ...]] = {},
    requested: Collection[str] = (),
    most: int = MOST_SYMBOLS,
) -> MarketFacts:
    """The facts of a view about symbols that may be asked about: those that have a sound price and trade now, the
    `most` volatile of them and the `requested` ones, most volatile first.

    `volatility` float64 (S,), not negative; NaN is 0. `evidence` by symbol. Each symbol comes with its change over 1, 5
    and 20 bars in percent, four decimals.
    """
    known = np.where(np.isfinite(volatility), volatility, 0.0)
    rows = [row for row in np.argsort(-known, kind="stable").tolist() if _trades(view, row, market_open)]
    chosen = rows[:most] + [row for row in rows[most:] if view.symbols[row] in requested]
    symbols = tuple(
        SymbolFacts(
            symbol=view.symbols[row],
            price=float(view.price[row]),
            as_of=view.as_of,
            volatility=float(known[row]),
            figures=_changes(view.bars[row]),
            evidence=evidence.get(view.symbols[row], ()),
        )
        for row in chosen
    )
    return MarketFacts(as_of=view.as_of, market_open=market_open, symbols=symbols)


def _trades(view: MarketView, row: int, market_open: bool) -> bool:
    if not market_open and asset_type_of(view.symbols[row]) is not AssetType.CRYPTO:
        return False
    return view.symbols[row] not in view.doubtful and bool(view.price[row] > 0)  # NaN is not


def _changes(bars: Bars) -> dict[str, float]:
    closes, frame = bars.close, bars.timeframe.name.lower()
    return {
        f"change_over_{back}_bars_of_{frame}_pct": round(float(closes[-1] / closes[-1 - back] - 1.0) * 100.0, 4)
        for back in _LOOKBACKS
        if len(closes) > back
    }
