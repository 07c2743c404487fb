"""A lived day beside its replay: nothing differs by itself, and what was planted is found with cause and amount."""

from __future__ import annotations

import asyncio
import dataclasses
import shutil
import sqlite3
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from argo_core.adapters.sql.upgrade import upgrade
from argo_core.backtest.account import Account
from argo_core.errors import DataError
from argo_core.execution.costs import CostPolicy
from argo_core.execution.exchange_policy import ExchangePolicy
from argo_core.model.bars import HIGH, Bars
from argo_core.model.halt import HaltCode
from argo_core.model.instant import from_instant64, from_text, to_text
from argo_core.model.parity import Cause, Compared, Difference, ParityReport
from argo_core.risk import RegularLimits
from tests.argo.backtest.lived_day import (
    CASH,
    DAY,
    Act,
    Lived,
    Market,
    account_of,
    compared,
    live_a_day,
    named,
    packaged,
    with_threshold,
)

MIGRATIONS = Path(__file__).parents[3] / "migrations" / "argo"
CYCLES, PART = 60, 32


@pytest.fixture(scope="session", name="market")
def packaged_market(tmp_path_factory: pytest.TempPathFactory) -> Market:
    return packaged(tmp_path_factory.mktemp("cache"))


@pytest.fixture(scope="session", name="empty")
def empty_files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Upgraded databases, to be copied."""
    folder = tmp_path_factory.mktemp("empty")
    asyncio.run(upgrade(f"sqlite+aiosqlite:///{folder / 'empty.db'}", MIGRATIONS))
    return dict.fromkeys(("generator", "books"), folder / "empty.db")


@pytest.fixture(scope="session", name="lived")
def lived_day(market: Market, empty: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A day of sixty sessions, untouched; to be copied."""
    return asyncio.run(live_a_day(market, tmp_path_factory.mktemp("lived"), empty, CYCLES))


@pytest.fixture(name="folder")
def copied_day(lived: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(lived, tmp_path / "day"))


def tampered(path: Path, *statements: str) -> None:
    """A copy whose owner has dropped the guards."""
    database = sqlite3.connect(path)
    for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        database.execute(f"DROP TRIGGER {name}")
    for statement in statements:
        database.execute(statement)
    database.commit()
    database.close()


def first(report: ParityReport, what: Compared) -> Difference:
    return next(each for each in report.differences if each.what is what)


def require_exact_money(report: ParityReport) -> None:
    """The parts are the whole, to the last digit that is stored."""
    assert report.result is not None
    parts = sum(round(each * 1e6) for each in report.result.by_cause.values())
    assert parts == round(report.result.live * 1e6) - round(report.result.replayed * 1e6)
    by_cause: dict[str, int] = {}
    for each in report.differences:
        if each.what is Compared.FILL:
            by_cause[each.cause] = by_cause.get(each.cause, 0) + round(each.amount * 1e6)
    assert {cause: sum_ for cause, sum_ in by_cause.items() if sum_} == {
        cause: round(money * 1e6) for cause, money in report.result.by_cause.items()
    }


async def test_an_untouched_day_agrees_in_every_signal_fill_and_cent(market: Market, folder: Path) -> None:
    report = await compared(market, folder)
    assert report.differences == ()
    assert (report.signals.compared, report.fills.compared, report.trades.compared) == (32, 12, 6)
    assert report.score == 1.0
    assert report.result is not None
    assert (report.result.live, report.result.difference, report.result.by_cause) == (1459.537681, 0.0, {})


async def test_a_day_that_two_generators_shared_agrees_too(
    market: Market, empty: dict[str, Path], tmp_path: Path
) -> None:
    report = await compared(market, await live_a_day(market, tmp_path, empty, CYCLES, generators=2))
    assert report.differences == ()
    assert (report.cycles, report.signals.compared, report.fills.compared) == (2 * CYCLES, 32, 12)
    assert report.result is not None
    assert (report.result.live, report.result.difference) == (1459.537681, 0.0)


async def test_the_result_of_the_day_is_what_the_account_gained(market: Market, folder: Path) -> None:
    report = await compared(market, folder)
    books = sqlite3.connect(folder / "books.db")
    flows = books.execute("SELECT sum(-quantity * price - fee) FROM fill_log").fetchone()[0]
    held = books.execute("SELECT symbol, sum(quantity) FROM fill_log GROUP BY symbol").fetchall()
    books.close()
    last = {bars.symbol: bars.until(report_end(folder)).close[-1] for bars in market.bars.values()}
    assert report.result is not None
    assert report.result.live == pytest.approx(
        flows + sum(quantity * last[symbol] for symbol, quantity in held), abs=1e-4
    )


