"""The backtest equals the live system fed bar by bar: to the last decision, signal, outcome, verdict and trade."""

from __future__ import annotations

import asyncio
import os

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from argo_core.adapters.rule_packs import load_pack
from argo_core.backtest.account import Account
from argo_core.backtest.history import History
from argo_core.backtest.profit import Profit
from argo_core.backtest.profit_result import ProfitResult
from argo_core.backtest.strategy_result import STATUSES, StrategyResult
from argo_core.consensus import Missing
from argo_core.execution.costs import CostPolicy
from argo_core.execution.exchange_policy import ExchangePolicy
from argo_core.model.trade import Trade
from argo_core.pipeline.policy import Reemit
from argo_core.risk import LevelPolicy, PropFirmLimits, RegularLimits
from argo_core.sources.recorded_opinion import RecordedOpinionSource
from argo_core.testing.memory_opinions import MemoryOpinions
from tests.argo.backtest.live_cycles import LiveRun, live_run, nameless
from tests.argo.backtest.live_executor import LiveAccount, live_account
from tests.argo.backtest.markets import Market, markets
from tests.argo.backtest.opinions import answers_for
from tests.argo.backtest.strategies import MODEL, SOURCES, strategy

COUNT = {"slice": 8, "full": 200, "soak": 1000}[os.environ.get("TEST_COUNTS", "slice")]
# A market is a seed and a few numbers: a smaller one tells nobody more, and looking for it takes minutes.
PHASES = (Phase.explicit, Phase.reuse, Phase.generate)
COSTS = CostPolicy(slippage_pct=0.05, fee_pct=0.1, spread_pct=0.04)
TIGHT, WIDE = LevelPolicy(max_stop_pct=1.5), LevelPolicy(stop_atr=6.0, max_stop_pct=30.0)
"""A prop firm takes no wider stop than the first; behind the second, signals live long enough to be flipped."""
LOOSE = RegularLimits(min_confidence=60.0, max_correlated=3, max_drawdown_pct=4.0, daily_loss_pct=1.0)
FIRM = PropFirmLimits(min_confidence=60.0, max_stop_pct=3.0, max_position_pct=20.0)


def account_of(kind: str) -> Account:
    """A regular one, one that is filled in part, one that is filled at the open, and a prop firm's."""
    plain = Account.regular(limits=LOOSE, costs=COSTS)
    exchanges = {
        "regular": ExchangePolicy(),
        "in part": ExchangePolicy(volume_pct=0.002),
        "next open": ExchangePolicy(next_open=True),
    }
    if kind == "prop firm":
        return Account.prop_firm(load_pack("seed-limits"), limits=FIRM, costs=COSTS)
    return Account(plain.policy, plain.rules, COSTS, exchanges[kind])


def levels_of(kind: str) -> LevelPolicy:
    """How wide the stops are."""
    return TIGHT if kind == "prop firm" else WIDE


KINDS = st.sampled_from(["regular", "in part", "next open", "prop firm"])


@settings(max_examples=COUNT, deadline=None, phases=PHASES)
@given(markets(), st.sampled_from([45.0, 55.0, 65.0]), st.sampled_from(list(Reemit)), st.sampled_from(list(Missing)))
def test_signals_are_those_of_the_live_cycle(
    market: Market, threshold: float, reemit: Reemit, missing: Missing
) -> None:
    tried = strategy(market, threshold, reemit, missing=missing)
    assert_equal(tried.run(History.of(market.bars, market.moments)), asyncio.run(live_run(tried, market)))


