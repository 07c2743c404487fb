"""Small values of every kind, for tests: real bodies, really hashed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from alpine_core.model.account import Account, Role
from alpine_core.model.mark import Mark, MarkSeries
from alpine_core.model.realised import RealisedTrade
from alpine_core.model.signal import HASHED_NAMES, OutcomeRecord, VerifiedSignal
from alpine_core.model.tier import Tier
from alpine_core.verify.canonical import signal_hash
from alpine_core.verify.legacy import legacy_hash, legacy_preimage
from alpine_core.verify.signal_verifier import SignalVerifier
from alpine_core.wire.envelope import read_signal

MOMENT = datetime(2026, 3, 2, 15, 0, 0, tzinfo=UTC)
BASELINE: dict[str, Any] = {
    "signal_id": "SIG-000123",
    "symbol": "AAPL",
    "action": "BUY",
    "entry_price": 175.25,
    "target_price": 184.5,
    "stop_price": 171.5,
    "confidence": 97.3,
    "strategy": "momentum_breakout",
    "timestamp": "2026-01-02T14:30:00.123456Z",
}
"""The nine fields of the vectors' first case."""

DETAILS: dict[str, Any] = {
    "asset_type": "stock",
    "data_source": "consensus",
    "regime": "TRENDING",
    "reasoning": "three of four sources agree",
    "win_probability": 0.61,
    "votes": [
        {
            "source": "technical",
            "direction": "LONG",
            "confidence": 88.5,
            "weight": 0.4,
            "age_seconds": 2.5,
            "chosen": True,
            "evidence": {"rsi": 41.2},
            "rationale": "above its average",
        },
        {"source": "sentiment", "direction": "NEUTRAL", "confidence": 50.0},
    ],
    "decision": {"decision_id": "d-1", "threshold": 75.0, "absences": []},
    "as_of": "2026-01-02T14:30:00Z",
    "service_type": "both",
    "generated_by": "generator",
    "generation_latency_ms": 12.5,
}


def sample_members(signal_id: str = "SIG-000123", **changes: Any) -> dict[str, Any]:
    """The members of a signal's body, hashed by jcs-1 after `changes`; details only where they are asked for."""
    members = {**BASELINE, "signal_id": signal_id, **changes}
    nine = {name: members[name] for name in HASHED_NAMES if name in members}
    return {**members, "verification_hash": signal_hash(nine), "scheme": "jcs-1"}


def sample_body(signal_id: str = "SIG-000123", **changes: Any) -> bytes:
    """A signal's body, hashed by jcs-1 after `changes`."""
    return msgspec.json.encode(sample_members(signal_id, **changes))


def legacy_members(signal_id: str = "OLD-000001", **changes: Any) -> dict[str, Any]:
    """The members of a body as older senders write it."""
    nine = {**BASELINE, "signal_id": signal_id, "timestamp": "2026-01-02T14:30:00+00:00", **changes}
    return {**nine, "sha256": legacy_hash(legacy_preimage(nine))}


def sample_verified(signal_id: str = "SIG-000123", **changes: Any) -> VerifiedSignal:
    """A verified signal with details, after `changes`."""
    return SignalVerifier().verify(read_signal(sample_body(signal_id, **{**DETAILS, **changes})))


def sample_outcome(signal_id: str = "SIG-000123", **changes: Any) -> OutcomeRecord:
    """A win at the target, after `changes`."""
    win = OutcomeRecord(
        signal_id=signal_id,
        outcome="win",
        result="target",
        exit_price=184.5,
        exit_at="2026-01-03T15:00:00Z",
        profit_loss_pct=5.278174,
    )
    return msgspec.structs.replace(win, **changes)


def sample_trade(signal_id: str = "SIG-000123", **changes: Any) -> RealisedTrade:
    """A simulated account made 5.28 % of the signal before fees, after `changes`; its signal is in no log."""
    won = RealisedTrade(
        trade_id=f"desk-4-{signal_id}",
        signal_id=signal_id,
        of=None,
        executor_id="desk",
        mode="simulated",
        symbol="AAPL",
        action="BUY",
        quantity=10.0,
        entry_price=175.25,
        exit_price=184.5,
        fees=3.505,
        gross_pct=5.278174,
        net_pct=5.078174,
        exit="target",
        opened_at="2026-01-02T14:31:00.000000Z",
        closed_at="2026-01-03T15:00:00.000000Z",
        v=1,
    )
    return msgspec.structs.replace(won, **changes)


def sample_series(symbol: str = "AAPL", timeframe: str = "1d", count: int = 2, close: float = 176.0) -> MarkSeries:
    """`count` daily bars from MOMENT on."""
    marks = tuple(
        Mark(
            symbol=symbol,
            timeframe=timeframe,
            start=MOMENT + timedelta(days=number),
            open=175.0,
            high=180.0,
            low=170.0,
            close=close,
            volume=1000.0,
        )
        for number in range(count)
    )
    return MarkSeries(symbol=symbol, timeframe=timeframe, origin="replay", marks=marks)


def sample_account(email: str = "ada@example.com", password_hash: str = "plain:correct horse") -> Account:
    """A premium subscriber."""
    return Account(
        account_id=f"id of {email}",
        email=email,
        password_hash=password_hash,
        tier=Tier.PREMIUM,
        role=Role.SUBSCRIBER,
        created_at=MOMENT,
    )
