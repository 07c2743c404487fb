"""The document of a backtest: the same results make the same bytes, and every number in it is one."""

from __future__ import annotations

import msgspec
import numpy as np
import pytest
from numpy.random import PCG64, Generator
from numpy.typing import NDArray

from argo_core.backtest import Backtest
from argo_core.backtest.headline import curve_figures
from argo_core.backtest.report import (
    Report,
    Tried,
    build_report,
    decode_report,
    encode_report,
    report_lines,
    run_and_report,
)
from argo_core.backtest.report.document import FORM
from argo_core.backtest.strategy_result import StrategyResult
from argo_core.errors import DataError
from argo_core.measures.block_bootstrap import bootstrap_indices
from argo_core.measures.block_length import block_lengths
from argo_core.model.bars_hash import bars_hash
from argo_core.model.halt import Halt, HaltCode
from argo_core.model.position import Position
from tests.argo.backtest.markets import walk
from tests.argo.backtest.report_runs import CASH, TERMS, Ran, ran


def rebuilt(one: Ran, tried: Tried | None = None) -> Report:
    return build_report(one.backtest, one.found.strategy, one.found.profit, one.contenders, TERMS, tried)


def noise(columns: int, days: int) -> NDArray[np.float64]:
    return np.random.default_rng(8).normal(0.0, 0.01, (days, columns))


