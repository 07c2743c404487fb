"""`argo backtest` as somebody uses it, and the settings that it goes by."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from tests.argo.server.processes import ArgoFolder

YEAR = ("--symbols", "AAPL,AMD", "--from", "2016-01-01", "--to", "2017-01-01")


def with_terms(argo: ArgoFolder, **terms: object) -> dict[str, Any]:
    """The figures of one year on these terms."""
    document = json.loads(argo.config.read_text())
    argo.config.write_text(json.dumps({**document, "backtest": terms}))
    done = argo.run("backtest", *YEAR, "--json")
    assert done.returncode == 0, done.stderr
    figures: dict[str, Any] = json.loads(done.stdout)
    return figures


def test_a_result_stands_beside_what_it_is_held_against(argo: ArgoFolder) -> None:
    done = argo.run("backtest", *YEAR)
    assert done.returncode == 0, done.stderr
    for words in ("Strategy", "Buy and hold", "Best single source, ", "known only afterwards", "random times"):
        assert words in done.stdout


FIGURES = (
    "Final equity", "Return", "Annual growth", "Volatility", "Sharpe ratio", "Sortino ratio", "Deepest fall",
    "Calmar ratio", "Growth beyond buy and hold", "Trades that gained", "Profit factor", "Mean trade", "In the market",
    "Turnover", "Fees paid", "Slippage and spread paid", "Signals that gained", "Mean signal, gross",
    "Mean signal, net", "Brier score",
)  # fmt: skip


def test_every_headline_figure_is_printed_with_its_interval_and_the_seed_that_drew_it(argo: ArgoFolder) -> None:
    done = argo.run("backtest", *YEAR)
    for title in FIGURES:
        (line,) = [each for each in done.stdout.splitlines() if each.startswith(title)]
        assert re.search(r"-?[\d,.]+ to -?[\d,.]+", line), line
    assert "resamples in blocks, seed 0;" in done.stdout
    alone = argo.run("backtest", *YEAR, "--strategy-only").stdout
    assert [title in alone for title in FIGURES] == [False] * 16 + [True] * 4


def test_each_term_of_the_section_has_its_effect(argo: ArgoFolder) -> None:
    usual = with_terms(argo)
    assert (usual["terms"]["start_cash"], usual["terms"]["fee_pct"]) == (100_000.0, 0.1)
    assert usual["comparisons"]["random_entry"]["draws"] == 1_000
    assert usual["headline"]["costs"]["fees"] > 0 < usual["headline"]["costs"]["slippage"]
    free = {"commission_pct": 0, "slippage_pct": 0, "spread_pct": 0}
    other = with_terms(argo, initial_capital=5_000, random_entries=50, seed=3, **free)
    assert other["terms"]["start_cash"] == 5_000.0
    assert other["headline"]["costs"]["fees"] == 0.0
    assert other["headline"]["costs"]["slippage"] == pytest.approx(0.0, abs=1e-6)
    assert other["comparisons"]["random_entry"]["draws"] == 50
    assert with_terms(argo, volume_pct=0.00001, next_open=True)["headline"]["trades"] != usual["headline"]["trades"]


def test_a_prop_firm_is_held_to_its_pack(argo: ArgoFolder) -> None:
    done = argo.run("backtest", *YEAR, "--executor", "prop_firm", "--json")
    assert "rule pack seed-limits" in json.loads(done.stdout)["terms"]["account"]


def test_the_strategy_alone_trades_nothing(argo: ArgoFolder) -> None:
    figures = json.loads(argo.run("backtest", *YEAR, "--strategy-only", "--json").stdout)
    assert figures["quality"]["signals"] == figures["decisions"]["published"] > 0
    assert "headline" not in figures


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--symbols", "AAPL,NOPE"), "NOPE: choose each once from AAPL"),
        (("--symbols", "AAPL,AAPL"), "a symbol twice"),
        (("--from", "2017-01-01", "--to", "2016-01-01"), "it must be later than --from"),
        (("--from", "yesterday"), "does not match the format"),
        (("--executor", "mine"), "is not one of"),
    ],
)
def test_bad_usage_is_one_line_and_status_two(argo: ArgoFolder, words: tuple[str, ...], told: str) -> None:
    done = argo.run("backtest", *words)
    assert (done.returncode, told in done.stderr) == (2, True), done.stderr


def test_a_period_without_recordings_is_a_refusal(argo: ArgoFolder) -> None:
    done = argo.run("backtest", "--from", "2001-01-01")
    assert (done.returncode, "history is recorded from" in done.stderr) == (2, True), done.stderr
