"""What is taken of a vendor's market, and when its bars are fit to vote on."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import timedelta

import msgspec

from argo_core.model.asset import AssetType, asset_type_of
from argo_core.model.timeframe import Timeframe

DAY = timedelta(days=1)


class MarketRules(msgspec.Struct, frozen=True, kw_only=True):
    """`history` is loaded once, at most `keep` bars a symbol are held; of a coin no more are asked for. A price more
    than `skew_seconds` ahead of our clock is refused: one of the two clocks is wrong. More than `gap_bars` missing in a
    row among the newest `checked_bars`, or, since the newest one, more trading time than `late_bars`
    and than `late_seconds`, make a history unfit. A share
    that jumps by `jump_ratio` between two sessions is held back until it is known whether it was split, for
    `held_seconds` of trading time at most.
    """

    timeframe: Timeframe
    history: timedelta
    keep: int = 20_000
    skew_seconds: float = 2.0
    checked_bars: int = 60
    gap_bars: float = 8.0
    late_bars: float = 2.0
    late_seconds: float = 1800.0
    jump_ratio: float = 1.2
    held_seconds: float = 7200.0

    def reaches(self, symbols: Sequence[str]) -> dict[timedelta, list[str]]:
        """The symbols by how far back each is asked for. A coin trades round the clock: `keep` bars tell how far,
        in whole days; one so thin that minutes have no trade comes with fewer, and is kept from there on. Of a share
        nobody knows how many bars a day has."""
        round_the_clock = timedelta(days=math.ceil(self.keep * self.timeframe.seconds / DAY.total_seconds()))
        found: dict[timedelta, list[str]] = {}
        for symbol in symbols:
            is_coin = asset_type_of(symbol) is AssetType.CRYPTO
            found.setdefault(min(self.history, round_the_clock) if is_coin else self.history, []).append(symbol)
        return found

    @property
    def late_limit(self) -> float:
        """After how many bars of trading time without one a history is unfit."""
        return max(self.late_bars, self.late_seconds / self.timeframe.seconds)
