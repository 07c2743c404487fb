"""The chance of passing on a prop firm's console: from the account's own stored trades, beside the requests."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection

from argo_core.adapters.exchange_calendar import ExchangeCalendar
from argo_core.adapters.replay import ReplayLibrary
from argo_core.adapters.rule_packs import PACKS
from argo_core.adapters.sql import Database
from argo_core.adapters.sql.append_rows import append_rows
from argo_core.adapters.sql.created_at import created_text
from argo_core.adapters.sql.trade_rows import trade_row
from argo_core.adapters.sql.trading_tables import TRADE_LOG
from argo_core.adapters.sql.upgrade import upgrade
from argo_core.backtest import Backtest
from argo_core.backtest.pass_chance import PassChance
from argo_core.model.trade import Trade
from argo_server.wiring.executor import MIGRATIONS
from tests.argo.server.executors import PROP_FIRM
from tests.argo.server.web.executor_parts import RunningExecutor, running_executor

CHALLENGE: dict[str, Any] = {**PROP_FIRM, "prop_firm": {"enabled": True, "rule_pack": "near.json"}}


@pytest.fixture(scope="module")
def trades(cache: Path) -> tuple[Trade, ...]:
    """What an account really did on recorded history."""
    bars = ReplayLibrary(ExchangeCalendar("XNYS", cache), cache).load(["AAPL", "TSLA", "AMD"])
    return Backtest.of([each.last(500) for each in bars.values()]).run().profit.trades


async def store(url: str, trades: tuple[Trade, ...]) -> None:
    """Into an executor's database that is not opened yet, as its journal stores them."""
    await upgrade(url, MIGRATIONS)
    database = await Database.open(url)

    def append(connection: Connection) -> None:
        rows = [{**trade_row(trade), "created_at": created_text(trade.closed_at)} for trade in trades]
        append_rows(connection, TRADE_LOG, rows)

    try:
        await database.write(append)
    finally:
        await database.close()


def near_pack(folder: Path) -> None:
    """A published pack with a target that is soon reached: a walk of many days takes its time."""
    pack = json.loads((PACKS / "ftmo-1-step.json").read_bytes())
    reported = [{**rule, "value": 1.0} if rule["name"] == "profit_target" else rule for rule in pack["reported"]]
    (folder / "near.json").write_text(json.dumps({**pack, "name": "near", "reported": reported}))


async def first_answer(running: RunningExecutor) -> PassChance:
    """What the executor works out by itself."""
    passing = running.services.passing
    assert passing is not None
    async with asyncio.timeout(50):
        while passing.found is None:
            await asyncio.sleep(0.05)
    return passing.found


async def test_the_console_tells_the_chance_of_the_accounts_own_trades(
    tmp_path: Path, trades: tuple[Trade, ...]
) -> None:
    near_pack(tmp_path)
    async with running_executor(tmp_path, CHALLENGE, prepared=lambda url: store(url, trades)) as running:
        found = await first_answer(running)
        assert (found.stored, found.trades, found.refused) == (len(trades), len(trades), None)
        told = (await running.status())["passing"]["result"]
        assert (told["pack"], told["seed"], told["trades_in_record"]) == ("near", 0, len(trades))
        text = " ".join((await running.client.get("/risk")).text.split())
        assert f"<dt>Trades in the record, N</dt><dd>{len(trades)}</dd>" in text
        assert f"{100 * told['passed']['share']:.1f} %" in text
        assert f"{100 * told['record'][0]:.1f} % to {100 * told['record'][1]:.1f} %" in text
        for sentence in told["assumptions"]:
            assert sentence in text.replace("&#39;", "'")


async def test_below_the_least_number_of_trades_the_console_refuses_and_says_so(
    tmp_path: Path, trades: tuple[Trade, ...]
) -> None:
    near_pack(tmp_path)
    async with running_executor(tmp_path, CHALLENGE, prepared=lambda url: store(url, trades[:19])) as running:
        assert (await first_answer(running)).result is None
        text = (await running.client.get("/risk")).text
        assert "19 finished trades are too few for a chance of passing: it is told from 20 on" in text


async def test_a_regular_account_has_no_challenge(tmp_path: Path) -> None:
    async with running_executor(tmp_path) as running:
        assert (await running.status())["passing"] is None
        assert "Chance of passing" not in (await running.client.get("/risk")).text
