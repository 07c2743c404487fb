"""A signal and an account → a verdict per layer → the orders. Pure: decided here, acted upon elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import msgspec

from argo_core.execution import exposure_of, intents_of
from argo_core.model.asset import AssetType
from argo_core.model.direction import Direction
from argo_core.model.instant import from_text
from argo_core.model.order import OrderIntent, Quote
from argo_core.model.position import AccountSnapshot
from argo_core.model.signal import Signal
from argo_core.model.verdict import Verdict
from argo_core.risk import (
    MarketContext,
    Proposal,
    RiskLayer,
    SizePolicy,
    Standing,
    Watched,
    assess,
    position_size,
)


@dataclass(frozen=True, slots=True)
class ExecutionPolicy:
    """Who trades and by which rules. Without layers every signal is denied."""

    executor_id: str
    layers: tuple[RiskLayer, ...]
    size: SizePolicy
    standing: Standing
    flip: bool = True


class ExecutionDecision(msgspec.Struct, frozen=True, kw_only=True):
    """Every layer's verdict, and the orders: empty exactly when a layer denied."""

    signal_id: str
    verdicts: tuple[Verdict, ...]
    intents: tuple[OrderIntent, ...]

    @property
    def allowed(self) -> bool:
        """True when something is ordered."""
        return bool(self.intents)


def decide_execution(
    signal: Signal,
    account: AccountSnapshot,
    quote: Quote,
    policy: ExecutionPolicy,
    watched: Watched,
    context: MarketContext,
    now: datetime,
) -> ExecutionDecision:
    """What this executor does about a signal at `now`, wall clock. `quote` is the newest known price of its symbol,
    `watched` the account's standing against its limits by the newest reading, `context` the market's last bars."""
    held = next((position.quantity for position in account.positions if position.symbol == signal.symbol), 0.0)
    size = _size(signal, account, quote, policy.size, watched, context)
    # Where nothing can be sold short a SELL ends with the long that it closes.
    flip = policy.flip and (signal.direction is Direction.LONG or account.shorting)
    exposure = exposure_of(signal, held, size, flip=flip)
    proposal = Proposal(
        signal=signal,
        account=account,
        standing=policy.standing,
        price=quote.price,
        age_seconds=(now - from_text(signal.timestamp)).total_seconds(),
        held=held,
        closing=exposure.closing,
        opening=exposure.opening,
        watched=watched,
        context=context,
    )
    assessment = assess(policy.layers, proposal)
    intents = intents_of(policy.executor_id, signal, exposure, quote) if assessment.allowed else ()
    return ExecutionDecision(signal_id=signal.signal_id, verdicts=assessment.verdicts, intents=intents)


def _size(
    signal: Signal,
    account: AccountSnapshot,
    quote: Quote,
    policy: SizePolicy,
    watched: Watched,
    context: MarketContext,
) -> float:
    """Whole units for everything that is not known to be divisible; no venue lends fractions of a share to sell."""
    crypto = signal.asset_type == AssetType.CRYPTO
    if signal.direction is Direction.SHORT:
        policy = msgspec.structs.replace(policy, fractional_shares=False)
    return position_size(
        account.equity,
        quote.price,
        signal.confidence,
        AssetType.CRYPTO if crypto else AssetType.EQUITY,
        policy,
        calm=context.calm(signal.symbol),
        size_factor=watched.size_factor,
        increment=policy.increments.get(signal.symbol),
    )
