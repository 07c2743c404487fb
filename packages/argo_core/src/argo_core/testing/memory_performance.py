"""Signals and how they ended, counted in lists."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from statistics import fmean

from argo_core.model.instant import to_text
from argo_core.model.outcome import Outcome
from argo_core.model.performance import DayOutcomes, OutcomeCounts, Span, SymbolOutcomes
from argo_core.model.signal import SealedSignal, Signal

Ended = tuple[Signal, str | None, float | None]


class MemoryPerformance:
    """`ports.PerformanceReader` over what it is given. For tests, and for nothing else."""

    def __init__(self, signals: Sequence[SealedSignal] = (), outcomes: Iterable[Outcome] = ()) -> None:
        by_signal = {outcome.signal_id: outcome for outcome in outcomes}
        self.signals: list[Ended] = [_ended(each.signal, by_signal.get(each.signal.signal_id)) for each in signals]

    async def counts(self, span: Span) -> OutcomeCounts:
        return _counts(self._within(span))

    async def by_day(self, span: Span) -> tuple[DayOutcomes, ...]:
        found = []
        for day, own in _groups(self._within(span), lambda signal: signal.timestamp[:10]):
            told = _counts(own)
            gross = sum(result for _, _, result in own if result is not None)
            found.append(DayOutcomes(day=day, signals=len(own), wins=told.wins, losses=told.losses, gross_pct=gross))
        return tuple(found)

    async def by_symbol(self, span: Span) -> tuple[SymbolOutcomes, ...]:
        found = []
        for symbol, own in _groups(self._within(span), lambda signal: signal.symbol):
            told, mean = _counts(own), _mean(result for _, _, result in own)
            found.append(
                SymbolOutcomes(symbol=symbol, signals=len(own), wins=told.wins, losses=told.losses, mean_pct=mean)
            )
        return tuple(found)

    def _within(self, span: Span) -> list[Ended]:
        first = "" if span.since is None else span.since.isoformat()
        return [
            each
            for each in self.signals
            if first <= each[0].timestamp <= to_text(span.until) and each[0].confidence >= span.min_confidence
        ]


def _ended(signal: Signal, outcome: Outcome | None) -> Ended:
    if outcome is None:
        return signal, None, None
    gained = (outcome.profit_loss_pct or 0.0) > 0
    word = outcome.outcome if outcome.outcome != "expired" else "win" if gained else "loss"
    return signal, word, outcome.profit_loss_pct


def _counts(own: Sequence[Ended]) -> OutcomeCounts:
    wins = [result for _, word, result in own if word == "win"]
    losses = [result for _, word, result in own if word == "loss"]
    return OutcomeCounts(
        signals=len(own),
        completed=len(wins) + len(losses),
        wins=len(wins),
        losses=len(losses),
        average_win_pct=_mean(wins),
        average_loss_pct=_mean(losses),
    )


def _groups(signals: Iterable[Ended], key: Callable[[Signal], str]) -> list[tuple[str, list[Ended]]]:
    groups: dict[str, list[Ended]] = {}
    for each in signals:
        groups.setdefault(key(each[0]), []).append(each)
    return sorted(groups.items())


def _mean(results: Iterable[float | None]) -> float | None:
    known = [result for result in results if result is not None]
    return fmean(known) if known else None
