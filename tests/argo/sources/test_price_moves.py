"""Who is told of a move, and what none is."""

from __future__ import annotations

import math
from datetime import timedelta

import pytest

from argo_core.model.last_price import LastPrice
from argo_core.ports.market_stream import News
from argo_core.sources.adaptive_ttl import AdaptiveTtl
from argo_core.sources.price_moves import PriceMoves
from tests.argo.pipeline.market_parts import NOON


def test_a_teller_is_compared_with_itself_alone() -> None:
    moves = PriceMoves(AdaptiveTtl(move_pct=1.0))
    moves.answered("alpaca", "A", 100.0, 1.0)
    assert not moves.answered("massive", "A", 120.0, 2.0)
    assert moves.moved_at("A") == -math.inf
    assert moves.answered("massive", "A", 122.0, 3.0)
    assert (moves.moved_at("A"), moves.moved_at("B")) == (3.0, -math.inf)


def test_many_small_steps_away_from_the_last_answer_are_one_move() -> None:
    moves = PriceMoves(AdaptiveTtl(move_pct=1.0))
    moves.answered("alpaca", "A", 100.0, 0.0)
    seen = []
    for step in range(1, 9):
        moves.pushed("alpaca", "A", 100.0 + 0.4 * step, float(step))
        seen.append(moves.moved_at("A"))
    assert seen == [-math.inf, -math.inf, 3.0, 3.0, 3.0, 6.0, 6.0, 6.0]


@pytest.mark.parametrize(("pct", "at"), [(1.0, NOON.timestamp()), (5.0, -math.inf)])
def test_pushed_prices_are_noted_on_their_way_by_the_configured_threshold(pct: float, at: float) -> None:
    moves, taken = PriceMoves(AdaptiveTtl(move_pct=pct)), list[News]()
    take = moves.watching(lambda: NOON, "alpaca", taken.append)
    moves.answered("alpaca", "A", 100.0, NOON.timestamp() - 5.0)
    news = LastPrice(symbol="A", price=102.0, at=NOON - timedelta(seconds=1), received_at=NOON, feed="iex")
    take(news)
    assert taken == [news]
    assert moves.moved_at("A") == at
