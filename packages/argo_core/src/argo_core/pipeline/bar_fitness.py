"""Whether a vendor's bars are fit to vote on: no hole among the newest, and the newest not of long ago."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import msgspec
import numpy as np

from argo_core.measures.bar_gaps import bars_behind, longest_gap_bars
from argo_core.model.asset import AssetType, asset_type_of
from argo_core.model.bars import Bars
from argo_core.model.sessions import Sessions
from argo_core.model.vote import Absence
from argo_core.pipeline.market_rules import MarketRules


class Fault(msgspec.Struct, frozen=True):
    """What has become wrong with a symbol's bars; see `Rejection` for the kinds."""

    symbol: str
    kind: str
    measured: float
    limit: float


class BarFitness:
    """Judges by the bars that it is shown; a fault is told when it appears, not in every cycle while it lasts."""

    def __init__(self, rules: MarketRules, sessions: Sessions | None) -> None:
        self._rules, self._sessions = rules, sessions
        self._gapped: set[str] = set()
        self._late: set[str] = set()

    def holes(self, bars: Bars) -> list[Fault]:
        """To be asked when bars have come."""
        gap = longest_gap_bars(bars, self._rules.checked_bars)
        return self._noted(self._gapped, Fault(bars.symbol, "gap", gap, self._rules.gap_bars))

    def delays(self, histories: Iterable[Bars], now: datetime) -> list[Fault]:
        """To be asked in every cycle: time passes without bars too."""
        behind = self._behind(histories, now)
        limit = self._rules.late_limit
        found = (self._noted(self._late, Fault(symbol, "late", far, limit)) for symbol, far in behind.items())
        return [fault for faults in found for fault in faults]

    def judged(self, histories: Iterable[Bars], now: datetime) -> dict[str, Absence]:
        """STALE or GAPS by symbol; the fit ones are not in it."""
        gapped = dict.fromkeys(self._gapped, Absence.GAPS)
        limit = self._rules.late_limit
        return gapped | {symbol: Absence.STALE for symbol, far in self._behind(histories, now).items() if far > limit}

    def _behind(self, histories: Iterable[Bars], now: datetime) -> dict[str, float]:
        """See `bars_behind`. Most symbols' bars end together: it is counted once for them."""
        counted: dict[tuple[np.datetime64, AssetType], float] = {}
        behind: dict[str, float] = {}
        for bars in histories:
            if not len(bars):
                continue
            place = bars.end[-1], asset_type_of(bars.symbol)
            if place not in counted:
                counted[place] = bars_behind(bars.symbol, self._rules.timeframe, bars.known_at, now, self._sessions)
            behind[bars.symbol] = counted[place]
        return behind

    def _noted(self, known: set[str], fault: Fault) -> list[Fault]:
        if fault.measured <= fault.limit:
            known.discard(fault.symbol)
            return []
        if fault.symbol in known:
            return []
        known.add(fault.symbol)
        return [fault]
