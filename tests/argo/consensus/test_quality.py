"""Weak data never becomes a signal."""

from __future__ import annotations

import dataclasses

import numpy as np

from argo_core.consensus import ConsensusCache, ConsensusEngine, ConsensusPolicy, VoteTable, Weights
from argo_core.model.bars import Bars
from argo_core.model.consensus import Veto
from argo_core.model.market_view import MarketView
from tests.argo.consensus.cases import NOW, one_symbol_view, vote

ENGINE = ConsensusEngine(Weights.default(), ConsensusPolicy(threshold=50))
STRONG = [vote("alpaca_pro", "LONG", 95), vote("yfinance", "LONG", 95)]


def test_a_symbol_without_a_price_is_vetoed() -> None:
    empty = Bars.of("AAPL", "1Min", np.array([], dtype="datetime64[us]"), np.zeros((5, 0)))
    consensus = ENGINE.decide(VoteTable.of_votes(ENGINE.weights, "AAPL", STRONG, NOW), MarketView.of([empty], NOW))[
        "AAPL"
    ]
    assert consensus.veto is Veto.NO_PRICE


def test_a_price_older_than_five_minutes_is_vetoed_with_its_age() -> None:
    table = VoteTable.of_votes(ENGINE.weights, "AAPL", STRONG, NOW)
    stale = ENGINE.decide(table, one_symbol_view(age_minutes=6))["AAPL"]
    assert (stale.veto, stale.measured, stale.limit) == (Veto.STALE_DATA, 360.0, 300.0)
    assert ENGINE.decide(table, one_symbol_view(age_minutes=5))["AAPL"].veto is Veto.NONE


def test_sources_that_see_prices_more_than_five_percent_apart_are_vetoed() -> None:
    far = [vote("alpaca_pro", "LONG", 95, price=100.0), vote("yfinance", "LONG", 95, price=105.1)]
    consensus = ENGINE.decide(VoteTable.of_votes(ENGINE.weights, "AAPL", far, NOW), one_symbol_view())["AAPL"]
    assert consensus.veto is Veto.PRICE_DEVIATION
    assert consensus.measured is not None
    assert abs(consensus.measured - 5.1) < 1e-9
    near = [vote("alpaca_pro", "LONG", 95, price=100.0), vote("yfinance", "LONG", 95, price=105.0)]
    assert (
        ENGINE.decide(VoteTable.of_votes(ENGINE.weights, "AAPL", near, NOW), one_symbol_view())["AAPL"].veto
        is Veto.NONE
    )


def test_a_price_that_may_be_on_the_other_side_of_a_split_than_its_bars_is_vetoed_whoever_votes() -> None:
    table = VoteTable.of_votes(ENGINE.weights, "AAPL", STRONG, NOW)
    view = dataclasses.replace(one_symbol_view(), doubtful=frozenset({"AAPL"}))
    consensus = ENGINE.decide(table, view)["AAPL"]
    assert (consensus.veto, consensus.measured, consensus.limit) == (Veto.CORPORATE_ACTION, None, None)


def test_a_decision_that_is_remembered_falls_with_a_new_doubt_of_its_price() -> None:
    table, cache = VoteTable.of_votes(ENGINE.weights, "AAPL", STRONG, NOW), ConsensusCache(ENGINE)
    view, regime = one_symbol_view(), np.zeros(1, dtype=np.int8)
    assert cache.decide(table, view, regime).result["AAPL"].veto is Veto.NONE
    doubted = dataclasses.replace(view, doubtful=frozenset({"AAPL"}))
    assert cache.decide(table, doubted, regime).result["AAPL"].veto is Veto.CORPORATE_ACTION
