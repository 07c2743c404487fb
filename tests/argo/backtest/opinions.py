"""Recorded answers of a language model about a drawn market."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import numpy as np

from argo_core.model.opinion_answer import OpinionAnswer, Usage
from tests.argo.backtest.markets import Market, aware


def answers_for(source: str, market: Market, seed: int) -> Iterator[OpinionAnswer]:
    """About a third of the moments of each symbol, known a minute after the market that they are about."""
    rng = np.random.default_rng(seed)
    for moment in aware(market.moments):
        for bars in market.bars:
            if rng.random() < 0.3:
                yield OpinionAnswer(
                    source=source,
                    symbol=bars.symbol,
                    direction=int(rng.integers(-1, 2)),
                    confidence=float(rng.integers(0, 101)),
                    rationale="as recorded",
                    citations=(),
                    price=100.0,
                    market_as_of=moment - timedelta(minutes=5),
                    asked_at=moment,
                    answered_at=moment + timedelta(minutes=1),
                    model="m",
                    prompt_hash="0" * 64,
                    usage=Usage(),
                    raw=b"{}",
                )
