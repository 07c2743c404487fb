"""Two accounts that held the same at the same time are named, with the time they shared."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from argo_core.model.position import Position
from argo_core.model.trade import Trade
from argo_core.reports.overlap import Held, Overlap, held_now, held_of_trade, overlaps


def at(hour: int) -> datetime:
    return datetime(2026, 3, 2, hour, tzinfo=UTC)


def held(executor: str, since: int | None, until: int | None, side: str = "LONG", symbol: str = "AAPL") -> Held:
    begins, ends = (None if hour is None else at(hour) for hour in (since, until))
    return Held(executor_id=executor, symbol=symbol, side=side, since=begins, until=ends)


def shared(since: int | None, until: int | None) -> Overlap:
    return Overlap(
        symbol="AAPL", side="LONG", executors=("argo", "prop_firm"), since=None if since is None else at(since),
        until=None if until is None else at(until),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("one", "other", "found"),
    [
        (held("argo", 9, 12), held("prop_firm", 10, 15), (shared(10, 12),)),
        (held("prop_firm", 10, 15), held("argo", 9, 12), (shared(10, 12),)),
        (held("argo", 9, 10), held("prop_firm", 10, 15), ()),
        (held("argo", 9, 12), held("prop_firm", 10, 15, side="SHORT"), ()),
        (held("argo", 9, 12), held("prop_firm", 10, 15, symbol="TSLA"), ()),
        (held("argo", 9, 12), held("argo", 10, 15), ()),
        (held("argo", None, None), held("prop_firm", None, None), (shared(None, None),)),
        (held("argo", 9, None), held("prop_firm", 10, None), (shared(10, None),)),
        (held("argo", None, None), held("prop_firm", 10, 15), ()),
    ],
)
def test_what_two_accounts_shared(one: Held, other: Held, found: tuple[Overlap, ...]) -> None:
    assert overlaps([one, other]) == found


def test_what_is_shared_now_comes_first_then_the_newest() -> None:
    early, late = (held("argo", 9, 10), held("prop_firm", 9, 10)), (held("argo", 11, 12), held("prop_firm", 11, 12))
    now = (held("argo", None, None), held("prop_firm", None, None))
    assert overlaps([*early, *late, *now]) == (shared(None, None), shared(11, 12), shared(9, 10))


def test_a_third_account_makes_three_pairs() -> None:
    found = overlaps([held("argo", 9, 12), held("prop_firm", 9, 12), held("second_firm", 9, 12)])
    assert [each.executors for each in found] == [
        ("argo", "prop_firm"), ("argo", "second_firm"), ("prop_firm", "second_firm"),
    ]  # fmt: skip


def test_a_trade_and_a_position_are_holdings() -> None:
    trade = Trade(
        trade_id="t", signal_id="s", executor_id="argo", mode="simulated", symbol="AAPL", action="SELL", quantity=3.0,
        entry_price=10.0, exit_price=9.0, fees=0.1, gross_pct=10.0, net_pct=9.0, exit="target", opened_at=at(9),
        closed_at=at(12),
    )  # fmt: skip
    assert held_of_trade(trade) == held("argo", 9, 12, side="SHORT")
    short = Position(symbol="AAPL", quantity=-3.0, average_price=10.0, market_price=9.0)
    assert held_now("argo", short) == held("argo", None, None, side="SHORT")


def test_a_position_without_a_quantity_is_none() -> None:
    with pytest.raises(ValueError, match="is none"):
        held_now("argo", Position(symbol="AAPL", quantity=0.0, average_price=10.0, market_price=9.0))
