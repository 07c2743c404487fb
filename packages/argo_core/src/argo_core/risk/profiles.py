"""Which layers stand before each kind of executor, in the order in which they are asked."""

from __future__ import annotations

import msgspec

from argo_core.risk.account_status import AccountStatus
from argo_core.risk.anchor import DayAnchor
from argo_core.risk.buying_power import BuyingPower
from argo_core.risk.confidence_minimum import ConfidenceMinimum
from argo_core.risk.correlation_limit import CorrelationLimit
from argo_core.risk.headroom import Headroom
from argo_core.risk.layer import RiskLayer
from argo_core.risk.loss_limits import DailyLossLimit, DrawdownLimit
from argo_core.risk.no_crisis import NoCrisis
from argo_core.risk.position_count import PositionCount
from argo_core.risk.position_size import PositionSize
from argo_core.risk.prop_firm_rules import PropFirmRules
from argo_core.risk.restricted_symbols import RestrictedSymbols
from argo_core.risk.shorting import Shorting
from argo_core.risk.signal_age import SignalAge
from argo_core.risk.stop_ahead import StopAhead
from argo_core.risk.stop_distance import StopDistance
from argo_core.risk.watch_rules import DailyLoss, MaxLoss, Measure, PctOf, Trailing, WatchRules


class RegularLimits(msgspec.Struct, frozen=True, kw_only=True):
    """`min_confidence` 0–100, `max_position_pct` of equity, `max_age_seconds` of a signal; `daily_loss_pct` of the
    equity at the day's anchor, `max_drawdown_pct` of the highest equity (10 is the conservative profile)."""

    min_confidence: float = 75.0
    max_position_pct: float = 16.0
    max_age_seconds: float = 300.0
    max_correlated: int = 5
    daily_loss_pct: float = 5.0
    max_drawdown_pct: float = 20.0

    def watch(self, anchor: DayAnchor | None = None) -> WatchRules:
        """The regular account's watch: beyond the day's limit no new risk until the next anchor, beyond the drawdown
        until an operator resumes; nothing is flattened."""
        return WatchRules(
            daily_loss=_own_daily_loss(self.daily_loss_pct),
            max_loss=_own_max_loss(self.max_drawdown_pct),
            anchor=DayAnchor() if anchor is None else anchor,
            rebase_on_resume=True,
        )


class PropFirmLimits(msgspec.Struct, frozen=True, kw_only=True):
    """The regular limits, tighter, and how many positions and how wide a stop the firm allows.

    `daily_loss_pct` of the equity at the day's anchor and `max_drawdown_pct` of the highest equity are the operator's
    own, kept beside the pack's; None leaves the pack's alone.
    """

    min_confidence: float = 82.0
    max_position_pct: float = 3.0
    max_age_seconds: float = 300.0
    max_correlated: int = 3
    max_positions: int = 3
    max_stop_pct: float = 1.5
    no_crisis: bool = True
    restricted_symbols: frozenset[str] = frozenset()
    only_symbols: frozenset[str] | None = None
    daily_loss_pct: float | None = None
    max_drawdown_pct: float | None = None

    def watch(self, rules: PropFirmRules, initial: float | None = None) -> WatchRules:
        """The pack's watch with these limits beside it. `initial` capital in quote currency."""
        return msgspec.structs.replace(
            rules.watch(initial),
            own_daily_loss=None if self.daily_loss_pct is None else _own_daily_loss(self.daily_loss_pct),
            own_max_loss=None if self.max_drawdown_pct is None else _own_max_loss(self.max_drawdown_pct),
        )

    def within(self, rules: PropFirmRules) -> PropFirmLimits:
        """The tighter of each of these limits and the pack's."""
        only = [names for names in (self.only_symbols, rules.only_symbols) if names is not None]
        return PropFirmLimits(
            min_confidence=max(self.min_confidence, rules.min_confidence or 0.0),
            max_position_pct=_tighter(self.max_position_pct, rules.max_position_pct),
            max_age_seconds=self.max_age_seconds,
            max_correlated=int(_tighter(self.max_correlated, rules.max_correlated)),
            max_positions=int(_tighter(self.max_positions, rules.max_positions)),
            max_stop_pct=_tighter(self.max_stop_pct, rules.max_stop_pct),
            no_crisis=self.no_crisis or rules.no_crisis,
            restricted_symbols=self.restricted_symbols | rules.restricted_symbols,
            only_symbols=frozenset.intersection(*only) if only else None,
            daily_loss_pct=self.daily_loss_pct,
            max_drawdown_pct=self.max_drawdown_pct,
        )


def regular_layers(limits: RegularLimits) -> tuple[RiskLayer, ...]:
    """The seven layers in their order; then is the signal too old, its stop passed, a short sale possible?"""
    return (
        AccountStatus(),
        ConfidenceMinimum(min_confidence=limits.min_confidence),
        PositionSize(max_pct=limits.max_position_pct),
        CorrelationLimit(max_positions=limits.max_correlated),
        DailyLossLimit(),
        DrawdownLimit(),
        BuyingPower(),
        SignalAge(max_age_seconds=limits.max_age_seconds),
        StopAhead(),
        Shorting(),
    )


def prop_firm_layers(limits: PropFirmLimits) -> tuple[RiskLayer, ...]:
    """The regular ones at the firm's limits, then the firm's own."""
    shared = RegularLimits(
        min_confidence=limits.min_confidence,
        max_position_pct=limits.max_position_pct,
        max_age_seconds=limits.max_age_seconds,
        max_correlated=limits.max_correlated,
    )
    return (
        *regular_layers(shared),
        PositionCount(max_positions=limits.max_positions),
        StopDistance(max_stop_pct=limits.max_stop_pct),
        *((NoCrisis(),) if limits.no_crisis else ()),
        RestrictedSymbols(refused=limits.restricted_symbols, only=limits.only_symbols),
        Headroom(),
    )


def _tighter(own: float, firm: float | None) -> float:
    return own if firm is None else min(own, firm)


def _own_daily_loss(pct: float) -> DailyLoss:
    return DailyLoss(pct=pct, of=PctOf.LEVEL, below=Measure.EQUITY)


def _own_max_loss(pct: float) -> MaxLoss:
    return MaxLoss(pct=pct, of=PctOf.LEVEL, trailing=Trailing.INTRADAY)
