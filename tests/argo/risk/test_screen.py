"""Many candidates at once: row by row the answer that each would get alone, and sizes that keep to their caps."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from argo_core.adapters.rule_packs import load_pack
from argo_core.errors import ConfigError
from argo_core.model.asset import AssetType, asset_type_of
from argo_core.model.instant import to_text
from argo_core.model.order import Quote
from argo_core.model.position import AccountSnapshot
from argo_core.model.signal import Signal
from argo_core.model.verdict import Allowed, Denied, Verdict
from argo_core.pipeline.execute import ExecutionPolicy, decide_execution
from argo_core.pipeline.screen_signals import SignalTable, screen_signals
from argo_core.risk import (
    MarketContext,
    Proposal,
    RiskPolicy,
    SizePolicy,
    Standing,
    Watched,
    advance,
    begin,
    position_size,
)
from argo_core.risk.candidates import Candidates
from argo_core.risk.position_sizes import position_sizes
from argo_core.risk.screen import screen
from tests.argo.risk.proposals import account, context, entry_order, holding, reading, signal, stop_order, walk

NOW = datetime(2026, 3, 4, 17, 0, tzinfo=UTC)
A = walk(1)
CLOSES = {"AAPL": A, "MSFT": walk(2, like=A, noise=0.3), "TSLA": walk(3, noise=4.0), "BTC-USD": walk(4), "AMD": A[-20:]}
MARKET = context(CLOSES, {"AAPL": "tech", "AMD": "tech", "SPY": "index"})
SYMBOLS = (*CLOSES, "SPY", "NONE")
POLICIES = (
    RiskPolicy.regular(),
    RiskPolicy.prop_firm(load_pack("seed-limits")),
    RiskPolicy.prop_firm(load_pack("ftmo-2-step"), size=SizePolicy(base_pct=3.0, max_pct=9.0, fractional_shares=True)),
)
PRICES = st.one_of(st.floats(0.01, 5_000.0), st.sampled_from([math.nan, 0.0, math.inf]))
SIGNALS = st.builds(
    lambda symbol, action, confidence, entry, stop, regime, kind: signal(
        symbol=symbol, action=action, confidence=confidence, entry_price=entry, stop_price=stop, regime=regime,
        asset_type=kind or asset_type_of(symbol).value,
    ),
    st.sampled_from(SYMBOLS), st.sampled_from(["BUY", "SELL"]),
    st.one_of(st.floats(0.0, 100.0), st.just(math.nan)), st.floats(1.0, 500.0),
    st.one_of(st.none(), st.floats(1.0, 500.0)), st.sampled_from(["BULL", "CRISIS"]),
    st.sampled_from([None, None, None, "forex"]),
)  # fmt: skip
ROWS = st.lists(st.tuples(SIGNALS, PRICES, st.floats(0.0, 400.0)), min_size=1, max_size=12)
ACCOUNTS = st.builds(
    lambda positions, pending, equity, power, shorting, closed, blocked: account(
        positions=tuple(holding(symbol, units, 90.0) for symbol, units in positions.items() if units),
        open_orders=(
            *(stop_order(symbol, abs(units), 80.0) for symbol, units in positions.items() if units > 0),
            *(entry_order(symbol, 3.0, 50.0, 49.0) for symbol in pending),
        ),
        equity=equity, buying_power=power, shorting=shorting, trading_blocked=blocked,
        open_markets=frozenset({"crypto"} if closed else {"equity", "crypto"}),
    ),
    st.dictionaries(st.sampled_from(SYMBOLS), st.floats(-200.0, 200.0), max_size=5),
    st.sets(st.sampled_from(SYMBOLS), max_size=2),
    st.one_of(st.floats(0.0, 200_000.0), st.just(math.nan)), st.floats(0.0, 200_000.0),
    st.booleans(), st.booleans(), st.booleans(),
)  # fmt: skip


def table(rows: list[tuple[Signal, float, float]]) -> SignalTable:
    """The rows as arrays; a symbol of two kinds of asset is two."""
    kinds = tuple(dict.fromkeys((each.symbol, each.asset_type) for each, _, _ in rows))
    stops = [math.nan if each.stop_price is None else each.stop_price for each, _, _ in rows]
    return SignalTable(
        symbols=tuple(symbol for symbol, _ in kinds),
        asset_types=tuple(kind for _, kind in kinds),
        symbol=np.array([kinds.index((each.symbol, each.asset_type)) for each, _, _ in rows], dtype=np.intp),
        direction=np.array([int(each.direction) for each, _, _ in rows], dtype=np.int8),
        crisis=np.array([each.regime == "CRISIS" for each, _, _ in rows], dtype=np.bool_),
        confidence=np.array([each.confidence for each, _, _ in rows]),
        entry_price=np.array([each.entry_price for each, _, _ in rows]),
        stop_price=np.array(stops),
        price=np.array([price for _, price, _ in rows]),
        age_seconds=np.array([age for _, _, age in rows]),
    )


def seen(equity: float, policy: RiskPolicy) -> Watched:
    return advance(begin(reading(), policy.watch), reading(equity), policy.watch)


def alone(
    row: tuple[Signal, float, float], held: AccountSnapshot, policy: ExecutionPolicy, watched: Watched
) -> tuple[Verdict, ...]:
    each, price, age = row
    dated = msgspec.structs.replace(each, timestamp=to_text(NOW - timedelta(seconds=round(age, 6))))
    quote = Quote(price=price, as_of=NOW)
    return decide_execution(dated, held, quote, policy, watched, MARKET, NOW).verdicts


@given(ROWS, ACCOUNTS, st.sampled_from(POLICIES), st.floats(75_000.0, 101_000.0), st.booleans(), st.booleans())
@settings(max_examples=150, deadline=None)
def test_each_row_gets_the_verdicts_that_it_would_get_alone(
    rows: list[tuple[Signal, float, float]], held: AccountSnapshot, risk: RiskPolicy, equity: float, trades: bool,
    flip: bool,
) -> None:  # fmt: skip
    rows = [(each, price, round(age, 6)) for each, price, age in rows]
    watched = seen(equity, risk)
    policy = ExecutionPolicy("argo", risk.layers, risk.size, Standing(auto_execute=trades), flip)
    candidates, screened = screen_signals(table(rows), held, policy, watched, MARKET)
    for place, row in enumerate(rows):
        verdicts = alone(row, held, policy, watched)
        assert screened.codes(place) == tuple(each.code for each in verdicts if isinstance(each, Denied))
        assert bool(screened.allowed[place]) is all(isinstance(each, Allowed) for each in verdicts)
        for column, verdict in zip(screened.columns, verdicts, strict=True):
            assert column.layer == verdict.layer
            if verdict.measured is not None and math.isfinite(verdict.measured):
                assert column.measured[place] == pytest.approx(verdict.measured, rel=1e-9, abs=1e-6)
                assert verdict.limit is None or column.limit[place] == pytest.approx(verdict.limit)
    assert len(candidates) == len(rows)


SIZED = st.tuples(
    PRICES, st.one_of(st.floats(0.0, 100.0), st.just(math.nan)), st.sampled_from([None, 1e-9, 1e-6, 0.01, 0.3]),
    st.one_of(st.none(), st.floats(0.01, 10.0)),
)  # fmt: skip


@given(
    st.one_of(st.floats(-1.0, 1e7), st.just(math.nan)), st.lists(SIZED, min_size=1, max_size=10),
    st.floats(0.0, 100.0), st.floats(0.0, 100.0), st.sampled_from([0.0, 0.5, 1.0]),
)  # fmt: skip
@settings(max_examples=300, deadline=None)
def test_no_size_exceeds_its_cap_and_many_rows_are_sized_as_one(
    equity: float, rows: list[tuple[float, float, float | None, float | None]], base: float, cap: float, factor: float
) -> None:
    policy = SizePolicy(base_pct=base, max_pct=cap)
    many = position_sizes(
        equity,
        np.array([price for price, _, _, _ in rows]),
        np.array([confidence for _, confidence, _, _ in rows]),
        np.array([1e-6 if step is None else step for _, _, step, _ in rows]),
        np.array([1.0 if calm is None else calm for _, _, _, calm in rows]),
        policy,
        factor,
    )
    for (price, confidence, step, calm), size in zip(rows, many.tolist(), strict=True):
        one = position_size(equity, price, confidence, AssetType.CRYPTO, policy, calm, factor, step)
        assert one == size
        assert one == 0.0 or 0.0 < one * price <= equity * cap / 100.0 * factor * (1.0 + 1e-9)


def test_no_layers_refuse_every_row() -> None:
    risk = RiskPolicy.regular()
    bare = ExecutionPolicy("argo", (), risk.size, Standing(auto_execute=True))
    rows = [(signal(), 100.0, 0.0), (signal(symbol="SPY"), 100.0, 0.0)]
    _, screened = screen_signals(table(rows), account(), bare, seen(100_000.0, risk), MarketContext())
    assert (screened.allowed.tolist(), screened.codes(1)) == ([False, False], ("no_layers",))


def test_a_layer_that_judges_one_proposal_at_a_time_cannot_screen() -> None:
    class Never:
        def check(self, asked: Proposal) -> Verdict:
            return Denied(layer="never", code="never", measured=None, limit=None)

    risk = RiskPolicy.regular()
    candidates: Candidates
    candidates, _ = screen_signals(
        table([(signal(), 100.0, 0.0)]), account(),
        ExecutionPolicy("argo", risk.layers, risk.size, Standing(auto_execute=True)), seen(100_000.0, risk), MARKET,
    )  # fmt: skip
    with pytest.raises(ConfigError, match="Never"):
        screen((Never(),), candidates)
