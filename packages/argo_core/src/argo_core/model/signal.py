"""A signal on its way: published decision, sealed by its hash, logged durably. The type says how far it has come."""

from __future__ import annotations

from datetime import datetime

import msgspec

from argo_core.model.direction import Direction


class VoteRecord(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A vote as recorded with a decision: `age_seconds` against market time, `chosen` if it spoke for its group.
    `price`: what the source itself saw, None if it sees none."""

    source: str
    group: str
    direction: str
    confidence: float
    weight: float
    age_seconds: float
    age_factor: float
    price: float | None
    observed_at: datetime
    chosen: bool
    evidence: dict[str, float] = {}
    rationale: str | None = None


class Signal(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """The published decision. The first nine fields are hashed; the others travel beside the hash.

    Prices are positive floats in quote currency, quantised to the symbol's tick; `confidence` 0–100;
    `timestamp` is `YYYY-MM-DDTHH:MM:SS.ffffffZ`, wall clock; `as_of` the market time of its data.
    """

    signal_id: str
    symbol: str
    action: str
    entry_price: float
    target_price: float | None
    stop_price: float | None
    confidence: float
    strategy: str
    timestamp: str
    as_of: datetime
    asset_type: str
    data_source: str
    regime: str
    reasoning: str
    votes: tuple[VoteRecord, ...] = ()
    horizon_at: datetime | None = None
    win_probability: float | None = None
    service_type: str = "both"
    generated_by: str = "signal_generator"

    @property
    def direction(self) -> Direction:
        return Direction.of_action(self.action)

    def hashed_fields(self) -> dict[str, object]:
        """The nine fields that the verification hash covers."""
        return {
            "action": self.action,
            "confidence": self.confidence,
            "entry_price": self.entry_price,
            "signal_id": self.signal_id,
            "stop_price": self.stop_price,
            "strategy": self.strategy,
            "symbol": self.symbol,
            "target_price": self.target_price,
            "timestamp": self.timestamp,
        }


class SealedSignal(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A signal and its verification hash: 64 lower-case hex digits over `canonical`, under `scheme`."""

    signal: Signal
    scheme: str
    verification_hash: str


class LoggedSignal(msgspec.Struct, frozen=True, kw_only=True):
    """A sealed signal that is durable. `index` is its row's number, from 1; `created_at` wall clock, UTC.

    Of an outcome: gross and net result in percent; no net one where no costs were stated.
    """

    index: int
    sealed: SealedSignal
    created_at: datetime
    outcome: str | None = None
    result: str | None = None
    exit_price: float | None = None
    profit_loss_pct: float | None = None
    net_pct: float | None = None
