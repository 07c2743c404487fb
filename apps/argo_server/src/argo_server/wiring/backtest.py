"""A backtest over the packaged history, by the settings that a live run would go by."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any

import msgspec
import numpy as np

from argo_core.adapters.replay import REPLAY_SYMBOLS
from argo_core.backtest import Account, Backtest
from argo_core.backtest.comparisons.random_entry import Chance
from argo_core.backtest.stored_history import StoredChoice
from argo_core.errors import DataError
from argo_core.execution.costs import CostPolicy as TradingCosts
from argo_core.execution.exchange_policy import ExchangePolicy
from argo_core.measures.feature_tracker import FeatureTracker
from argo_core.model.vote import VoteColumn
from argo_core.regime import RegimePolicy
from argo_core.risk import LevelPolicy
from argo_core.risk.proposal import SIMULATED
from argo_core.tracking import CostPolicy, HorizonPolicy
from argo_server.settings import ExecutorRole, Settings
from argo_server.wiring.account_rules import account_rules
from argo_server.wiring.backtest_market import packaged_history, stored_history
from argo_server.wiring.market import RECORDED_DAYS
from argo_server.wiring.policies import as_policy, consensus_policy, cycle_policy
from argo_server.wiring.recordings import open_recordings
from argo_server.wiring.sources import configured_sources


@dataclass(frozen=True, slots=True)
class BacktestChoice:
    """`symbols` None: all that are recorded, or stored; dates `YYYY-MM-DD`, None: as far as the bars reach. `stored`
    names bars of the library, None: the packaged history."""

    symbols: tuple[str, ...] | None = None
    begin: str | None = None
    end: str | None = None
    prop_firm: bool = False
    stored: StoredChoice | None = None


def recorded_names() -> tuple[str, ...]:
    """The symbols of which history is packaged."""
    return REPLAY_SYMBOLS


@asynccontextmanager
async def open_backtest(settings: Settings, choice: BacktestChoice) -> AsyncIterator[tuple[Backtest, Chance]]:
    """The backtest and what draws its random entries; to be run beside the event loop, which answers the sources that
    have to be asked. Raises ConfigError, DataError."""
    chosen = with_choice(settings, choice)
    loop = asyncio.get_running_loop()
    async with AsyncExitStack() as stack:
        recordings = await open_recordings(chosen, stack)
        if choice.stored is None:
            market = await asyncio.to_thread(packaged_history, chosen)
        else:
            wanted = choice.stored, choice.symbols, choice.begin, choice.end
            market = await asyncio.to_thread(stored_history, chosen, *wanted)
        file = chosen.file
        test = Backtest.of(
            market.bars,
            configured_sources(file, FeatureTracker(), recordings),
            account=await asyncio.to_thread(_account, chosen, choice.prop_firm),
            moments=market.moments,
            sessions=market.sessions,
            consensus=consensus_policy(file),
            cycle=cycle_policy(file),
            levels=as_policy(file.levels, LevelPolicy),
            horizon=as_policy(file.horizon, HorizonPolicy),
            costs=as_policy(file.costs, CostPolicy),
            regime=as_policy(file.regime, RegimePolicy),
            wait=lambda call: _answer(loop, call),
        )
        yield test, np.random.default_rng(file.backtest.seed)


def _answer(loop: asyncio.AbstractEventLoop, call: Coroutine[Any, Any, VoteColumn]) -> VoteColumn:
    return asyncio.run_coroutine_threadsafe(call, loop).result()


def with_choice(settings: Settings, choice: BacktestChoice) -> Settings:
    """The settings with what the command line chose, and trading as a backtest does: simulated, on its own terms."""
    file, (first, last) = settings.file, RECORDED_DAYS
    if choice.stored is None and choice.begin is not None and choice.begin >= (choice.end or last.isoformat()):
        words = f"nothing is recorded from {choice.begin} on: choose days from {first} to {last}"
        raise DataError("bad_period", words)
    terms = file.backtest
    simulated = msgspec.structs.replace(
        file.trading.simulated,
        starting_cash=terms.initial_capital,
        fee_pct=terms.commission_pct,
        slippage_pct=terms.slippage_pct,
        spread_pct=terms.spread_pct,
        volume_pct=terms.volume_pct,
    )
    chosen = msgspec.structs.replace(
        file,
        signal_generation=msgspec.structs.replace(
            file.signal_generation, symbols=REPLAY_SYMBOLS if choice.symbols is None else choice.symbols
        ),
        replay=msgspec.structs.replace(
            file.replay, start=choice.begin or first.isoformat(), end=choice.end or last.isoformat(), script=None
        ),
        trading=msgspec.structs.replace(file.trading, mode=SIMULATED, auto_execute=True, simulated=simulated),
        prop_firm=msgspec.structs.replace(file.prop_firm, enabled=choice.prop_firm),
    )
    return replace(settings, file=chosen)


def _account(settings: Settings, prop_firm: bool) -> Account:
    role = ExecutorRole(settings, "prop_firm" if prop_firm else "argo", prop_firm)
    terms = settings.file.backtest
    rules = account_rules(role, terms.initial_capital)
    exchange = settings.file.trading.simulated
    return Account(
        policy=rules.policy,
        rules=rules.executor,
        costs=TradingCosts(
            slippage_pct=exchange.slippage_pct, fee_pct=exchange.fee_pct, spread_pct=exchange.spread_pct
        ),
        exchange=ExchangePolicy(
            volume_pct=exchange.volume_pct,
            reject_pct=exchange.reject_pct,
            seed=exchange.seed,
            next_open=terms.next_open,
        ),
        cash=terms.initial_capital,
        label=rules.label,
    )
