"""What one tier may see of one signal at one moment. Pages, API, push and export accept nothing else."""

from __future__ import annotations

from datetime import datetime

import msgspec

from alpine_core.model.realised import StoredRealised
from alpine_core.model.seal import OutcomeSeal
from alpine_core.model.signal import Details, OutcomeRecord


class SignalProof(msgspec.Struct, frozen=True, kw_only=True):
    """What a reader needs to prove the signal alone: the members are those of `model.seal.Seal`."""

    origin: str
    salt: str
    leaf_index: int
    stream: str
    seq: int
    entry: str
    tlog_proof: str


class SignalView(msgspec.Struct, frozen=True, kw_only=True):
    """Made by `Entitlements` only, and by nobody else: a signal that has not passed it does not type-check.

    The nine fields as hashed (prices positive, `confidence` 0–100), then what the hash does not cover.
    `premium`: the confidence reaches the tier's mark. `outcome` is None while the signal is open. `reveal_index` is the
    log's entry that discloses the signal to everybody, None before. `realised` are the finished trades on it, for a
    signal that was asked for alone; None in lists and streams, where they are not looked up.
    """

    alpine_signal_id: int
    signal_id: str
    symbol: str
    action: str
    entry_price: float
    target_price: float | None
    stop_price: float | None
    confidence: float
    strategy: str
    timestamp: str
    scheme: str
    verification_hash: str
    legacy_preimage: str | None
    received_at: datetime
    premium: bool
    details: Details
    outcome: OutcomeRecord | None
    resolved_at: datetime | None
    proof: SignalProof | None = None
    outcome_proof: OutcomeSeal | None = None
    reveal_index: int | None = None
    realised: tuple[StoredRealised, ...] | None = None

    @property
    def replayed(self) -> bool:
        """As `Details.replayed`."""
        return self.details.replayed
