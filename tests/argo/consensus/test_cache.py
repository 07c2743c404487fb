"""A consensus that was looked up is the one that would have been computed, and only equal votes are looked up."""

from __future__ import annotations

import dataclasses

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from argo_core.consensus import ConsensusCache, ConsensusEngine, ConsensusPolicy, ConsensusTable
from argo_core.model.instant import to_instant64
from argo_core.model.market_view import MarketView
from tests.argo.consensus.cases import NOW
from tests.argo.consensus.test_properties import MEMBERS, SYMBOL, WEIGHTS, regimes, table_of, view

ENGINE = ConsensusEngine(WEIGHTS, ConsensusPolicy(threshold=60))
STRONG, WEAK = [(1, 90, True, 0)] * MEMBERS, [(1, 20, True, 0)] * MEMBERS


def same(left: ConsensusTable, right: ConsensusTable) -> bool:
    """Equal to the last bit, group votes included."""
    arrays = [field.name for field in dataclasses.fields(ConsensusTable) if field.name not in ("table", "votes")]
    groups = [field.name for field in dataclasses.fields(left.votes)]
    return all(getattr(left, name).tobytes() == getattr(right, name).tobytes() for name in arrays) and all(
        getattr(left.votes, name).tobytes() == getattr(right.votes, name).tobytes() for name in groups
    )


@given(st.lists(st.lists(SYMBOL, min_size=3, max_size=3), min_size=1, max_size=4), st.booleans())
def test_whatever_came_before_the_answer_is_the_engines(
    rounds: list[list[list[tuple[int, int, bool, int]]]], again: bool
) -> None:
    cache, codes = ConsensusCache(ENGINE), regimes(3)
    for votes in rounds + rounds[-1:] * again:
        table = table_of(votes, range(MEMBERS))
        decided = cache.decide(table, view(3), codes)
        assert decided.result.table is table
        assert same(decided.result, ENGINE.decide(table, view(3), codes))


def test_only_the_symbol_whose_votes_changed_is_computed() -> None:
    cache, codes = ConsensusCache(ENGINE), regimes(3)
    assert cache.decide(table_of([STRONG] * 3, range(MEMBERS)), view(3), codes).known.tolist() == [False] * 3
    assert cache.decide(table_of([STRONG] * 3, range(MEMBERS)), view(3), codes).known.all()
    mixed = cache.decide(table_of([STRONG, WEAK, STRONG], range(MEMBERS)), view(3), codes)
    assert mixed.known.tolist() == [True, False, True]


def test_another_regime_another_price_and_a_price_that_grew_too_old_are_computed_anew() -> None:
    cache, table = ConsensusCache(ENGINE), table_of([STRONG] * 2, range(MEMBERS))
    plain = np.zeros(2, dtype=np.int8)
    cache.decide(table, view(2), plain)
    assert cache.decide(table, view(2), np.array([0, 1], dtype=np.int8)).known.tolist() == [True, False]
    cache.decide(table, view(2), plain)
    unpriced = dataclasses.replace(view(2), price=np.array([np.nan, 100.0]))
    assert cache.decide(table, unpriced, plain).known.tolist() == [False, True]
    cache.decide(table, view(2), plain)
    old = aged(view(2), 301)
    decided = cache.decide(table, old, plain)
    assert decided.known.tolist() == [False, False]
    assert same(decided.result, ENGINE.decide(table, old, plain))


def test_a_price_that_ages_within_the_limit_changes_nothing() -> None:
    cache, table, plain = ConsensusCache(ENGINE), table_of([STRONG], range(MEMBERS)), np.zeros(1, dtype=np.int8)
    cache.decide(table, view(1), plain)
    assert cache.decide(table, aged(view(1), 200), plain).known.all()


def test_other_symbols_are_never_answered_from_what_is_known() -> None:
    cache, table, plain = ConsensusCache(ENGINE), table_of([STRONG], range(MEMBERS)), np.zeros(1, dtype=np.int8)
    cache.decide(table, view(1), plain)
    renamed = dataclasses.replace(table, symbols=("OTHER",))
    assert not cache.decide(renamed, view(1), plain).known.any()


def aged(fresh: MarketView, seconds: int) -> MarketView:
    seen = np.full(len(fresh), to_instant64(NOW) - np.timedelta64(seconds, "s"))
    return dataclasses.replace(fresh, price_at=seen)