def tried(columns: int = 12) -> Tried:
    points = [{"fast": 5 * (1 + place % 4), "slow": 50 * (1 + place // 4)} for place in range(columns)]
    returns = noise(columns, len(ran().report.days))
    return Tried("sharpe", points, [float(each) for each in range(columns)], 40, returns)


def test_a_report_read_back_from_json_is_equal_and_the_same_bytes() -> None:
    report = ran().report
    data = encode_report(report)
    assert decode_report(data) == report
    assert encode_report(decode_report(data)) == data
    assert encode_report(rebuilt(ran())) == data


@pytest.mark.parametrize("data", [b"{}", b"[1]", b"not json"])
def test_what_is_no_report_is_refused_in_one_line(data: bytes) -> None:
    with pytest.raises(DataError, match=r"^this is no report of a backtest: .+$"):
        decode_report(data)


def test_a_report_of_another_form_is_refused() -> None:
    other = encode_report(msgspec.structs.replace(ran().report, form=FORM + 1))
    with pytest.raises(DataError, match="the report has form 2, this version reads 1"):
        decode_report(other)


def test_every_headline_figure_has_an_interval_with_its_method_and_its_number_of_cases() -> None:
    for figure in ran().report.figures:
        assert figure.value is not None
        assert figure.low is not None
        assert figure.high is not None
        assert figure.low < figure.high
        assert figure.interval
        assert figure.count > 0
    assert len({figure.key for figure in ran().report.figures}) == len(ran().report.figures) == 20


def test_an_interval_is_that_of_the_figure_counted_anew_on_each_resample_of_days() -> None:
    one = ran()
    profit, hold = one.found.profit, one.contenders.hold
    columns = [profit.equity, hold, one.contenders.alone[0].profit.equity]
    returns = np.column_stack([np.diff(np.append(CASH, each)) / np.append(CASH, each)[:-1] for each in columns])
    block = max(1.0, *(block_lengths(returns[:, place]).stationary for place in range(3)))
    generator = Generator(PCG64(TERMS.seed))
    drawn = list[NDArray[np.int64]]()
    at_once = 262_144 // returns.size
    for first in range(0, 1000, at_once):
        drawn.extend(bootstrap_indices(len(returns), min(at_once, 1000 - first), block, generator))
    own, held = [], []
    for rows in drawn:
        own.append(curve_figures(profit.instants, CASH * np.cumprod(1 + returns[rows, 0]), CASH))
        held.append(curve_figures(profit.instants, CASH * np.cumprod(1 + returns[rows, 1]), CASH))
    figures = {figure.key: figure for figure in one.report.figures}
    for key in msgspec.structs.asdict(own[0]):
        low, high = np.quantile([getattr(each, key) for each in own], (0.025, 0.975))
        assert (figures[key].low, figures[key].high) == pytest.approx((low, high), rel=1e-6), key
    beyond = [ours.annual_growth_pct - theirs.annual_growth_pct for ours, theirs in zip(own, held, strict=True)]
    low, high = np.quantile(beyond, (0.025, 0.975))
    assert (figures["beyond_hold"].low, figures["beyond_hold"].high) == pytest.approx((low, high), rel=1e-6)


def test_the_case_of_the_costs_themselves_is_the_account_and_dearer_ones_earn_less() -> None:
    report = ran().report
    values = {figure.key: figure.value for figure in report.figures}
    free, same, double, fourfold = report.costs
    assert [case.times for case in report.costs] == [0, 1, 2, 4]
    assert (same.final_equity, same.sharpe) == (values["final_equity"], values["sharpe"])
    assert same.paid == pytest.approx((values["fees"] or 0) + (values["slippage"] or 0))
    assert free.paid == 0
    assert free.final_equity > same.final_equity > double.final_equity > fourfold.final_equity
    assert free.hold_return_pct > same.hold_return_pct > double.hold_return_pct > fourfold.hold_return_pct


def test_the_bars_are_named_by_their_content() -> None:
    one = ran()
    assert [each.sha256 for each in one.report.data] == [bars_hash(bars) for bars in one.backtest.history.bars]
    assert [each.bars for each in one.report.data] == [300, 270]


def test_the_verdict_counts_the_trials_that_were_thrown_away() -> None:
    verdict = rebuilt(ran(), tried()).verdict
    assert (verdict.finding, verdict.trials) == ("no evidence", 40)
    assert verdict.sentence.startswith("No evidence (300 days, 40 tried in all): deflated Sharpe ratio ")
    assert verdict.overfitting is not None
    assert ran().report.verdict.finding == "evidence"
    assert ran().report.verdict.trials == TERMS.trials == 3


def test_the_trials_of_a_search_are_laid_over_two_parameters_with_the_logits_of_overfitting() -> None:
    found = rebuilt(ran(), tried()).sensitivity
    assert found is not None
    assert (found.x_name, found.x) == ("fast", ("5", "10", "15", "20"))
    assert (found.y_name, found.y) == ("slow", ("50", "100", "150"))
    assert found.values == ((0.0, 1.0, 2.0, 3.0), (4.0, 5.0, 6.0, 7.0), (8.0, 9.0, 10.0, 11.0))
    assert len(found.logits) == 12_870  # ways to choose 8 of 16 blocks


def test_of_trials_on_one_cell_the_best_is_kept_and_an_empty_cell_says_nothing() -> None:
    points = [{"a": 1, "b": 1, "c": 1}, {"a": 1, "b": 1, "c": 2}, {"a": 2, "b": 2, "c": 1}]
    found = rebuilt(ran(), Tried("return", points, [0.5, 0.7, 0.1], 3, over=("a", "b"))).sensitivity
    assert found is not None
    assert found.values == ((0.7, None), (None, 0.1))
    assert found.logits == ()


@pytest.mark.parametrize(
    ("bad", "says"),
    [
        (Tried("x", [], [], 1), "at least one"),
        (Tried("x", [{"a": 1}], [1.0], 1), "vary a second one"),
        (Tried("x", [{"a": 1, "b": 2}], [1.0], 1, over=("a", "z")), "not every trial has a and z"),
        (Tried("x", [{"a": 1, "b": 2}], [1.0], 1, returns=np.zeros((3, 1))), "trials have 3 days, the account 300"),
    ],
)
def test_trials_that_do_not_fit_are_refused(bad: Tried, says: str) -> None:
    with pytest.raises(DataError, match=says):
        rebuilt(ran(), bad)


def test_an_account_without_a_trade_is_a_report_without_evidence_and_without_invented_figures() -> None:
    one = ran()
    profit, strategy = one.found.profit, one.found.strategy
    still = np.full_like(profit.equity, CASH)
    idle = msgspec.structs.replace(
        profit, equity=still, cash=still, exposure=np.zeros_like(still), trades=(), fills=(), verdicts=()
    )
    silent = silent_strategy(strategy)
    report = build_report(one.backtest, silent, idle, one.contenders, TERMS)
    values = {figure.key: (figure.value, figure.low, figure.count) for figure in report.figures}
    assert report.verdict.finding == "no evidence"
    assert report.verdict.sentence.startswith("No evidence: all returns are equal")
    assert values["sharpe"] == (None, None, 300)
    assert values["profit_factor"] == values["trade_hit_rate_pct"] == values["brier"] == (None, None, 0)
    assert decode_report(encode_report(report)) == report
    assert any(line.startswith("Sharpe ratio") and "–" in line for line in report_lines(report))


def test_what_was_left_open_and_what_stopped_the_account_is_said_first() -> None:
    one = ran()
    left = Position(symbol="AMD", quantity=3.0, average_price=90.0, market_price=100.0)
    began = one.found.strategy.began_at
    halt = Halt(halt_id="h", executor_id="e", code=HaltCode.BREACH, reason="the floor", by="watch", at=began)
    profit = msgspec.structs.replace(one.found.profit, positions=(left,), halts=(halt,), unplaced={"a": "too old"})
    said = build_report(one.backtest, one.found.strategy, profit, one.contenders, TERMS).assumptions
    assert said[:3] == (
        "Trading was halted 1 times, and breach still stood at the end: nobody resumes here.",
        "Still open at the end, worth their last close and without the cost of closing: AMD. They are in the equity "
        "and not among the trades.",
        "1 orders were allowed and never placed.",
    )
    whole = msgspec.structs.replace(profit, positions=(), halts=(), unplaced={})
    assert build_report(one.backtest, one.found.strategy, whole, one.contenders, TERMS).assumptions == said[3:]


def test_a_report_of_a_single_day_says_that_it_can_say_nothing() -> None:
    day = Backtest.of([walk("AAPL", 1, np.random.default_rng(1))])
    report = run_and_report(day, TERMS, np.random.default_rng(1), 10)
    assert report.verdict.sentence == "No evidence: a single day tells nothing from luck: give a longer period."
    values = {figure.key: (figure.value, figure.low) for figure in report.figures}
    assert values["final_equity"] == (100_000.0, None)
    assert values["annual_growth_pct"] == values["sharpe"] == values["turnover"] == (None, None)


def silent_strategy(strategy: StrategyResult) -> StrategyResult:
    nothing = np.array([], dtype=np.int64)
    return msgspec.structs.replace(strategy, signals=(), outcomes=(), signal_moment=nothing, outcome_moment=nothing)


def test_the_lines_name_verdict_figures_contenders_costs_and_decisions() -> None:
    lines = list(report_lines(ran().report))
    text = "\n".join(lines)
    assert lines[0] == "A walk"
    assert lines[1] == "2024-01-02 to 2024-10-27, 300 days, 2 symbols: drawn from a seed"
    for word in ("Evidence (300 days", "Growth beyond buy and hold", "Buy and hold", "Random entry", "4 times"):
        assert word in text
    assert "below_min_confidence" in text or "layer" in text
