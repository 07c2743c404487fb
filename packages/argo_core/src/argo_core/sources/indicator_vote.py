"""The vote on an indicator vendor's readings: three parts of a trend, none of which knows the price level.

With a price, RSI(14), MACD and its signal line (12, 26, 9) and the simple mean of 20 bars:

    momentum = clip((RSI − 50)/25, −1, 1)
    macd     = tanh((MACD − signal) / (0.01·sqrt(price·SMA)))
    level    = tanh(ln(price/SMA) / 0.04)
    score    = 0.4·level + 0.35·macd + 0.25·momentum

The units 1 % and 4 % are half a day's range and two days' of an ordinary share: readings without a range of their own
cannot be put in units of it, as `technical` does. Mirrored readings (100 − RSI, −MACD, −signal, SMA/price for
price/SMA) turn the score's sign and nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from argo_core.model.indicator_readings import IndicatorReadings
from argo_core.model.instant import NOT_A_TIME, to_instant64
from argo_core.model.market_view import MarketView
from argo_core.model.vote import Absence, VoteColumn
from argo_core.sources.opinion import Opinion, opinion_of

MACD_UNIT, LEVEL_UNIT = 0.01, 0.04
Floats = NDArray[np.float64]


def indicator_vote(price: Floats, rsi: Floats, macd: Floats, macd_signal: Floats, sma: Floats) -> Opinion:
    """Votes for every entry of arrays of one shape; prices and `sma` above 0. NaN in, NaN confidence out."""
    momentum = np.clip((rsi - 50.0) / 25.0, -1.0, 1.0)
    crossing = np.tanh((macd - macd_signal) / (MACD_UNIT * np.sqrt(price * sma)))
    level = np.tanh(np.log(price / sma) / LEVEL_UNIT)
    score = 0.4 * level + 0.35 * crossing + 0.25 * momentum
    return opinion_of(score, {"momentum": momentum, "macd": crossing, "level": level})


def indicator_column(
    name: str, readings: Mapping[str, IndicatorReadings], view: MarketView, asked: NDArray[np.bool_]
) -> VoteColumn:
    """The votes of a source on kept readings and the view's prices; `observed_at` is the readings' own time.

    NO_DATA without readings or price. Readings of bars that end after `view.as_of` are not used.
    """
    usable = {symbol: each for symbol, each in readings.items() if each.at <= view.as_of}
    rows = [usable.get(symbol) for symbol in view.symbols]
    opinion = indicator_vote(view.price, *_table(rows))
    absence = np.select(
        [~asked, np.isnan(opinion.confidence)], [Absence.NOT_ASKED, Absence.NO_DATA], default=Absence.NONE
    ).astype(np.uint8)
    voted = absence == Absence.NONE
    observed = np.array([NOT_A_TIME if row is None else to_instant64(row.at) for row in rows], dtype="datetime64[us]")
    received = np.array(
        [NOT_A_TIME if row is None else to_instant64(row.received_at) for row in rows], dtype="datetime64[us]"
    )
    return VoteColumn(
        source=name,
        direction=np.where(voted, opinion.direction, np.int8(0)).astype(np.int8),
        confidence=np.where(voted, opinion.confidence, 0.0),
        price=np.where(asked, view.price, np.nan),
        observed_at=np.where(voted, observed, NOT_A_TIME),
        received_at=np.where(voted, received, NOT_A_TIME),
        absence=absence,
        expected=asked.copy(),
        evidence=opinion.evidence,
    )


def _table(rows: list[IndicatorReadings | None]) -> Floats:
    """rsi, macd, macd_signal, sma as rows of (4, S), NaN where there are no readings."""
    missing = (np.nan,) * 4
    figures = [missing if row is None else (row.rsi, row.macd, row.macd_signal, row.sma) for row in rows]
    return np.array(figures, dtype=np.float64).reshape(-1, 4).T
