"""The readings that votes and regimes work on, as one frozen struct of arrays, for live use and for backtests alike."""

from __future__ import annotations

from dataclasses import dataclass

from argo_core.measures.panel import Floats, Integers


@dataclass(frozen=True, slots=True, eq=False)
class Features:
    """Readings of S symbols: arrays of shape (S,) from a bank, (S, T) or (T,) from `feature_panel`.

    Values are in the unit of the closes that were fed (log prices in Argo) unless a range is given. A reading is NaN
    until its symbol has the bars that `BARS_NEEDED` says. All windows end at the last bar, `prior_*` the bar before.
    """

    bars_seen: Integers
    close: Floats
    rsi: Floats  # 0–100, Wilder 14
    macd: Floats  # 12, 26, 9
    macd_signal: Floats
    macd_hist: Floats
    atr: Floats  # Wilder 14, ≥ 0
    adx: Floats  # 0–100, Wilder 14
    plus_di: Floats  # 0–100
    minus_di: Floats  # 0–100
    bb_upper: Floats  # 20 bars, 2 population standard deviations
    bb_middle: Floats
    bb_lower: Floats
    bb_std: Floats  # one population standard deviation of 20 closes
    sma50: Floats
    sma50_lag5: Floats  # sma50 five bars ago
    sigma20: Floats  # population standard deviation of the last 20 one-bar changes
    change5: Floats  # close minus the close five bars ago
    change20: Floats
    prior_high20: Floats  # highest high of the 20 bars before the last one
    prior_low20: Floats
    closing_strength3: Floats  # -1…1, mean of (2·close - high - low) / (high - low) over 3 bars, no range: 0


# Bars that a symbol needs before a reading exists, in the order in which the bank stores the readings.
BARS_NEEDED: dict[str, int] = {
    "close": 1,
    "rsi": 15,
    "macd": 34,
    "macd_signal": 34,
    "macd_hist": 34,
    "atr": 15,
    "adx": 28,
    "plus_di": 15,
    "minus_di": 15,
    "bb_upper": 20,
    "bb_middle": 20,
    "bb_lower": 20,
    "bb_std": 20,
    "sma50": 50,
    "sma50_lag5": 55,
    "sigma20": 21,
    "change5": 6,
    "change20": 21,
    "prior_high20": 21,
    "prior_low20": 21,
    "closing_strength3": 3,
}