def report_end(folder: Path) -> datetime:
    """The market time of the day's last cycle."""
    generator = sqlite3.connect(folder / "generator.db")
    (as_of,) = generator.execute("SELECT as_of FROM cycle_log ORDER BY id DESC LIMIT 1").fetchone()
    generator.close()
    return from_text(as_of)


async def test_a_fill_price_changed_in_one_log_is_found_with_its_amount(market: Market, folder: Path) -> None:
    tampered(folder / "books.db", "UPDATE fill_log SET price = price + 1.0 WHERE id = 3")
    books = sqlite3.connect(folder / "books.db")
    quantity, symbol = books.execute("SELECT quantity, symbol FROM fill_log WHERE id = 3").fetchone()
    books.close()
    report = await compared(market, folder)
    difference = first(report, Compared.FILL)
    assert (difference.cause, difference.symbol) == (Cause.RECORDS_DISAGREE, symbol)
    assert difference.amount == pytest.approx(-quantity, abs=2e-6)
    assert report.counted() == {"records_disagree": 1}
    assert (report.fills.agreed, report.fills.compared) == (11, 12)
    require_exact_money(report)


async def test_a_fill_changed_in_every_log_is_said_to_be_unexplained(market: Market, folder: Path) -> None:
    tampered(
        folder / "books.db",
        "UPDATE fill_log SET price = price * 2 WHERE id = 1",
        "UPDATE order_log SET body = json_set(body, '$.fill.price', json_extract(body, '$.fill.price') * 2) WHERE "
        "id = (SELECT id FROM order_log WHERE json_extract(body, '$.fill') IS NOT NULL ORDER BY id LIMIT 1)",
        "UPDATE fill_log SET fee = fee * 2 WHERE id = 1",
        "UPDATE order_log SET body = json_set(body, '$.fill.fee', json_extract(body, '$.fill.fee') * 2) WHERE "
        "id = (SELECT id FROM order_log WHERE json_extract(body, '$.fill') IS NOT NULL ORDER BY id LIMIT 1)",
    )
    report = await compared(market, folder)
    assert first(report, Compared.FILL).cause is Cause.UNEXPLAINED
    require_exact_money(report)


async def test_an_answer_that_is_no_longer_kept_is_named(market: Market, folder: Path) -> None:
    tampered(folder / "generator.db", "DELETE FROM opinion_log")
    report = await compared(market, folder)
    difference = first(report, Compared.SIGNAL)
    assert difference.cause is Cause.NOT_RECORDED
    assert difference.detail == "sonar voted live, and what it voted with is not kept: no recording"
    require_exact_money(report)


async def test_a_vote_that_was_absent_live_is_named(
    market: Market, folder: Path, empty: dict[str, Path], tmp_path: Path
) -> None:
    silent = tmp_path / "silent"
    silent.mkdir()
    await live_a_day(market, silent, empty, PART, opinions=False)
    told = sqlite3.connect(silent / "generator.db")
    told.execute("ATTACH ? AS other", (str(folder / "generator.db"),))
    told.execute("INSERT INTO opinion_log SELECT * FROM other.opinion_log ORDER BY id")
    told.commit()
    told.close()
    report = await compared(market, silent)
    difference = first(report, Compared.SIGNAL)
    assert difference.cause is Cause.VOTE_ABSENT
    assert difference.detail == "sonar did not vote live: no recording"
    assert set(report.counted()) <= {"vote_absent", "carried_over"}
    require_exact_money(report)


async def test_a_signal_that_is_not_stored_is_named(market: Market, folder: Path) -> None:
    generator = sqlite3.connect(folder / "generator.db")
    (name,) = generator.execute("SELECT signal_id FROM signal_log ORDER BY id DESC LIMIT 1").fetchone()
    generator.close()
    tampered(folder / "generator.db", f"DELETE FROM signal_log WHERE signal_id = '{name}'")
    difference = first(await compared(market, folder), Compared.SIGNAL)
    assert (difference.cause, difference.live) == (Cause.NOT_RECORDED, None)
    assert difference.detail == f"the decision published {name}, which is not stored"


