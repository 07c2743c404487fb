"""Votes and views for consensus tests."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np

from argo_core.model.bars import Bars
from argo_core.model.market_view import MarketView
from argo_core.model.vote import Vote

NOW = datetime(2026, 1, 2, 15, 30, tzinfo=UTC)


def vote(source: str, direction: str, confidence: float, *, age_seconds: float = 0, price: float = 100.0) -> Vote:
    """A vote on AAPL, seen `age_seconds` before NOW."""
    seen = NOW - timedelta(seconds=age_seconds)
    return Vote(
        source=source,
        symbol="AAPL",
        direction=direction,
        confidence=confidence,
        price=price,
        observed_at=seen,
        received_at=seen,
    )


def one_symbol_view(age_minutes: int = 0) -> MarketView:
    """AAPL at 100, known since `age_minutes`."""
    start = np.datetime64("2026-01-02T15:29") - np.timedelta64(age_minutes, "m")
    return MarketView.of([Bars.of("AAPL", "1Min", [start], [[100.0]] * 4 + [[1000.0]])], NOW)
