"""A signal on its way: as hashed, with its unhashed details, verified, stored."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

import msgspec

from alpine_core.model.seal import OutcomeSeal, Reveal, Seal

HASHED_NAMES = (
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
"""The nine names that the hash covers, in the order in which they are hashed."""


Label = Annotated[str, msgspec.Meta(max_length=128)]
Prose = Annotated[str, msgspec.Meta(max_length=16_384)]


class VoteLine(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One source's vote as the provider reports it. Not covered by the hash.

    `confidence` and `weight` are the provider's own units, ages are seconds, times RFC 3339 texts. Numbers are finite.
    """

    source: Label
    direction: Label
    confidence: float
    symbol: Label | None = None
    group: Label | None = None
    weight: float | None = None
    age_seconds: float | None = None
    age_factor: float | None = None
    price: float | None = None
    observed_at: Label | None = None
    received_at: Label | None = None
    chosen: bool | None = None
    evidence: dict[Label, float] = {}
    rationale: Prose | None = None


class HashedFields(msgspec.Struct, frozen=True, kw_only=True):
    """The nine fields that the hash covers. Prices are positive, `confidence` is 0–100, all finite.

    `timestamp` is the text as hashed; nothing re-formats it.
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


class Details(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What travels beside the nine fields. Not covered by the hash, and never shown as verified.

    `win_probability` is 0–1; `decision` is the provider's own account of how the signal came about, at most 16 KiB.
    """

    asset_type: Label | None = None
    data_source: Label | None = None
    regime: Label | None = None
    reasoning: Prose | None = None
    win_probability: Annotated[float, msgspec.Meta(ge=0, le=1)] | None = None
    votes: Annotated[tuple[VoteLine, ...], msgspec.Meta(max_length=500)] = ()
    decision: dict[str, Any] = {}
    as_of: Label | None = None
    service_type: Label | None = None
    generated_by: Label | None = None
    generation_latency_ms: float | None = None

    @property
    def replayed(self) -> bool:
        """True if the provider made it from recorded history rather than from the market of its day: it names such data
        `replay…`."""
        return (self.data_source or "").startswith("replay")


class VerifiedSignal(msgspec.Struct, frozen=True, kw_only=True):
    """A signal whose hash was recomputed here and holds.

    `scheme` is `jcs-1` or `legacy-json-0`; `legacy_preimage` is the hashed text of the latter, else None.
    `verification_hash` is 64 lower-case hex digits; `body` the bytes as received. `seal` is its verified place in the
    provider's log; None: `unlogged`, for operators only.
    """

    fields: HashedFields
    details: Details
    scheme: str
    verification_hash: str
    legacy_preimage: str | None
    body: bytes
    seal: Seal | None = None


class OutcomeRecord(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How a signal ended. `profit_loss_pct` is per cent of the entry price, `net_pct` the same after costs.

    `exit_at` is an RFC 3339 text; `outcome` is win, loss or expired; `result` the finer reason: target, stop, expired,
    cancelled, manual.
    """

    signal_id: str
    outcome: str
    result: str
    exit_price: float | None
    exit_at: str
    profit_loss_pct: float | None
    net_pct: float | None = None


class StoredSignal(msgspec.Struct, frozen=True, kw_only=True):
    """A verified signal at its place in the one sequence of records. `cursor` is its `alpine_signal_id`, from 1.

    `received_at` is when it became durable here; `resolved_at` when its outcome did. Both aware UTC. `outcome_seal` is
    the outcome's place in the log, `reveal` where the log itself discloses the signal.
    """

    cursor: int
    verified: VerifiedSignal
    received_at: datetime
    outcome: OutcomeRecord | None = None
    resolved_at: datetime | None = None
    outcome_seal: OutcomeSeal | None = None
    reveal: Reveal | None = None

    @property
    def seal(self) -> Seal | None:
        """The signal's place in the log; None: it is unlogged."""
        return self.verified.seal