@settings(max_examples=max(COUNT // 2, 4), deadline=None, phases=PHASES)
@given(markets(), st.integers(0, 2**32 - 1), st.booleans())
def test_models_vote_with_what_was_recorded_as_live(market: Market, seed: int, veto_only: bool) -> None:
    log = MemoryOpinions()
    for answer in answers_for("model", market, seed):
        asyncio.run(log.keep(answer))
    spec = type(MODEL)(**{**{name: getattr(MODEL, name) for name in MODEL.__struct_fields__}, "veto_only": veto_only})
    tried = strategy(market, sources=(*SOURCES[:3], RecordedOpinionSource(spec, log)))
    fast = tried.run(History.of(market.bars, market.moments))
    assert_equal(fast, asyncio.run(live_run(tried, market)))


@settings(max_examples=COUNT, deadline=None, phases=PHASES)
@given(markets(), KINDS)
def test_trades_and_equity_are_those_of_the_live_executor(market: Market, kind: str) -> None:
    account = account_of(kind)
    tried, history = (
        strategy(market, 50.0, levels=TIGHT if kind == "prop firm" else WIDE),
        History.of(market.bars, market.moments),
    )
    run = asyncio.run(live_run(tried, market))
    assert_same_account(
        Profit(account).run(history, tried.run(history)), asyncio.run(live_account(account, market, run))
    )


def assert_equal(fast: StrategyResult, live: LiveRun) -> None:
    moments, known = fast.signal_moment.tolist(), fast.outcome_moment.tolist()
    names = {sealed.signal.signal_id: number for number, sealed in enumerate(fast.signals)}
    lives = {signal.signal_id: number for number, (_, signal) in enumerate(live.signals)}
    made = [(moment, nameless(sealed.signal)) for moment, sealed in zip(moments, fast.signals, strict=True)]
    assert made == [(moment, nameless(signal)) for moment, signal in live.signals]
    ended = {(at, names[one.signal_id]): nameless(one) for at, one in zip(known, fast.outcomes, strict=True)}
    assert ended == {(moment, lives[one.signal_id]): nameless(one) for moment, one in live.outcomes}
    arrays = fast.decisions
    columns = (arrays.moment, arrays.row, arrays.status, arrays.confidence)
    decided = [(at, fast.symbols[row], STATUSES[status], confidence) for at, row, status, confidence in _rows(columns)]
    assert decided == [(moment, one.symbol, one.status, one.confidence) for moment, one in live.decisions]


def assert_same_account(fast: ProfitResult, live: LiveAccount) -> None:
    assert fast.equity.tolist() == live.equity
    assert [_anonymous(trade) for trade in fast.trades] == [_anonymous(trade) for trade in live.store.trades]
    assert [one.verdicts for one in fast.verdicts] == [one.verdicts for one in live.store.verdicts.values()]
    assert len(fast.halts) == len(asyncio.run(live.halts.history(10_000)))


def _anonymous(trade: Trade) -> dict[str, object]:
    fields = {name: getattr(trade, name) for name in trade.__struct_fields__}
    return {name: value for name, value in fields.items() if name not in ("trade_id", "signal_id")}


def _rows(columns: tuple[object, ...]) -> list[tuple[int, int, int, float]]:
    return list(zip(*(column.tolist() for column in columns), strict=True))  # type: ignore[attr-defined]


def test_these_markets_have_something_of_everything() -> None:
    """What the properties above compare is not nothing: signals, flips, stops, targets, trades, denials, halts."""
    seen = set[str]()

    @settings(max_examples=25, deadline=None, phases=PHASES, derandomize=True, database=None)
    @given(markets(), KINDS)
    def gather(market: Market, kind: str) -> None:
        tried, history = (
            strategy(market, 50.0, levels=TIGHT if kind == "prop firm" else WIDE),
            History.of(market.bars, market.moments),
        )
        found = tried.run(history)
        profit = Profit(account_of(kind)).run(history, found)
        seen.update(outcome.result.value for outcome in found.outcomes)
        seen.update(trade.exit for trade in profit.trades)
        seen.update(one.code for one in profit.verdicts if one.code is not None)
        seen.update("halt" for _ in profit.halts)

    gather()
    assert {"target", "stop", "expired", "cancelled", "signal", "halt", "below_min_confidence"} <= seen
