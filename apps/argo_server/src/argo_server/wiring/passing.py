"""A prop firm's account: its chance of passing, worked out by a process of its own."""

from __future__ import annotations

import os

import msgspec

from argo_core.adapters.calculation import calculated
from argo_core.adapters.sql import Database
from argo_core.adapters.sql.trade_history import SqlTradeHistory
from argo_core.backtest.pass_chance import ChanceQuestion, PassChance, pass_chance
from argo_core.backtest.pass_watch import RUN, PassWatch
from argo_core.errors import StoreError
from argo_core.pipeline.minder import Minder
from argo_core.risk.watch_state import WatchState
from argo_server.settings import ExecutorRole
from argo_server.settings.lab_rules import chance_command, chance_environment
from argo_server.wiring.account_rules import rule_pack


def pass_watch(role: ExecutorRole, database: Database, minder: Minder) -> PassWatch | None:
    """None for an account that is no prop firm's. Raises ConfigError."""
    if not role.prop_firm:
        return None

    async def state() -> WatchState | None:
        return (await minder.look()).watched.state

    run = msgspec.structs.replace(RUN, seed=role.settings.file.backtest.seed)
    return PassWatch(SqlTradeHistory(database), rule_pack(role), state, _answer, run)


async def _answer(asked: ChanceQuestion) -> PassChance:
    """No credential goes along. Raises StoreError."""
    told = await calculated(chance_command(), chance_environment(os.environ), msgspec.json.encode(asked))
    try:
        return msgspec.json.decode(told, type=PassChance)
    except msgspec.MsgspecError as error:
        raise StoreError(f"a calculation's answer cannot be read: {error}") from error


def answered(question: bytes) -> bytes:
    """The other end of it, in that process."""
    return msgspec.json.encode(pass_chance(msgspec.json.decode(question, type=ChanceQuestion)))
