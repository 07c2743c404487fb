"""Which part of the record is asked for."""

from __future__ import annotations

from datetime import date

import msgspec

from alpine_core.model.closed_signal import ClosedSignal


class Selection(msgspec.Struct, frozen=True, kw_only=True):
    """Ended on a UTC day of [since, until], of one of `symbols` (empty: any), of a confidence (0–100) in
    [min_confidence, max_confidence], of this regime and action. None: whatever it is."""

    since: date | None = None
    until: date | None = None
    symbols: frozenset[str] = frozenset()
    min_confidence: float | None = None
    max_confidence: float | None = None
    regime: str | None = None
    action: str | None = None

    def takes(self, signal: ClosedSignal) -> bool:
        """Whether the signal belongs to it."""
        ended = signal.closed_at.date()
        checks = (
            self.since is None or ended >= self.since,
            self.until is None or ended <= self.until,
            not self.symbols or signal.symbol in self.symbols,
            self.min_confidence is None or signal.confidence >= self.min_confidence,
            self.max_confidence is None or signal.confidence <= self.max_confidence,
            self.regime is None or signal.regime == self.regime,
            self.action is None or signal.action == self.action,
        )
        return all(checks)
