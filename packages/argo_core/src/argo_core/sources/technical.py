"""The technical vote: trend when there is one, reversion when there is none.

All indicators are taken on log prices. With RSI(14), the MACD(12, 26, 9) histogram in units of half an ATR(14), the
directional indicators of ADX(14), and z the distance to the 20-bar mean in units of two standard deviations:

    momentum  = clip((RSI − 50)/25, −1, 1), 0 if no close of the last 21 differs: RSI has no middle then
    macd      = tanh(histogram / (0.5·ATR))
    movement  = (+DI − −DI) / (+DI + −DI)
    trend     = 0.5·movement + 0.3·macd + 0.2·momentum
    reversion = −(0.6·clip(z, −1, 1) + 0.4·momentum)
    share     = clip((ADX − 15)/15, 0, 1)
    score     = share·trend + (1 − share)·0.7·reversion
"""

from __future__ import annotations

import numpy as np

from argo_core.measures.features import Features
from argo_core.sources.opinion import Opinion, opinion_of, scaled

REVERSION_SHARE = 0.7


def technical(features: Features) -> Opinion:
    """Votes for every entry of `features` (log prices; any shape). NaN confidence until 34 bars have been seen."""
    still = (features.sigma20 == 0) & (features.change20 == 0)
    momentum = np.where(still, 0.0, np.clip((features.rsi - 50.0) / 25.0, -1.0, 1.0))
    macd = np.tanh(scaled(features.macd_hist, 0.5 * features.atr))
    movement = scaled(features.plus_di - features.minus_di, features.plus_di + features.minus_di)
    stretch = np.clip(scaled(features.close - features.bb_middle, 2.0 * features.bb_std), -1.0, 1.0)
    trend = 0.5 * movement + 0.3 * macd + 0.2 * momentum
    reversion = -(0.6 * stretch + 0.4 * momentum)
    share = np.clip((features.adx - 15.0) / 15.0, 0.0, 1.0)
    score = share * trend + (1.0 - share) * REVERSION_SHARE * reversion
    parts = {"momentum": momentum, "macd": macd, "movement": movement, "stretch": stretch, "trend_share": share}
    return opinion_of(score, parts)
