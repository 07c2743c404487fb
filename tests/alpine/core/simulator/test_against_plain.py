"""The simulator and a second, plain implementation agree on whatever record, prices and plan."""

from __future__ import annotations

from typing import Any

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from alpine_core.model import Mark
from alpine_core.simulator import Ending, FollowPlan, PriceBook, RecordedSignal, Sizing, simulate
from tests.alpine.core.simulator.plain_follower import follow
from tests.alpine.core.simulator.records import HOUR, START, bar_of

PRICES = st.integers(8000, 12000).map(lambda cents: cents / 100)
SYMBOLS = st.sampled_from(["AAPL", "MSFT"])
RESULTS = st.sampled_from(["target", "stop", "expired", "cancelled", "manual"])


@st.composite
def signals(draw: st.DrawFn, number: int = 1) -> RecordedSignal:
    entry, long = draw(PRICES), draw(st.booleans())
    near, far = draw(st.integers(1, 900)) / 100, draw(st.integers(1, 900)) / 100
    hours = draw(st.integers(0, 20))
    ending = draw(
        st.none() | st.builds(Ending, result=RESULTS, price=st.none() | PRICES,
                              at=st.integers(hours, 30).map(lambda hour: START + hour * HOUR))
    )  # fmt: skip
    sign = 1 if long else -1
    return RecordedSignal(
        cursor=number,
        signal_id=f"SIG-{number}",
        symbol=draw(SYMBOLS),
        is_long=long,
        entry_price=entry,
        target_price=draw(st.none() | st.just(round(entry + sign * near, 2))),
        stop_price=draw(st.none() | st.just(round(entry - sign * far, 2))),
        confidence=90.0,
        at=START + hours * HOUR,
        ending=ending,
    )


@st.composite
def records(draw: st.DrawFn) -> list[RecordedSignal]:
    return [draw(signals(number)) for number in range(1, draw(st.integers(1, 8)) + 1)]


@st.composite
def bars(draw: st.DrawFn) -> list[Mark]:
    found = []
    for symbol in ("AAPL", "MSFT"):
        for hour in sorted(draw(st.sets(st.integers(0, 32), max_size=20))):
            four = sorted(draw(st.lists(PRICES, min_size=4, max_size=4)))
            found.append(bar_of(hour, four[1], four[3], four[0], four[2], symbol=symbol))
    return found


@st.composite
def plans(draw: st.DrawFn) -> FollowPlan:
    sizing = draw(st.sampled_from(Sizing))
    return FollowPlan(
        delay_seconds=draw(st.sampled_from([0.0, 60.0, 3600.0, 9000.0])),
        slippage_pct=draw(st.sampled_from([0.0, 0.05, 1.5])),
        fee_fixed=draw(st.sampled_from([0.0, 1.0, 7.25])),
        fee_pct=draw(st.sampled_from([0.0, 0.1])),
        capital=draw(st.sampled_from([50.0, 1000.0, 12345.67])),
        sizing=sizing,
        size=draw(st.sampled_from([25.0, 400.0] if sizing is Sizing.FIXED else [0.5, 10.0, 100.0])),
        max_open=draw(st.integers(1, 4)),
    )


def by_symbol(marks: list[Mark]) -> dict[str, list[Mark]]:
    return {symbol: [mark for mark in marks if mark.symbol == symbol] for symbol in ("AAPL", "MSFT")}


@given(records(), bars(), plans())
def test_both_come_to_the_same(record: list[RecordedSignal], marks: list[Mark], plan: FollowPlan) -> None:
    found, plain = simulate(record, PriceBook(marks), plan), follow(record, by_symbol(marks), plan)
    assert {each.signal_id: each.reason.value for each in found.skipped} == plain["skipped"]
    assert {each.signal_id for each in found.open} == plain["open"]
    assert {each.signal_id for each in found.trades} == set(plain["net"])
    for trade in found.trades:
        assert abs(trade.net - float(plain["net"][trade.signal_id])) <= 0.005 + 1e-9
    unrealised = sum(each.unrealised for each in found.open)
    rounding = 0.005 * (len(found.open) + 1) + 1e-9
    assert abs(found.figures.final_equity - unrealised - float(plain["book"])) <= rounding


@given(records(), bars(), plans())
def test_every_signal_is_told_once_and_the_order_given_does_not_matter(
    record: list[RecordedSignal], marks: list[Mark], plan: FollowPlan
) -> None:
    found = simulate(record, PriceBook(marks), plan)
    told = [each.signal_id for part in (found.trades, found.open, found.skipped) for each in part]
    assert sorted(told) == sorted(signal.signal_id for signal in record)
    assert found == simulate(record[::-1], PriceBook(marks[::-1]), plan)


@given(records(), bars(), plans())
def test_the_published_plan_gives_every_published_result(
    record: list[RecordedSignal], marks: list[Mark], plan: FollowPlan
) -> None:
    known: dict[str, Any] = {signal.signal_id: signal for signal in record}
    found = simulate(record, PriceBook(marks), plan.published())
    assert found.figures == found.published
    for trade in found.trades:
        ending = known[trade.signal_id].ending
        if ending is not None:
            change = (ending.price / known[trade.signal_id].entry_price - 1) * 100 * (1 if trade.is_long else -1)
            assert abs(trade.net_pct - change) < 1e-4
            assert trade.exit == ending.result


@given(records(), bars(), plans())
def test_nothing_after_the_last_fill_changes_it(
    record: list[RecordedSignal], marks: list[Mark], plan: FollowPlan
) -> None:
    found = simulate(record, PriceBook(marks), plan)
    if found.trades and not found.open:
        last = max(trade.exited_at for trade in found.trades)
        cut = [mark for mark in marks if mark.start <= last]
        again = simulate(record, PriceBook(cut), plan)
        kept = {trade.signal_id for trade in again.trades}
        assert kept == {trade.signal_id for trade in found.trades}


@given(records(), bars(), plans(), st.sampled_from(["slippage_pct", "fee_pct", "fee_fixed"]))
def test_costs_never_make_one_trade_better(
    record: list[RecordedSignal], marks: list[Mark], plan: FollowPlan, name: str
) -> None:
    one = [record[0]]
    plan = msgspec.structs.replace(plan, sizing=Sizing.FIXED, size=25.0, capital=1000.0)
    dearer = msgspec.structs.replace(plan, **{name: getattr(plan, name) + 1.0})
    cheap, dear = (simulate(one, PriceBook(marks), each).figures.final_equity for each in (plan, dearer))
    assert dear <= cheap