async def test_a_revised_bar_is_told_from_a_late_one(market: Market, folder: Path) -> None:
    at, symbol = first_signal(folder)
    report = await compared(revised(market, symbol, at), folder)
    assert first(report, Compared.SIGNAL).cause is Cause.DATA_REVISED
    require_exact_money(report)


async def test_an_older_bar_that_is_another_by_now_is_named_with_both_values(market: Market, folder: Path) -> None:
    at, symbol = first_signal(folder)
    bars = market.bars[symbol]
    values, place = bars.values.copy(), int(bars.end.searchsorted(at, side="right")) - 3
    values[HIGH, place] *= 1.002
    other = Bars.of(symbol, bars.timeframe, bars.start, values, bars.end)
    report = await compared(Market({**market.bars, symbol: other}, market.sessions), folder)
    # Where that bar is the newest it is revised data; what later bars make of it is revised history.
    difference = next(each for each in report.differences if each.cause is Cause.HISTORY_REVISED)
    assert (difference.symbol, difference.at > from_instant64(bars.end[place])) == (symbol, True)
    told = f"{bars.values[HIGH, place]:g} live, {values[HIGH, place]:g} on the kept bars"
    assert difference.detail.endswith(f"high of the bar of {to_text(from_instant64(bars.start[place]))}: {told}")
    assert Cause.UNEXPLAINED not in {each.cause for each in report.differences}
    require_exact_money(report)


async def test_a_signal_that_is_stored_twice_is_one_too_many(market: Market, folder: Path) -> None:
    columns = "signal_id, " + ", ".join(other_columns(folder / "generator.db", "signal_log"))
    tampered(
        folder / "generator.db",
        f"INSERT INTO signal_log ({columns}) SELECT 'SIG-TWIN', {columns.removeprefix('signal_id, ')} FROM signal_log "
        "ORDER BY id DESC LIMIT 1",
    )
    report = await compared(market, folder)
    assert (report.signals.compared, report.signals.agreed) == (33, 32)
    assert first(report, Compared.SIGNAL).cause is Cause.RECORDS_DISAGREE


def other_columns(path: Path, table: str) -> list[str]:
    database = sqlite3.connect(path)
    names = [str(row[1]) for row in database.execute(f"PRAGMA table_info({table})")]
    database.close()
    return [name for name in names if name not in ("id", "signal_id")]


async def test_a_bar_that_came_late_is_named(
    market: Market, folder: Path, empty: dict[str, Path], tmp_path: Path
) -> None:
    at, symbol = first_signal(folder)
    slow = tmp_path / "slow"
    slow.mkdir()
    await live_a_day(delayed(market, symbol, at), slow, empty, PART)
    report = await compared(market, slow)
    difference = first(report, Compared.SIGNAL)
    assert (difference.cause, difference.symbol) == (Cause.LATE_DATA, symbol)
    require_exact_money(report)


def first_signal(folder: Path) -> tuple[np.datetime64, str]:
    generator = sqlite3.connect(folder / "generator.db")
    as_of, symbol = generator.execute(
        "SELECT as_of, symbol FROM signal_log WHERE symbol NOT LIKE '%-USD' AND id > 3 ORDER BY id LIMIT 1"
    ).fetchone()
    generator.close()
    return np.datetime64(as_of[:-1], "us"), str(symbol)


def revised(market: Market, symbol: str, at: np.datetime64) -> Market:
    """The kept bars say later that the close of that moment was another."""
    bars = market.bars[symbol]
    values, place = bars.values.copy(), int(bars.end.searchsorted(at, side="right")) - 1
    low, high = values[2, place], values[1, place]
    values[3, place] = low if values[3, place] > (low + high) / 2 else high
    return Market(
        {**market.bars, symbol: Bars.of(symbol, bars.timeframe, bars.start, values, bars.end)}, market.sessions
    )


def delayed(market: Market, symbol: str, at: np.datetime64) -> Market:
    """The live feed told the bar of that moment an hour too late."""
    bars = market.bars[symbol]
    end, place = bars.end.copy(), int(bars.end.searchsorted(at, side="right")) - 1
    end[place] = end[place] + np.timedelta64(1, "h")
    return Market(
        {**market.bars, symbol: Bars.of(symbol, bars.timeframe, bars.start, bars.values, end)}, market.sessions
    )


