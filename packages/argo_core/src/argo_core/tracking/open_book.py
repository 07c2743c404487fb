"""Which signals are open: the rule of one open signal per symbol, direction and strategy."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from argo_core.model.direction import Direction
from argo_core.model.outcome import Outcome
from argo_core.model.signal import LoggedSignal, SealedSignal, Signal

SignalKind = tuple[str, Direction, str]


@dataclass(frozen=True, slots=True)
class OpenBook:
    """The open signals, oldest first, by (symbol, direction, strategy)."""

    _by_kind: Mapping[SignalKind, tuple[Signal, ...]] = field(default_factory=lambda: MappingProxyType({}))

    @classmethod
    def of(cls, signals: Iterable[Signal]) -> OpenBook:
        """The book of these signals, given oldest first. Several of one kind are kept: a log may hold such."""
        by_kind: dict[SignalKind, tuple[Signal, ...]] = {}
        for signal in signals:
            kind = _kind_of(signal)
            by_kind[kind] = (*by_kind.get(kind, ()), signal)
        return cls(MappingProxyType(by_kind))

    @classmethod
    def of_log(cls, logged: Iterable[LoggedSignal]) -> OpenBook:
        """The book that a log's open signals make. A signal without a horizon was imported: it is history, not open."""
        return cls.of(entry.sealed.signal for entry in logged if entry.sealed.signal.horizon_at is not None)

    @property
    def signals(self) -> tuple[Signal, ...]:
        """All of them; those of one kind in order of age."""
        return tuple(signal for signals in self._by_kind.values() for signal in signals)

    def equal_to(self, symbol: str, direction: Direction, strategy: str) -> Signal | None:
        """The newest open signal that a new one of this kind would repeat."""
        return self._by_kind.get((symbol, direction, strategy), (None,))[-1]

    def opposed_to(self, symbol: str, direction: Direction, strategy: str) -> tuple[Signal, ...]:
        """The open signals that a new one of this kind would flip."""
        return self._by_kind.get((symbol, Direction(-direction), strategy), ())

    def after(self, outcomes: Iterable[Outcome], published: Iterable[SealedSignal]) -> OpenBook:
        """The book once these outcomes are recorded and these signals published."""
        closed = {outcome.signal_id for outcome in outcomes}
        kept = [signal for signal in self.signals if signal.signal_id not in closed]
        return OpenBook.of([*kept, *(sealed.signal for sealed in published)])


def _kind_of(signal: Signal) -> SignalKind:
    return signal.symbol, signal.direction, signal.strategy
