"""Which layers stand before each kind of executor, in the order in which they are asked."""

from __future__ import annotations

import msgspec

from argo_core.risk.account_status import AccountStatus
from argo_core.risk.buying_power import BuyingPower
from argo_core.risk.confidence_minimum import ConfidenceMinimum
from argo_core.risk.layer import RiskLayer
from argo_core.risk.no_crisis import NoCrisis
from argo_core.risk.position_count import PositionCount
from argo_core.risk.position_size import PositionSize
from argo_core.risk.shorting import Shorting
from argo_core.risk.signal_age import SignalAge
from argo_core.risk.stop_distance import StopDistance


class RegularLimits(msgspec.Struct, frozen=True, kw_only=True):
    """`min_confidence` 0–100, `max_position_pct` of equity, `max_age_seconds` of a signal."""

    min_confidence: float = 75.0
    max_position_pct: float = 16.0
    max_age_seconds: float = 300.0


class PropFirmLimits(msgspec.Struct, frozen=True, kw_only=True):
    """The regular limits, tighter, and how many positions and how wide a stop the firm allows."""

    min_confidence: float = 82.0
    max_position_pct: float = 3.0
    max_age_seconds: float = 300.0
    max_positions: int = 3
    max_stop_pct: float = 1.5


def regular_layers(limits: RegularLimits) -> tuple[RiskLayer, ...]:
    """Account, age of the signal, confidence, size, shorting, buying power."""
    return (
        AccountStatus(),
        SignalAge(max_age_seconds=limits.max_age_seconds),
        ConfidenceMinimum(min_confidence=limits.min_confidence),
        PositionSize(max_pct=limits.max_position_pct),
        Shorting(),
        BuyingPower(),
    )


def prop_firm_layers(limits: PropFirmLimits) -> tuple[RiskLayer, ...]:
    """The regular ones at the firm's limits, then the firm's own."""
    shared = RegularLimits(
        min_confidence=limits.min_confidence,
        max_position_pct=limits.max_position_pct,
        max_age_seconds=limits.max_age_seconds,
    )
    return (
        *regular_layers(shared),
        PositionCount(max_positions=limits.max_positions),
        StopDistance(max_stop_pct=limits.max_stop_pct),
        NoCrisis(),
    )
