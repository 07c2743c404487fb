"""Rules for random paths: packs in which all but one rule are far away, so that this one is the first to bind."""

from __future__ import annotations

from dataclasses import dataclass

from argo_core.risk import (
    DailyLoss,
    DayAnchor,
    FlattenCost,
    MaxLoss,
    Measure,
    PctOf,
    PropFirmLimits,
    PropFirmRules,
    RegularLimits,
    RiskPolicy,
    SizePolicy,
    Trailing,
)
from tests.argo.pipeline.risk_path_rig import CAPITAL

WIDE = PropFirmLimits(
    min_confidence=0.0, max_position_pct=30.0, max_correlated=99, max_positions=99, max_stop_pct=50.0, no_crisis=False
)
SIZE = SizePolicy(base_pct=20.0, max_pct=25.0)
# One check a half hour of the market; what the coming anchor will set counts one bar before it.
COST = FlattenCost(check_seconds=1_800.0)


@dataclass(frozen=True)
class Binding:
    """A policy, and what shows that its rule was the one that bound: a floor that was reached, a lone denial, or the
    only kind of halt."""

    policy: RiskPolicy
    breach: str | None = None
    denial: str | None = None
    halt: str | None = None


def firm(size: SizePolicy = SIZE, **rules: object) -> RiskPolicy:
    """A prop firm account by a pack that is wide but for these rules."""
    wide: dict[str, object] = {"daily_loss": DailyLoss(pct=50.0), "max_loss": MaxLoss(pct=90.0)}
    pack = PropFirmRules(
        name="wide", version=1, label="for tests", source="made up", source_date="2026-11-21",
        anchor=DayAnchor(timezone="America/New_York", at="17:00"), cost=COST, reset_lead_seconds=1_800.0,
        **(wide | rules),  # type: ignore[arg-type]
    )  # fmt: skip
    return RiskPolicy.prop_firm(pack, WIDE, size, CAPITAL)


def regular(**limits: float) -> RiskPolicy:
    """An account with its own rules only."""
    wide = {"min_confidence": 0.0, "max_position_pct": 30.0, "daily_loss_pct": 90.0, "max_drawdown_pct": 90.0}
    return RiskPolicy.regular(RegularLimits(max_correlated=99, **(wide | limits)), SIZE)


SMALL = SizePolicy(base_pct=5.0, max_pct=8.0)
BINDINGS: dict[str, Binding] = {
    "daily loss": Binding(firm(daily_loss=DailyLoss(pct=2.0)), breach="daily_loss", halt="breach"),
    "static": Binding(firm(max_loss=MaxLoss(pct=2.5)), breach="drawdown", halt="breach"),
    "end of day": Binding(
        firm(max_loss=MaxLoss(pct=2.5, trailing=Trailing.END_OF_DAY, measure=Measure.EQUITY)),
        breach="drawdown",
        halt="breach",
    ),
    "intraday": Binding(
        firm(max_loss=MaxLoss(pct=2.5, of=PctOf.LEVEL, trailing=Trailing.INTRADAY)), breach="drawdown", halt="breach"
    ),
    "position count": Binding(firm(SMALL, max_positions=1), denial="too_many_positions"),
    "stop distance": Binding(firm(SMALL, max_stop_pct=0.5), denial="stop_too_far"),
    "headroom": Binding(firm(daily_loss=DailyLoss(pct=1.0)), denial="no_headroom", halt="breach"),
    "correlation": Binding(firm(SMALL, max_correlated=1), denial="too_many_correlated"),
    "drawdown": Binding(regular(max_drawdown_pct=2.0), breach="drawdown", halt="breach"),
    "own daily loss": Binding(regular(daily_loss_pct=1.5), halt="daily_loss"),
}
