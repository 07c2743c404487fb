"""A search in every window: what it may see, what is judged, and what is said of it."""

from __future__ import annotations

import importlib.metadata
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import msgspec
import numpy as np
import pandas as pd
import pytest

from argo_core.backtest import WalkForwardPlan
from argo_core.backtest.content_key import ComputedFrom
from argo_core.backtest.market_days import Day, between_days, market_days
from argo_core.backtest.optimize import plan_search
from argo_core.backtest.report.walk_forward_document import ForwardReport, ForwardTerms, forward_report, held_returns
from argo_core.backtest.report.walk_forward_text import forward_lines
from argo_core.backtest.sma_cross_days import sma_cross_days
from argo_core.backtest.walk_forward_search import SearchedForward, content_of_window, walk_forward_search
from argo_core.errors import DataError
from argo_core.measures.panel import Floats
from argo_core.model.bars import Bars
from argo_core.model.search import Goal, SearchResult, Value

CONTENT = ComputedFrom(bars={"AAA": "hash"}, strategy="side", source_hash="", engine="")
GAIN = Goal("gain")


def daily(closes: list[float], symbol: str = "AAA") -> Bars:
    """Daily bars from 2020-01-01 on, each opening at the close before."""
    close = np.array(closes)
    opens = np.concatenate((close[:1], close[:-1]))
    values = np.stack([opens, np.maximum(opens, close), np.minimum(opens, close), close, np.ones(len(close))])
    start = np.datetime64("2020-01-01", "us") + np.arange(len(close)) * np.timedelta64(1, "D")
    return Bars.of(symbol, "1Day", start, values)