async def test_a_threshold_changed_in_the_day_is_named_with_both_values(
    market: Market, empty: dict[str, Path], tmp_path: Path
) -> None:
    async def stricter(lived: Lived) -> None:
        with_threshold(lived, 85.0)

    await live_a_day(market, tmp_path, empty, PART, {20: stricter})
    report = await compared(market, tmp_path, threshold=85.0)
    assert first(report, Compared.SIGNAL).cause is Cause.SETTINGS_CHANGED
    assert first(report, Compared.SIGNAL).detail == "threshold 60 live, 85 now"
    assert set(report.counted()) <= {"settings_changed", "carried_over"}
    require_exact_money(report)


async def test_a_limit_of_the_account_changed_since_is_named(market: Market, folder: Path) -> None:
    stricter = Account.regular(cash=CASH, limits=RegularLimits(min_confidence=90.0))
    report = await compared(market, folder, named(stricter))
    difference = first(report, Compared.FILL)
    assert (difference.cause, difference.replayed) == (Cause.SETTINGS_CHANGED, None)
    assert difference.detail == "limit of confidence 75 live, 90 now"
    require_exact_money(report)


async def test_a_fee_changed_since_is_named(market: Market, folder: Path) -> None:
    dearer = dataclasses.replace(account_of(), costs=CostPolicy(fee_pct=0.2))
    report = await compared(market, folder, dearer)
    difference = first(report, Compared.FILL)
    assert (difference.cause, difference.detail) == (Cause.SETTINGS_CHANGED, "fee 0.1 % live, 0.2 % now")
    require_exact_money(report)


async def test_a_halt_and_what_it_kept_from_being_traded_is_named(
    market: Market, empty: dict[str, Path], tmp_path: Path
) -> None:
    async def halted(lived: Lived) -> None:
        await lived.executor.halt(HaltCode.OPERATOR, "the desk is on fire", "ada")

    await live_a_day(market, tmp_path, empty, PART, {20: halted})
    report = await compared(market, tmp_path)
    assert report.signals.ratio == 1.0
    assert set(report.counted()) == {"halted"}
    assert "operator by ada" in first(report, Compared.FILL).detail
    require_exact_money(report)


async def test_a_signal_that_never_arrived_is_named(market: Market, empty: dict[str, Path], tmp_path: Path) -> None:
    acts: dict[int, Act] = {0: deaf(True), PART // 2: deaf(False)}
    await live_a_day(market, tmp_path, empty, PART, acts)
    report = await compared(market, tmp_path)
    assert first(report, Compared.FILL).cause is Cause.NOT_DELIVERED
    assert set(report.counted()) <= {"not_delivered", "carried_over"}
    require_exact_money(report)


def deaf(is_deaf: bool) -> Act:
    async def act(lived: Lived) -> None:
        lived.deliver = not is_deaf

    return act


async def test_a_price_that_moved_before_the_order_came_is_named(
    market: Market, empty: dict[str, Path], tmp_path: Path
) -> None:
    async def slow(lived: Lived) -> None:
        lived.slow = True

    await live_a_day(market, tmp_path, empty, PART, {0: slow})
    report = await compared(market, tmp_path)
    moved = [each for each in report.differences if each.cause is Cause.PRICE_MOVED]
    assert moved
    assert moved[0].detail.startswith("filled at another market time: ")
    require_exact_money(report)


async def test_an_order_that_the_venue_rejected_is_named(
    market: Market, empty: dict[str, Path], tmp_path: Path
) -> None:
    moody = dataclasses.replace(account_of(), exchange=ExchangePolicy(reject_pct=40.0, seed=3))
    await live_a_day(market, tmp_path, empty, PART, account=moody)
    report = await compared(market, tmp_path)
    rejected = [each for each in report.differences if each.cause is Cause.REJECTED]
    assert rejected
    assert rejected[0].detail.startswith("the venue rejected the order: the exchange refused it")
    require_exact_money(report)


async def test_a_second_day_goes_on_from_the_first(market: Market, empty: dict[str, Path], tmp_path: Path) -> None:
    async def night(lived: Lived) -> None:
        lived.clock.advance(timedelta(days=1))

    await live_a_day(market, tmp_path, empty, CYCLES, {11: night})
    report = await compared(market, tmp_path, day=DAY.replace(day=DAY.day + 1))
    assert report.differences == ()
    assert report.cycles == 49
    assert report.fills.compared > 3
    assert report.result is not None
    assert report.result.difference == 0.0


async def test_a_day_without_a_cycle_is_refused(market: Market, folder: Path) -> None:
    with pytest.raises(DataError, match="no cycle ran on 2026-03-09"):
        await compared(market, folder, day=DAY.replace(day=9))
