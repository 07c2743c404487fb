"""Results are named by content: one changed bar is another name, another date range is none."""

from __future__ import annotations

from typing import Any

import msgspec
import numpy as np
import pytest

from argo_core.backtest.content_key import ComputedFrom, content_key, hashes_of, search_identity
from argo_core.backtest.search_space import parse_space
from argo_core.model.bars import Bars
from argo_core.model.bars_hash import bars_hash
from argo_core.model.search import Goal, Method
from argo_core.testing.sample_history import sample_history, with_close

BARS = sample_history()
CONTENT = ComputedFrom(
    bars=hashes_of({"AAPL": BARS, "MSFT": sample_history("MSFT")}),
    strategy="sma-cross",
    source_hash="0" * 64,
    engine="0.1.0",
    parameters={"fast": 10, "slow": 30},
    costs={"fee_rate": 0.001},
)


def test_the_hash_of_bars_is_the_one_that_is_written_down() -> None:
    bars = Bars.of("AAPL", "1Day", np.array(["2020-01-02"], "M8[us]"), np.array([[1.0], [2.0], [0.5], [1.5], [0.0]]))
    assert bars_hash(bars) == "7d3c073318d4c680635d2437afa059b0d0dc94b894699996384790c44d9a2e7a"


@pytest.mark.parametrize("row", [0, 31, 59])
def test_one_changed_bar_is_another_key(row: int) -> None:
    close = float(np.nextafter(BARS.close[row], 0.0))
    changed = hashes_of({"AAPL": with_close(BARS, row, close), "MSFT": sample_history("MSFT")})
    assert content_key(msgspec.structs.replace(CONTENT, bars=changed)) != content_key(CONTENT)


@pytest.mark.parametrize(
    "change",
    [
        {"strategy": "other"}, {"source_hash": "1" * 64}, {"engine": "0.2.0"}, {"parameters": {"fast": 10, "slow": 31}},
        {"costs": {"fee_rate": 0.0011}}, {"costs": {}}, {"parameters": {"fast": 10.0, "slow": 30}},
    ],
)  # fmt: skip
def test_each_thing_that_a_result_follows_from_is_in_its_key(change: dict[str, object]) -> None:
    assert content_key(msgspec.structs.replace(CONTENT, **change)) != content_key(CONTENT)


def test_the_same_bars_cut_out_of_another_range_are_the_same_key() -> None:
    cut = sample_history(days=200).first(60)
    again = hashes_of({"MSFT": sample_history("MSFT"), "AAPL": cut})
    assert content_key(msgspec.structs.replace(CONTENT, bars=again)) == content_key(CONTENT)


def test_a_volume_of_minus_zero_is_zero() -> None:
    values = BARS.values.copy()
    values[4, 0] = 0.0
    zero = Bars.of("AAPL", "1Day", BARS.start, values, BARS.end)
    values[4, 0] = -0.0
    assert bars_hash(Bars.of("AAPL", "1Day", BARS.start, values, BARS.end)) == bars_hash(zero)


def test_symbol_and_times_are_content() -> None:
    later = Bars.of("AAPL", "1Day", BARS.start + np.timedelta64(1, "s"), BARS.values, BARS.end)
    ended = Bars.of("AAPL", "1Day", BARS.start, BARS.values, BARS.end + np.timedelta64(1, "s"))
    assert len({bars_hash(each) for each in (BARS, sample_history("MSFT"), later, ended, BARS.first(59))}) == 5


def test_a_search_is_named_by_all_that_its_trials_follow_from() -> None:
    space, goals = parse_space("fast=5:50 slow=20:200"), [Goal("sharpe")]
    plain: dict[str, Any] = {
        "space": space,
        "goals": goals,
        "method": Method.TPE,
        "seed": 1,
        "batch": 16,
        "sampler": "a",
    }
    changes: list[dict[str, Any]] = [
        {}, {"space": parse_space("fast=5:51 slow=20:200")}, {"space": parse_space("slow=20:200 fast=5:50")},
        {"goals": [Goal("trades")]}, {"method": Method.RANDOM}, {"seed": 2}, {"batch": 8}, {"sampler": "b"},
    ]  # fmt: skip
    found = [search_identity(CONTENT, **{**plain, **change}) for change in changes]
    assert len({each.search for each in found}) == len(changes)
    assert len({each.study for each in found}) == 1
    other = search_identity(msgspec.structs.replace(CONTENT, strategy="x"), **plain)
    assert (other.bars == found[0].bars, other.study == found[0].study) == (True, False)
