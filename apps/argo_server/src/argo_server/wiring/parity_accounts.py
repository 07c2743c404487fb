"""The executors whose day can be replayed: those whose settings and records this process can read."""

from __future__ import annotations

import dataclasses
from datetime import date

import msgspec

from argo_core.adapters.sql import Database
from argo_core.adapters.sql.executor_days import SqlExecutorDays
from argo_core.backtest.account import Account
from argo_core.backtest.parity import TradedAccount
from argo_core.backtest.parity_account import opening_cash
from argo_core.errors import ConfigError, StoreError
from argo_core.execution.costs import CostPolicy
from argo_core.execution.exchange_policy import ExchangePolicy
from argo_core.model.recorded_day import ExecutorDay, RecordedDay
from argo_core.risk.proposal import PROP, SIMULATED
from argo_server.settings import ExecutorRole, Settings, known_executors
from argo_server.wiring.account_rules import account_rules

NONE_READ = "the records of no executor can be read here: only signals were compared"
NO_EQUITY = "no equity of this account is stored: only signals were compared"


async def traded_accounts(
    settings: Settings, day: date, executor_id: str | None, recorded: RecordedDay
) -> tuple[tuple[TradedAccount, ...], str | None]:
    """The accounts, and why there is none. Raises ConfigError where the one that is named cannot be read."""
    roles = known_executors(settings)
    if executor_id is not None:
        if executor_id not in roles:
            raise ConfigError(
                f"executor {executor_id} is not configured here: its file and its database must be readable"
            )
        roles = {executor_id: roles[executor_id]}
    found, note = list[TradedAccount](), NONE_READ
    for name, role in roles.items():
        try:
            live = await _day(role, day)
        except StoreError as error:
            if executor_id is not None:
                raise StoreError(f"executor {name}: {error}") from error
            continue
        traded = _traded(role, live, recorded)
        if traded is None:
            note = f"{name}: {NO_EQUITY}"
        else:
            found.append(traded)
    return tuple(found), None if found else note


async def _day(role: ExecutorRole, day: date) -> ExecutorDay:
    database = await Database.open(role.settings.database_url)
    try:
        return await SqlExecutorDays(database).day(day)
    finally:
        await database.close()


def _traded(role: ExecutorRole, live: ExecutorDay, recorded: RecordedDay) -> TradedAccount | None:
    """The account by its own rules, on the simulated exchange that its file describes, whatever its venue is."""
    cash = opening_cash(live, recorded.shown)
    if cash is None:
        return None
    rules, simulated = account_rules(role, live.cash or None), role.settings.file.trading.simulated
    mode = rules.policy.standing.mode
    standing = msgspec.structs.replace(rules.policy.standing, mode=mode if mode == PROP else SIMULATED)
    account = Account(
        policy=dataclasses.replace(rules.policy, standing=standing),
        rules=rules.executor,
        costs=CostPolicy(
            slippage_pct=simulated.slippage_pct, fee_pct=simulated.fee_pct, spread_pct=simulated.spread_pct
        ),
        exchange=ExchangePolicy(volume_pct=simulated.volume_pct, reject_pct=simulated.reject_pct, seed=simulated.seed),
        cash=cash,
        label=rules.label,
    )
    return TradedAccount(live, account, SIMULATED if role.settings.file.trading.mode == SIMULATED else mode)
