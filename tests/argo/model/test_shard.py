"""Symbols are dealt out to several generators: each has one owner, and who it is can be read from a cycle's id."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from argo_core.errors import DataError
from argo_core.model.shard import MOST, WHOLE, Shard, shard_of_cycle, shard_of_text

SHARDS = st.integers(1, MOST).flatmap(lambda of: st.builds(Shard, st.integers(1, of), st.just(of)))
UNIVERSES = st.lists(st.text("ABC", min_size=1, max_size=4), unique=True, max_size=30)


def test_symbols_are_dealt_out_in_turn() -> None:
    symbols = ("AAPL", "NVDA", "TSLA", "MSFT", "SPY")
    assert Shard(1, 2).deal(symbols) == ("AAPL", "TSLA", "SPY")
    assert Shard(2, 2).deal(symbols) == ("NVDA", "MSFT")
    assert WHOLE.deal(symbols) == symbols


def test_what_is_listed_no_more_is_the_first_ones() -> None:
    assert Shard(1, 3).owns("GONE", ("AAPL", "TSLA", "SPY"))
    assert not Shard(2, 3).owns("GONE", ("AAPL", "TSLA", "SPY"))


@given(UNIVERSES, st.integers(1, MOST), st.text("ABC", min_size=1, max_size=4))
def test_each_symbol_has_one_owner(universe: list[str], of: int, symbol: str) -> None:
    assert sum(Shard(index, of).owns(symbol, universe) for index in range(1, of + 1)) == 1


@given(SHARDS)
def test_a_shard_is_read_as_it_is_written(shard: Shard) -> None:
    assert shard_of_text(shard.text) == shard
    assert shard_of_cycle(f"CYC-01KAY3W1T7Z0000000000000AB{shard.mark}") == shard


@pytest.mark.parametrize("text", ["", "1", "0/2", "3/2", "1/65", "01/2", "1/2 ", "1/2\n", "-1/2", "a/b", "٣/4"])
def test_what_is_no_shard_is_refused(text: str) -> None:
    with pytest.raises(DataError) as refused:
        shard_of_text(text)
    assert refused.value.code == "bad_shard"
