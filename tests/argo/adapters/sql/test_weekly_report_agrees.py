"""The weekly report's figures are those of the older documents' own SQL, asked of the same database."""

from __future__ import annotations

import random
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from argo_core.adapters.sql import Database, SqlResolvedReader, SqlSignalLog
from argo_core.adapters.sql.performance_reader import SqlPerformanceReader
from argo_core.model.outcome import Outcome, Result
from argo_core.model.performance import ReportKind
from argo_core.model.signal import SealedSignal
from argo_core.pipeline.make_report import ReportMaker
from argo_core.reports.performance_report import PerformanceReport
from argo_core.testing.fixed_clock import FixedClock
from argo_core.testing.sample_cycles import sample_cycle, sample_outcome, sample_signal
from tests.argo.adapters.sql.test_seed_queries import ALL_TIME, PREMIUM, WEEKLY, WEEKLY_TOTAL

SYMBOLS = ("AAPL", "NVDA", "BTC-USD", "ETH-USD")
ENDINGS = ((Result.TARGET, "win"), (Result.STOP, "loss"), (Result.EXPIRED, "expired"))
CYCLES, EACH = 60, 8


@pytest.fixture
async def filled(database_file: Path) -> Path:
    """480 signals of the last thirty days, most of them resolved, some around each limit that the queries have."""
    database = await Database.open(f"sqlite+aiosqlite:///{database_file}")
    log, now, chance = SqlSignalLog(database), datetime.now(UTC), random.Random(20250115)
    for number in range(CYCLES):
        at = now - timedelta(days=30) + timedelta(hours=12 * number)
        signals = [_signal(f"c{number}-s{place}", at, chance) for place in range(EACH)]
        await log.append(sample_cycle(f"c{number}", signals=signals, at=at))
        ended = [_outcome(signal, chance) for signal in signals if chance.random() < 0.8]
        await log.append(sample_cycle(f"c{number}-o", outcomes=ended, at=at + timedelta(hours=1)))
    await database.close()
    return database_file


def _signal(signal_id: str, at: datetime, chance: random.Random) -> SealedSignal:
    confidence = chance.choice((94.999, 95.0, 95.001, 80.0, 99.0))
    return sample_signal(signal_id, symbol=chance.choice(SYMBOLS), confidence=confidence, at=at)


def _outcome(signal: SealedSignal, chance: random.Random) -> Outcome:
    result, outcome = chance.choice(ENDINGS)
    size = round(chance.uniform(0.01, 5.0), 4)
    gross = {"win": size, "loss": -size, "expired": chance.choice((size, -size, 0.0))}[outcome]
    return sample_outcome(signal, outcome=outcome, result=result, profit_loss_pct=gross)


async def _report(path: Path, kind: ReportKind, now: datetime) -> PerformanceReport:
    database = await Database.open(f"sqlite+aiosqlite:///{path}")
    try:
        maker = ReportMaker(
            reader=SqlPerformanceReader(database), resolved=SqlResolvedReader(database), clock=FixedClock(now),
            capital=100_000.0, seed=0, origin=None,
        )  # fmt: skip
        return await maker.make(kind, now)
    finally:
        await database.close()


def _asked(path: Path, query: str) -> tuple[float, ...]:
    with closing(sqlite3.connect(path)) as connection:
        return tuple(connection.execute(query).fetchone())


async def test_each_figure_of_the_weekly_report_is_that_of_the_query(filled: Path) -> None:
    report = await _report(filled, ReportKind.WEEKLY, datetime.now(UTC))
    told = {(part.key, line.key): line.value for part in report.sections for line in part.lines}
    (signals,), (completed, wins, losses, mean_win, mean_loss) = _asked(filled, WEEKLY_TOTAL), _asked(filled, WEEKLY)
    premium, premium_wins, _ = _asked(filled, PREMIUM)
    ever, ever_wins, _ = _asked(filled, ALL_TIME)
    assert told == pytest.approx(
        {
            ("week", "signals"): signals,
            ("week", "completed"): completed,
            ("week", "wins"): wins,
            ("week", "losses"): losses,
            ("week", "win_rate"): 100.0 * wins / completed,
            ("week", "average_win"): mean_win,
            ("week", "average_loss"): mean_loss,
            ("premium", "completed"): premium,
            ("premium", "wins"): premium_wins,
            ("premium", "win_rate"): 100.0 * premium_wins / premium,
            ("all_time_statistics", "completed"): ever,
            ("all_time_statistics", "wins"): ever_wins,
            ("all_time_statistics", "win_rate"): 100.0 * ever_wins / ever,
        },
        rel=1e-12,
    )
    assert min(signals - completed, wins, losses, premium, ever - completed) > 20, "each figure has cases"


async def test_the_days_and_symbols_that_are_plotted_are_those_of_the_database(filled: Path) -> None:
    report = await _report(filled, ReportKind.ALL_TIME, datetime.now(UTC))
    with closing(sqlite3.connect(filled)) as connection:
        days = connection.execute(
            "SELECT substr(timestamp, 1, 10) AS day, COUNT(*), SUM(outcome = 'win'), SUM(outcome = 'loss'), "
            "TOTAL(profit_loss_pct) FROM signals GROUP BY day ORDER BY day"
        ).fetchall()
        symbols = connection.execute(
            "SELECT symbol, COUNT(*), AVG(profit_loss_pct) FROM signals GROUP BY symbol ORDER BY symbol"
        ).fetchall()
    assert [(each.day, each.signals, each.wins, each.losses) for each in report.days] == [row[:4] for row in days]
    assert [each.gross_pct for each in report.days] == pytest.approx([row[4] for row in days])
    assert [(each.symbol, each.signals) for each in report.symbols] == [row[:2] for row in symbols]
    assert [each.mean_pct for each in report.symbols] == pytest.approx([row[2] for row in symbols])