def wave(days: int, swing: float, seed: int) -> Bars:
    """Prices that go one way for 40 days and then the other, with noise."""
    turns = np.where(np.arange(days) // 40 % 2 == 0, swing, -swing)
    noise = 0.01 * np.random.default_rng(seed).standard_normal(days)
    return daily((100.0 * np.exp(np.cumsum(turns + noise))).tolist())


def side_gain(bars: Mapping[str, Bars], parameters: Mapping[str, Value]) -> dict[str, float]:
    """What holding this side would have gained."""
    close = bars["AAA"].close
    return {"gain": float(parameters["side"]) * float(close[-1] / close[0] - 1)}


def side_days(bars: Mapping[str, Bars], parameters: Mapping[str, Value], begin: Day) -> Floats:
    """Close over close of each day from `begin` on; the very first has none before it."""
    close = bars["AAA"].close
    every = np.concatenate(([0.0], close[1:] / close[:-1] - 1))
    return float(parameters["side"]) * every[len(every) - int((market_days(bars) >= begin).sum()) :]


class Searcher:
    """Searches as a command does, and remembers what it was shown."""

    def __init__(self) -> None:
        self.seen: list[tuple[int, str, str]] = []

    async def choose(self, bars: Mapping[str, Bars], first: Day, last: Day) -> SearchResult:
        """The better of two sides."""
        self.seen.append((len(bars["AAA"]), str(first), str(last)))
        content = content_of_window(CONTENT, first, last)
        run = plan_search("side=-1|1", content=content, goals=(GAIN,), method="grid")
        return await run.run(lambda parameters: side_gain(bars, parameters))


async def walked(bars: Bars, plan: WalkForwardPlan) -> tuple[SearchedForward, Searcher]:
    searcher = Searcher()
    return await walk_forward_search({"AAA": bars}, plan, searcher.choose, side_days), searcher


def told(found: SearchedForward, bars: Bars, looked_at: int = 1) -> ForwardReport:
    terms = ForwardTerms("side", "side=-1|1", GAIN, "grid", WalkForwardPlan(train=2, test=2), 0, looked_at)
    return forward_report(found, {"AAA": bars}, terms)


async def test_a_search_sees_the_days_of_its_window_and_none_after_them() -> None:
    _, searcher = await walked(daily([1, 2, 3, 4, 3, 2, 1]), WalkForwardPlan(train=3, test=2, gap=1))
    assert searcher.seen == [(3, "2020-01-01", "2020-01-03"), (3, "2020-01-03", "2020-01-05")]
    _, anchored = await walked(daily([1, 2, 3, 4, 3, 2, 1]), WalkForwardPlan(train=3, test=2, anchored=True))
    assert anchored.seen == [(3, "2020-01-01", "2020-01-03"), (5, "2020-01-01", "2020-01-05")]


async def test_what_was_chosen_inside_is_what_is_judged_outside() -> None:
    found, _ = await walked(daily([100, 110, 121, 110, 99, 99, 108.9]), WalkForwardPlan(train=3, test=2))
    assert [window.parameters for window in found.walked.windows] == [{"side": 1}, {"side": -1}]
    assert found.walked.returns.tolist() == pytest.approx([110 / 121 - 1, -0.1, 0.0, -0.1])
    assert [str(day) for day in found.judged_days] == ["2020-01-04", "2020-01-05", "2020-01-06", "2020-01-07"]


async def test_days_that_change_after_a_window_was_judged_change_nothing_in_it() -> None:
    prices = [100, 110, 121, 110, 99, 99, 108.9]
    before, _ = await walked(daily(prices), WalkForwardPlan(train=3, test=2))
    after, _ = await walked(daily([*prices[:5], 150.0, 20.0]), WalkForwardPlan(train=3, test=2))
    assert after.walked.windows[0] == before.walked.windows[0]
    assert after.walked.returns[:2].tolist() == before.walked.returns[:2].tolist()


async def test_an_edge_that_stays_is_evidence_and_noise_is_none() -> None:
    plan = WalkForwardPlan(train=20, test=20)
    rising = wave(400, 0.0, 3)
    kept = daily((rising.close * np.exp(0.004 * np.arange(400))).tolist())
    found, _ = await walked(kept, plan)
    report = told(found, kept)
    assert report.verdict.finding == "evidence"
    assert report.efficiency.value is not None and report.efficiency.value > 0.5
    noise = wave(400, 0.0, 5)
    found, _ = await walked(noise, plan)
    report = told(found, noise)
    assert report.verdict.finding == "no evidence"
    return_pct = next(each for each in report.curves[0].figures if each.key == "return_pct")
    assert return_pct.low is not None and return_pct.high is not None
    assert return_pct.low < 0 < return_pct.high


async def test_whoever_looked_at_many_walk_forwards_has_to_show_more() -> None:
    bars = daily((wave(400, 0.0, 3).close * np.exp(0.0018 * np.arange(400))).tolist())
    found, _ = await walked(bars, WalkForwardPlan(train=20, test=20))
    one, many = told(found, bars).verdict.deflated, told(found, bars, looked_at=1000).verdict.deflated
    assert one is not None and many is not None and many < one - 0.2


async def test_the_report_counts_windows_trials_and_days_and_says_so() -> None:
    bars = daily([100, 110, 121, 110, 99, 99, 108.9])
    found, _ = await walked(bars, WalkForwardPlan(train=3, test=2))
    report = told(found, bars)
    assert (report.trials, len(report.windows), report.days[0]) == (4, 2, date(2020, 1, 4))
    window = report.windows[0]
    assert (window.learned_to, window.judged_from, window.judged_to) == (
        date(2020, 1, 3), date(2020, 1, 4), date(2020, 1, 5),
    )  # fmt: skip
    assert window.goal == pytest.approx(0.21)
    assert window.outside.value == pytest.approx(100 * (110 / 121 * 0.9 - 1))
    assert (window.outside.low, window.finding) == (None, "no evidence")  # two days have no interval
    text = "\n".join(forward_lines(report))
    assert "4 trials chose in 2 windows" in text
    assert "2020-01-04 to 2020-01-05" in text and "side=1" in text
    assert msgspec.json.decode(msgspec.json.encode(report), type=ForwardReport) == report


async def test_a_window_without_a_complete_trial_ends_the_walk_with_the_reason() -> None:
    async def none(_bars: Mapping[str, Bars], first: Day, last: Day) -> SearchResult:
        def refuse(_: object) -> float:
            raise DataError("bad", "three is out")

        content = content_of_window(CONTENT, first, last)
        return await plan_search("side=-1|1", content=content, goals=(GAIN,), method="grid").run(refuse)

    with pytest.raises(DataError, match="2020-01-01 to 2020-01-02: no trial was complete: three is out"):
        await walk_forward_search({"AAA": daily([1, 2, 3])}, WalkForwardPlan(train=2, test=1), none, side_days)


def test_trials_of_another_window_are_others_and_looks_at_the_same_bars() -> None:
    first = content_of_window(CONTENT, np.datetime64("2020-01-01"), np.datetime64("2020-01-31"))
    later = content_of_window(CONTENT, np.datetime64("2020-02-01"), np.datetime64("2020-02-28"))
    assert first.strategy == "side on 2020-01-01 to 2020-01-31"
    assert first != later and first.bars == later.bars == CONTENT.bars


def test_holding_is_an_equal_part_of_each_from_the_close_before() -> None:
    bars = {"AAA": daily([100, 100, 110, 121]), "BBB": daily([50, 50, 50, 25], "BBB")}
    days = market_days(bars)[2:]
    assert held_returns(bars, days).tolist() == pytest.approx([0.05, (1.21 + 0.5) / (1.1 + 1.0) - 1])


def test_minutes_belong_to_the_day_in_which_they_end_and_midnight_to_the_day_before() -> None:
    start = np.array(["2020-01-01T23:59", "2020-01-02T00:00"], dtype="datetime64[us]")
    minutes = {"AAA": Bars.of("AAA", "1Min", start, np.ones((5, 2)))}
    assert [str(day) for day in market_days(minutes)] == ["2020-01-01", "2020-01-02"]
    (only,) = between_days(minutes, np.datetime64("2020-01-02"), np.datetime64("2020-01-02")).values()
    assert only.start.tolist() == start[1:].tolist()


def goog() -> Bars:
    file = importlib.metadata.distribution("backtesting").locate_file("backtesting/test/GOOG.csv")
    frame = pd.read_csv(Path(str(file)), index_col=0, parse_dates=True)
    return Bars.from_frame("GOOG", frame, "1Day", "America/New_York")


def test_days_of_the_crossing_compound_to_the_agreed_equity_less_the_fee_of_leaving() -> None:
    bars = goog()
    returns = sma_cross_days({"GOOG": bars}, {"fast": 10, "slow": 30}, np.datetime64("2004-08-19"))
    assert len(returns) == 2148
    assert 100_000 * float(np.prod(1 + returns)) == pytest.approx(107430.0841 - 0.001 * 10 * bars.close[-1], abs=5e-5)


def test_an_account_of_the_crossing_holds_nothing_when_its_first_day_begins() -> None:
    # Means of 1 and 2 closes cross upwards on the 3rd and the 6th, downwards on the 5th.
    bars = {"AAA": daily([100, 90, 95, 96, 80, 90, 100, 101])}
    parameters = {"fast": 1, "slow": 2, "units": 500, "fee_pct": 0}
    early = sma_cross_days(bars, parameters, np.datetime64("2020-01-04"))
    assert early.tolist() == pytest.approx([0.005, -8 / 100.5, 0.0, 5 / 92.5, 0.5 / 97.5])
    late = sma_cross_days(bars, parameters, np.datetime64("2020-01-05"))
    assert late.tolist() == pytest.approx([0.0, 0.0, 0.05, 0.5 / 105])
