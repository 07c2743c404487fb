"""The strategies of these tests."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from argo_core.backtest.emission import EmissionRules
from argo_core.backtest.strategy import Strategy
from argo_core.consensus import ConsensusEngine, ConsensusPolicy, Weights
from argo_core.measures.feature_tracker import FeatureTracker
from argo_core.model.bars import Bars
from argo_core.model.source import Group, SourceSpec, Wave
from argo_core.model.vote import Absence
from argo_core.pipeline import CyclePolicy
from argo_core.pipeline.policy import Reemit
from argo_core.ports.source import Source
from argo_core.regime import RegimePolicy
from argo_core.risk import LevelPolicy
from argo_core.sources import FeatureSource, price_action, source, technical
from argo_core.sources.absent_source import AbsentSource
from argo_core.tracking import CostPolicy, HorizonPolicy
from tests.argo.backtest.markets import Market

TRACKER = FeatureTracker()
AGED = 90_000.0  # a day and an hour: votes of a day are fresh
PRICE = SourceSpec(name="price", group=Group.MARKET_DATA, weight=0.5, ttl_equity_seconds=AGED, ttl_crypto_seconds=AGED)
CHART = SourceSpec(name="chart", group=Group.TECHNICAL, weight=0.3, ttl_equity_seconds=AGED, ttl_crypto_seconds=AGED)
MODEL = SourceSpec(
    name="model",
    group=Group.AI,
    weight=0.05,
    wave=Wave.LATER,
    cost=50.0,
    ttl_equity_seconds=AGED,
    ttl_crypto_seconds=AGED,
)


@source("last_week", group=Group.SENTIMENT, weight=0.15)
def last_week(bars: Bars) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """With the last five closes."""
    moves = np.full(len(bars), np.nan)
    moves[5:] = np.log(bars.close[5:] / bars.close[:-5])
    confidence = np.minimum(60.0 + 1000.0 * np.abs(moves), 100.0)
    return np.sign(np.nan_to_num(moves)), np.where(np.isnan(moves), np.nan, confidence)


SOURCES: tuple[Source, ...] = (
    FeatureSource(PRICE, price_action, TRACKER),
    FeatureSource(CHART, technical, TRACKER),
    last_week,
    AbsentSource(MODEL, Absence.NO_RECORDING),
)


def strategy(
    market: Market,
    threshold: float = 55.0,
    reemit: Reemit = Reemit.ON_CHANGE,
    sources: tuple[Source, ...] = SOURCES,
    levels: LevelPolicy = LevelPolicy(),
    **consensus: Any,
) -> Strategy:
    """Everything live but for the market."""
    policy = ConsensusPolicy(threshold=threshold, max_staleness_seconds=200_000, **consensus)
    rules = EmissionRules(
        cycle=CyclePolicy(reemit=reemit, price_change_threshold=0.01),
        levels=levels,
        horizon=HorizonPolicy(equity_sessions=10, crypto_days=10),
        costs=CostPolicy(),
        sessions=market.sessions,
        origin="history",
    )
    engine = ConsensusEngine(Weights.of([each.spec for each in sources]), policy)
    return Strategy(sources, engine, RegimePolicy(), rules)
