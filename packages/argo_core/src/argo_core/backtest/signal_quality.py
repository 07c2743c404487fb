"""How good signals were, whatever anybody made of them: hit rates, and whether confidence meant what it said."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import msgspec
import numpy as np

from argo_core.backtest.figures.hit_rate import HitRate, hit_rate
from argo_core.backtest.strategy_result import StrategyResult
from argo_core.model.outcome import Outcome
from argo_core.model.signal import Signal

BAND = 5.0
Resolved = tuple[Signal, Outcome]


class ReliabilityBand(msgspec.Struct, frozen=True, kw_only=True):
    """Signals with a confidence from `from_pct` to below `to_pct` (100 belongs to the last): their mean confidence, and
    how often they hit."""

    from_pct: float
    to_pct: float
    mean_confidence: float
    hits: HitRate


class SignalQuality(msgspec.Struct, frozen=True, kw_only=True):
    """Of resolved signals, gross: a result above 0 is a hit, also at the horizon or where another signal replaced it.

    `mean_gross_pct` and `mean_net_pct` of the entry, NaN without any. `brier`: mean square of confidence (0–1) less hit
    (0 or 1), 0 is perfect. `by_source`: the sources whose vote was counted and agreed. `open` have no outcome yet.
    """

    signals: int
    open: int
    hits: HitRate
    mean_gross_pct: float
    mean_net_pct: float
    brier: float
    results: dict[str, int]
    by_symbol: dict[str, HitRate]
    by_regime: dict[str, HitRate]
    by_action: dict[str, HitRate]
    by_source: dict[str, HitRate]
    reliability: tuple[ReliabilityBand, ...]


def signal_quality(found: StrategyResult) -> SignalQuality:
    """The quality of all signals of a strategy backtest."""
    resolved = found.resolved()
    gross = np.array([ended.profit_loss_pct for _, ended in resolved], dtype=np.float64)
    net = np.array([np.nan if ended.net_pct is None else ended.net_pct for _, ended in resolved], dtype=np.float64)
    return SignalQuality(
        signals=len(found.signals),
        open=len(found.signals) - len(resolved),
        hits=hit_rate(gross),
        mean_gross_pct=float(gross.mean()) if len(gross) else float("nan"),
        mean_net_pct=float(net.mean()) if len(net) else float("nan"),
        brier=brier_score(resolved),
        results=_counted(ended.result.value for _, ended in resolved),
        by_symbol=_by(resolved, lambda signal: (signal.symbol,)),
        by_regime=_by(resolved, lambda signal: (signal.regime,)),
        by_action=_by(resolved, lambda signal: (signal.action,)),
        by_source=_by(resolved, _backers),
        reliability=reliability(resolved),
    )


def brier_score(resolved: tuple[Resolved, ...]) -> float:
    """Mean of (confidence / 100 - hit)², 0 to 1; NaN without any. Source: Brier 1950, for two outcomes."""
    if not resolved:
        return float("nan")
    said = np.array([signal.confidence for signal, _ in resolved]) / 100.0
    was = np.array([ended.profit_loss_pct > 0 for _, ended in resolved], dtype=np.float64)
    return float(np.mean((said - was) ** 2))


def reliability(resolved: tuple[Resolved, ...]) -> tuple[ReliabilityBand, ...]:
    """The bands of five points that have signals, lowest first."""
    bands: dict[float, list[Resolved]] = {}
    for signal, ended in resolved:
        begins = min(BAND * (signal.confidence // BAND), 100.0 - BAND)
        bands.setdefault(begins, []).append((signal, ended))
    return tuple(
        ReliabilityBand(
            from_pct=begins,
            to_pct=begins + BAND,
            mean_confidence=float(np.mean([signal.confidence for signal, _ in members])),
            hits=_hits(members),
        )
        for begins, members in sorted(bands.items())
    )


def _backers(signal: Signal) -> tuple[str, ...]:
    side = signal.direction.name
    return tuple(vote.source for vote in signal.votes if vote.chosen and vote.direction == side)


def _by(resolved: Iterable[Resolved], keys_of: Callable[[Signal], tuple[str, ...]]) -> dict[str, HitRate]:
    groups: dict[str, list[Resolved]] = {}
    for signal, ended in resolved:
        for key in keys_of(signal):
            groups.setdefault(key, []).append((signal, ended))
    return {key: _hits(members) for key, members in sorted(groups.items())}


def _hits(members: list[Resolved]) -> HitRate:
    return hit_rate(np.array([ended.profit_loss_pct for _, ended in members], dtype=np.float64))


def _counted(names: Iterable[str]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for name in names:
        counts[name] = counts.get(name, 0) + 1
    return dict(sorted(counts.items()))
