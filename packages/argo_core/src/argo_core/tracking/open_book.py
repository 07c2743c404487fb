"""Which signals are open: the rule of one open signal per symbol, direction and strategy."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from argo_core.model.direction import Direction
from argo_core.model.outcome import Outcome
from argo_core.model.signal import LoggedSignal, SealedSignal, Signal


@dataclass(frozen=True, slots=True)
class OpenBook:
    """The open signals, oldest first. At most one per (symbol, direction, strategy)."""

    signals: tuple[Signal, ...] = ()

    @classmethod
    def of(cls, logged: Iterable[LoggedSignal]) -> OpenBook:
        """The book that a log's open signals make."""
        return cls(tuple(entry.sealed.signal for entry in logged))

    def equal_to(self, symbol: str, direction: Direction, strategy: str) -> Signal | None:
        """The open signal that a new one of this kind would repeat."""
        return self._find(symbol, direction, strategy)

    def opposed_to(self, symbol: str, direction: Direction, strategy: str) -> Signal | None:
        """The open signal that a new one of this kind would flip."""
        return self._find(symbol, Direction(-direction), strategy)

    def after(self, outcomes: Iterable[Outcome], published: Iterable[SealedSignal]) -> OpenBook:
        """The book once these outcomes are recorded and these signals published."""
        closed = {outcome.signal_id for outcome in outcomes}
        kept = tuple(signal for signal in self.signals if signal.signal_id not in closed)
        return OpenBook(kept + tuple(sealed.signal for sealed in published))

    def _find(self, symbol: str, direction: Direction, strategy: str) -> Signal | None:
        for signal in self.signals:
            if signal.symbol == symbol and signal.direction is direction and signal.strategy == strategy:
                return signal
        return None
