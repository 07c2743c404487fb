"""What bars say about symbols together: rolling, aligned, and by group where they are too few."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from argo_core.model.bars import Bar
from argo_core.risk import NO_CONTEXT, market_context
from tests.argo.risk.proposals import context, daily_bars, walk

A = walk(1)
B = walk(2, like=A, noise=0.2)  # moves with A
C = walk(3)  # a stranger


def test_what_moves_together_counts_as_correlated_and_strangers_do_not() -> None:
    found = context({"A": A, "B": B, "C": C}).correlations("A", ("B", "C"))
    assert found["B"] == pytest.approx(0.975, abs=0.002)
    assert abs(found["C"]) < 0.3


def test_what_moves_oppositely_is_negative() -> None:
    mirror = [10_000.0 / close for close in B]
    assert context({"A": A, "M": mirror}).correlations("A", ("M",))["M"] == pytest.approx(-0.975, abs=0.002)


def test_only_the_last_sixty_returns_count() -> None:
    longer = walk(9)[:29] + A[29:]
    whole, cut = context({"A": A, "B": B}), context({"A": longer, "B": B})
    assert cut.correlations("A", ("B",)) == pytest.approx(whole.correlations("A", ("B",)))


def test_only_the_last_sixty_returns_count_where_bars_stand_at_different_times() -> None:
    """One of them has a bar less, long ago: the common days are looked for, and the newest of them count."""
    gap = [bar for place, bar in enumerate(daily_bars("B", B)) if place != 1]
    turned = [10_000.0 / close for close in A[:29]] + A[29:]
    cut = market_context([*daily_bars("A", turned), *gap]).correlations("A", ("B",))["B"]
    assert cut == pytest.approx(context({"A": A, "B": B}).correlations("A", ("B",))["B"])


@pytest.mark.parametrize(("days", "known"), [(31, True), (30, False)])
def test_fewer_than_thirty_returns_in_common_are_judged_by_group(days: int, known: bool) -> None:
    found = context({"A": A, "B": B[-days:]}, {"A": "one", "B": "two"}).correlations("A", ("B",))["B"]
    assert (found > 0.9) if known else (found == 0.0)


@pytest.mark.parametrize(
    ("groups", "expected"),
    [({"A": "g", "B": "g"}, 1.0), ({"A": "g", "B": "h"}, 0.0), ({"A": "g"}, math.nan), ({}, math.nan)],
)
def test_without_bars_the_groups_answer_and_without_groups_nobody(groups: dict[str, str], expected: float) -> None:
    assert market_context((), groups).correlations("A", ("B",)) == pytest.approx({"B": expected}, nan_ok=True)


def test_a_price_that_stands_still_is_judged_by_group() -> None:
    still = context({"A": A, "S": [5.0] * 90}, {"A": "g", "S": "g"})
    assert still.correlations("A", ("S",)) == {"S": 1.0}


def test_a_symbol_is_one_bet_with_itself_though_nothing_is_known_of_it() -> None:
    assert NO_CONTEXT.correlations("A", ("A",)) == {"A": 1.0}


def test_a_market_that_never_closes_is_compared_on_the_days_both_traded() -> None:
    """The weekend's moves of the one belong to the other's Monday."""
    weekdays = [bar for bar in daily_bars("AAPL", B) if bar.start.weekday() < 5]
    crypto = [
        Bar(symbol="BTC-USD", timeframe="1Day", start=bar.start.replace(hour=0), open=bar.close, high=bar.close,
            low=bar.close, close=bar.close, volume=1.0)
        for bar in daily_bars("A", A)
    ]  # fmt: skip
    assert market_context([*weekdays, *crypto]).correlations("AAPL", ("BTC-USD",))["BTC-USD"] > 0.9


def test_bars_of_different_lengths_are_compared_at_the_close_of_each_day() -> None:
    intraday = [half for bar in daily_bars("B", B[-45:], "12Hour") for half in _halves(bar)]
    mixed = market_context([*daily_bars("A", A), *intraday])
    assert mixed.correlations("A", ("B",))["B"] == pytest.approx(
        context({"A": A, "B": B[-45:]}).correlations("A", ("B",))["B"]
    )


def _halves(bar: Bar) -> list[Bar]:
    morning = datetime(bar.start.year, bar.start.month, bar.start.day, tzinfo=UTC)
    wild = bar.open * 3.0
    return [
        Bar(
            symbol=bar.symbol,
            timeframe="12Hour",
            start=start,
            open=close,
            high=close,
            low=close,
            close=close,
            volume=1.0,
        )
        for start, close in ((morning, wild), (morning + timedelta(hours=12), bar.close))
    ]


def test_the_order_of_the_bars_does_not_matter_and_the_later_of_two_of_one_start_counts() -> None:
    bars = [*daily_bars("A", A), *daily_bars("B", B)]
    shuffled = [bars[place] for place in np.random.default_rng(0).permutation(len(bars))]
    expected = market_context(bars).correlations("A", ("B",))
    assert market_context(shuffled).correlations("A", ("B",)) == pytest.approx(expected)
    assert market_context([*daily_bars("A", C), *bars]).correlations("A", ("B",)) == pytest.approx(expected)


def test_calm_is_the_average_volatility_over_the_symbol_s_own() -> None:
    twice = [100.0 * (close / 100.0) ** 2 for close in A]  # every log return doubled
    calm = context({"A": A, "W": twice})
    assert (calm.calm("A"), calm.calm("W")) == pytest.approx((1.5, 0.75))


@pytest.mark.parametrize("closes", [A[:30], [5.0] * 90])
def test_calm_is_unknown_with_few_returns_and_where_nothing_moves(closes: list[float]) -> None:
    some = context({"A": closes, "B": B})
    assert some.calm("A") is None
    assert some.calm("B") == 1.0


def test_calm_compares_bars_of_one_length() -> None:
    hourly = daily_bars("H", walk(5, noise=9.0), "1Hour")
    assert market_context([*daily_bars("A", A), *hourly]).calm("A") == 1.0


def test_the_move_until_the_next_check_grows_with_the_root_of_the_time() -> None:
    closes = [100.0 * 1.01 ** (place % 2) for place in range(90)]  # one percent up, one down
    some = context({"AAPL": closes, "BTC-USD": closes})
    assert some.move_pct("AAPL", 23_400.0) == pytest.approx(0.995, abs=0.001)  # one session
    assert some.move_pct("BTC-USD", 86_400.0) == pytest.approx(0.995, abs=0.001)  # one day
    assert some.move_pct("BTC-USD", 86_400.0 / 4) == pytest.approx(0.4975, abs=0.001)
    assert some.move_pct("TSLA", 5.0) is None


def test_the_table_says_of_each_pair_what_is_said_of_it_alone() -> None:
    some = market_context(
        [*daily_bars("A", A), *daily_bars("B", B), *daily_bars("S", C[-10:])], {"A": "g", "S": "g", "X": "h"}
    )
    symbols, others = ("A", "B", "S", "X", "Y"), ("B", "S", "Y")
    table = some.correlation_table(symbols, others)
    alone = [[some.correlations(symbol, others)[other] for other in others] for symbol in symbols]
    assert np.array_equal(table, np.array(alone), equal_nan=True)
