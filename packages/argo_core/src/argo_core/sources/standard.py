"""The two votes on bars with weights of their own, for use without any vendor."""

from __future__ import annotations

import numpy as np

from argo_core.measures.feature_tracker import FeatureTracker
from argo_core.model.market_view import MarketView
from argo_core.model.source import Group, SourceSpec
from argo_core.model.vote import VoteColumn
from argo_core.sources.bar_source import column_of
from argo_core.sources.price_action import price_action
from argo_core.sources.technical import technical

PRICE_ACTION = SourceSpec(name="price_action", group=Group.MARKET_DATA, weight=0.6)
TECHNICAL = SourceSpec(name="technical", group=Group.TECHNICAL, weight=0.4)
STANDARD_SOURCES = (PRICE_ACTION, TECHNICAL)


def standard_votes(view: MarketView) -> tuple[VoteColumn, VoteColumn]:
    """Both votes on every symbol of a view, read from its whole history: for single questions, not for a loop."""
    features = FeatureTracker().advance(view).features
    everyone = np.ones(len(view), dtype=np.bool_)
    return (
        column_of(PRICE_ACTION.name, price_action(features), view, everyone),
        column_of(TECHNICAL.name, technical(features), view, everyone),
    )
