"""The price-action vote: where price has gone, measured in its own volatility.

All features are taken on log prices, so the vote does not know the price level and mirrors exactly when the market
does. With c the log close, σ the standard deviation of the last 20 log returns, H and L the highest high and lowest
low of the 20 bars before the last:

    month    = tanh((c − c[20 bars ago]) / (σ·√20))
    week     = tanh((c − c[5 bars ago]) / (σ·√5))
    channel  = clip(2·(c − L)/(H − L) − 1, −1, 1)
    strength = mean over the last three bars of (2c − h − l)/(h − l)
    score    = 0.45·month + 0.30·channel + 0.15·week + 0.10·strength
"""

from __future__ import annotations

import numpy as np

from argo_core.measures.features import Features
from argo_core.sources.opinion import Opinion, opinion_of, scaled

WEIGHTS = {"month": 0.45, "channel": 0.30, "week": 0.15, "strength": 0.10}


def price_action(features: Features) -> Opinion:
    """Votes for every entry of `features` (log prices; any shape). NaN confidence until 21 bars have been seen."""
    month = np.tanh(scaled(features.change20, features.sigma20 * np.sqrt(20.0)))
    week = np.tanh(scaled(features.change5, features.sigma20 * np.sqrt(5.0)))
    reach = features.prior_high20 - features.prior_low20
    place = np.where(reach == 0, 0.5, scaled(features.close - features.prior_low20, reach))
    channel = np.clip(2.0 * place - 1.0, -1.0, 1.0)
    parts = {"month": month, "channel": channel, "week": week, "strength": features.closing_strength3}
    score = sum((WEIGHTS[name] * part for name, part in parts.items()), start=np.zeros_like(features.close))
    return opinion_of(score, parts)
