"""What a model is told of the market is what the view knows, and only of symbols that have a price."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np

from argo_core.model.asset import AssetType
from argo_core.model.bars import Bars
from argo_core.model.market_view import MarketView
from argo_core.sources.opinion_facts import Evidence, SymbolFacts, market_facts
from argo_core.sources.opinion_prompt import parts_of, question_of

AT = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)


def bars(symbol: str, *closes: float) -> Bars:
    """Hourly bars with these closes, the last of which ends at `AT`."""
    start = [np.datetime64("2026-11-20T15:00") - np.timedelta64(len(closes) - n, "h") for n in range(len(closes))]
    return Bars.of(symbol, "1Hour", start, np.array([*[closes] * 4, [1.0] * len(closes)]))


def test_a_symbol_has_its_price_its_changes_and_its_evidence() -> None:
    view = MarketView.of([bars("AAPL", 100.0, 80.0, 90.0, 95.0, 99.0, 110.0), bars("BTC-USD", 50.0)], AT)
    news = (Evidence(text="n", origin="o"),)
    facts = market_facts(view, np.array([0.25, np.nan]), market_open=True, evidence={"AAPL": news})
    apple, bitcoin = facts.symbols
    assert (facts.as_of, facts.market_open) == (AT, True)
    assert apple == SymbolFacts(
        symbol="AAPL",
        price=110.0,
        as_of=AT,
        volatility=0.25,
        figures={
            "change_over_1_bars_of_1hour_pct": 11.1111,
            "change_over_5_bars_of_1hour_pct": 10.0,
        },
        evidence=news,
    )
    assert bitcoin == SymbolFacts(symbol="BTC-USD", price=50.0, as_of=AT, volatility=0.0)
    assert (apple.asset_type, bitcoin.asset_type) == (AssetType.EQUITY, AssetType.CRYPTO)


def test_a_symbol_without_a_price_is_left_out() -> None:
    view = MarketView.of([Bars.empty("NVDA"), bars("AAPL", 1.0)], AT)
    facts = market_facts(view, np.zeros(2), market_open=True)
    assert [each.symbol for each in facts.symbols] == ["AAPL"]


def test_a_price_that_may_be_on_the_other_side_of_a_split_is_told_to_no_model() -> None:
    view = MarketView.of([bars("NVDA", 1.0), bars("AAPL", 1.0)], AT)
    doubted = dataclasses.replace(view, doubtful=frozenset({"NVDA"}))
    facts = market_facts(doubted, np.zeros(2), market_open=True)
    assert [each.symbol for each in facts.symbols] == ["AAPL"]


def test_of_a_large_market_the_most_volatile_are_taken_and_the_requested_ones() -> None:
    view = MarketView.of([bars(name, 1.0) for name in ("A", "B", "C", "D", "BTC-USD")], AT)
    volatility = np.array([1.0, 3.0, np.inf, 2.0, 0.5])

    def names(**how: Any) -> list[str]:
        return [each.symbol for each in market_facts(view, volatility, **{"market_open": True, **how}).symbols]

    assert names() == ["B", "D", "A", "BTC-USD", "C"]
    assert names(most=2) == ["B", "D"]
    assert names(most=2, requested={"C", "B"}) == ["B", "D", "C"]
    assert names(most=2, market_open=False) == ["BTC-USD"]


def test_nothing_after_the_view_is_told() -> None:
    whole = bars("AAPL", 100.0, 80.0, 90.0, 95.0, 99.0, 110.0)
    early = AT - timedelta(hours=1)
    cut = market_facts(MarketView.of([whole], early), np.zeros(1), market_open=True)
    assert cut == market_facts(MarketView.of([whole.first(5)], early), np.zeros(1), market_open=True)
    assert cut.symbols[0].price == 99.0


def test_all_its_figures_can_be_asked_about() -> None:
    view = MarketView.of([bars("AAPL", *(100.0 + n for n in range(30)))], AT)
    facts = market_facts(view, np.zeros(1), market_open=True).symbols[0]
    assert len(facts.figures) == 3
    assert "change_over_20_bars_of_1hour_pct: 18.3486" in parts_of(question_of("sonar", facts, 60))[1]
