"""What a command prints and what a report says are the same figures with the same intervals."""

from __future__ import annotations

import numpy as np

from argo_core.backtest.report import run_contenders
from argo_core.backtest.summary import strategy_summary, summarised
from tests.argo.backtest.report_runs import TERMS, ran


def test_a_summary_has_the_figures_of_the_report_to_the_last_digit() -> None:
    one = ran()
    told = summarised(one.backtest, one.found, one.contenders, TERMS.seed)
    assert told.curves[0].figures + told.figures + told.strategy.figures == one.report.figures
    assert [(each.name, each.figures) for each in told.curves] == [(c.name, c.figures) for c in one.report.curves]
    assert told.strategy.seed == TERMS.seed == 11


def test_another_seed_moves_the_intervals_and_no_figure() -> None:
    one = ran()
    first, second = (strategy_summary(one.found.strategy, seed).figures for seed in (1, 2))
    assert [each.value for each in first] == [each.value for each in second]
    assert [each.low for each in first[1:]] != [each.low for each in second[1:]]


def test_contenders_without_a_sweep_are_the_same_but_for_it() -> None:
    one = ran()
    bare = run_contenders(one.backtest, one.found, np.random.default_rng(5), 200, times=())
    assert bare.swept == ()
    assert bare.chance == one.contenders.chance
    assert bare.compared(one.found) == one.contenders.compared(one.found)
