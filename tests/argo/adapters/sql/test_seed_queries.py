"""The older documents' own SQL, word for word, on rows of known age: SQLite, read by the plain driver."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from argo_core.adapters.sql import Database, SqlSignalLog
from argo_core.adapters.sql.upgrade import upgrade
from argo_core.model.outcome import Result
from argo_core.model.signal import SealedSignal
from argo_core.testing.sample_cycles import sample_cycle, sample_outcome, sample_signal
from tests.argo.statements import run_statements

TOTAL = "SELECT COUNT(*) FROM signals;"
BY_EXECUTOR = """SELECT executor_id, COUNT(*) 
FROM signals 
WHERE executor_id IS NOT NULL
GROUP BY executor_id;"""  # noqa: W291
RECENT = """SELECT * FROM signals 
WHERE created_at >= datetime('now', '-1 hour')
ORDER BY created_at DESC;"""  # noqa: W291
WEEKLY_TOTAL = """-- Total signals this week
SELECT COUNT(*) as total
FROM signals
WHERE timestamp >= date('now', '-7 days')"""
WEEKLY = """-- Completed signals with outcomes
SELECT
    COUNT(*) as total,
    SUM(CASE WHEN outcome = 'win' THEN 1 ELSE 0 END) as wins,
    SUM(CASE WHEN outcome = 'loss' THEN 1 ELSE 0 END) as losses,
    AVG(CASE WHEN outcome = 'win' THEN profit_loss_pct END) as avg_win_pct,
    AVG(CASE WHEN outcome = 'loss' THEN profit_loss_pct END) as avg_loss_pct
FROM signals
WHERE timestamp >= date('now', '-7 days')
    AND outcome IS NOT NULL"""
PREMIUM = """-- Premium signals (confidence >= 95)

SELECT
    COUNT(*) as total,
    SUM(CASE WHEN outcome = 'win' THEN 1 ELSE 0 END) as wins,
    SUM(CASE WHEN outcome = 'loss' THEN 1 ELSE 0 END) as losses
FROM signals
WHERE timestamp >= date('now', '-7 days')
    AND confidence >= 95
    AND outcome IS NOT NULL"""
ALL_TIME = """-- All-time statistics

SELECT
    COUNT(*) as total,
    SUM(CASE WHEN outcome = 'win' THEN 1 ELSE 0 END) as wins,
    SUM(CASE WHEN outcome = 'loss' THEN 1 ELSE 0 END) as losses
FROM signals
WHERE outcome IS NOT NULL"""

COLUMNS_OF_THE_OLDER_TABLE = (
    "id signal_id symbol action entry_price target_price stop_price confidence strategy asset_type data_source "
    "timestamp outcome exit_price profit_loss_pct sha256 order_id created_at service_type executor_id generated_by "
    "regime reasoning"
).split()


@pytest.fixture
async def filled(sqlite_url: str, migrations: Path, tmp_path: Path) -> Path:
    """Seven signals: three of the last hour (two open), two of this week, two of an earlier one."""
    await upgrade(sqlite_url, migrations)
    database = await Database.open(sqlite_url)
    log, now = SqlSignalLog(database), datetime.now(UTC)
    ages = {
        "month": (timedelta(days=30), 96.0),
        "last-week": (timedelta(days=8, hours=1), 95.0),
        "six-days": (timedelta(days=6, hours=12), 95.0),
        "day": (timedelta(days=1), 99.0),
        "half-hour": (timedelta(minutes=30), 94.999),
        "minutes": (timedelta(minutes=5), 80.0),
        "now": (timedelta(), 97.0),
    }
    signals: dict[str, SealedSignal] = {}
    for name, (age, confidence) in ages.items():
        signals[name] = sample_signal(name, confidence=confidence, at=now - age)
        await log.append(sample_cycle(f"c-{name}", signals=[signals[name]], at=now - age))
    outcomes = [
        sample_outcome(signals["month"], profit_loss_pct=4.0),
        sample_outcome(signals["last-week"], outcome="loss", result=Result.STOP, profit_loss_pct=-2.0),
        sample_outcome(signals["six-days"], profit_loss_pct=3.0),
        sample_outcome(signals["day"], outcome="expired", result=Result.EXPIRED, profit_loss_pct=-0.5),
        sample_outcome(signals["half-hour"], outcome="expired", result=Result.EXPIRED, profit_loss_pct=1.0),
    ]
    await log.append(sample_cycle("c-outcomes", outcomes=outcomes, at=now))
    await _execute_some(database)
    await database.close()
    return tmp_path / "signals_unified.db"


async def _execute_some(database: Database) -> None:
    """Two signals by the regular executor, one of them later by the prop firm's too, and one by the latter alone."""
    events = ["month/regular/o1", "day/regular/o2", "day/prop_firm/o3", "now/prop_firm/o4"]
    same = "'filled', NULL, 175.5, 2, NULL, '2026-01-01 00:00:00'"
    rows = ["', '".join(event.split("/")) for event in events]
    inserts = [f"INSERT INTO execution_log VALUES ({number}, '{row}', {same})" for number, row in enumerate(rows, 1)]
    await run_statements(database, *inserts)


def _ask(path: Path, query: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(query).fetchall()


def test_total(filled: Path) -> None:
    assert _ask(filled, TOTAL) == [(7,)]


def test_by_executor_counts_each_signal_at_its_first(filled: Path) -> None:
    assert sorted(_ask(filled, BY_EXECUTOR)) == [("prop_firm", 1), ("regular", 2)]


def test_recent_are_those_of_the_last_hour_newest_first(filled: Path) -> None:
    assert [row[1] for row in _ask(filled, RECENT)] == ["now", "minutes", "half-hour"]


def test_an_hour_and_a_minute_ago_is_not_recent(filled: Path) -> None:
    shifted = RECENT.replace("'-1 hour'", "'-29 minutes'")
    assert [row[1] for row in _ask(filled, shifted)] == ["now", "minutes"]


def test_weekly_total(filled: Path) -> None:
    assert _ask(filled, WEEKLY_TOTAL) == [(5,)]


def test_weekly_figures(filled: Path) -> None:
    assert _ask(filled, WEEKLY) == [(3, 2, 1, 2.0, -0.5)]


def test_premium_figures(filled: Path) -> None:
    assert _ask(filled, PREMIUM) == [(2, 1, 1)]


def test_all_time_figures(filled: Path) -> None:
    assert _ask(filled, ALL_TIME) == [(5, 3, 2)]


def test_the_view_has_every_older_column_in_the_older_order(filled: Path) -> None:
    with closing(sqlite3.connect(filled)) as connection:
        names = [column[0] for column in connection.execute("SELECT * FROM signals").description]
    assert names[: len(COLUMNS_OF_THE_OLDER_TABLE)] == COLUMNS_OF_THE_OLDER_TABLE
    assert names[len(COLUMNS_OF_THE_OLDER_TABLE) :] == ["result", "scheme", "as_of", "win_probability", "net_pct"]


def test_wins_and_losses_add_up_and_the_finer_result_stays_visible(filled: Path) -> None:
    found = _ask(filled, "SELECT signal_id, outcome, result FROM signals ORDER BY id")
    assert found == [
        ("month", "win", "target"),
        ("last-week", "loss", "stop"),
        ("six-days", "win", "target"),
        ("day", "loss", "expired"),
        ("half-hour", "win", "expired"),
        ("minutes", None, None),
        ("now", None, None),
    ]


SERVED_BY_AN_INDEX = {
    RECENT: "idx_created_at",
    WEEKLY_TOTAL: "idx_timestamp",
    WEEKLY: "idx_timestamp",
    PREMIUM: "idx_",
    ALL_TIME: "INDEX sqlite_autoindex_outcome_log",  # every signal is asked for its outcome, by its id
    "SELECT * FROM signals WHERE symbol = 'AAPL' AND timestamp >= '2026'": "idx_symbol_timestamp",
    "SELECT * FROM signals WHERE symbol = 'AAPL'": "idx_symbol",
    "SELECT * FROM signals WHERE confidence >= 95": "idx_confidence",
    "SELECT * FROM signals WHERE outcome = 'win'": "idx_outcome",
}


@pytest.mark.parametrize("query", SERVED_BY_AN_INDEX)
def test_the_view_is_served_by_an_index(filled: Path, query: str) -> None:
    plan = [str(row[3]) for row in _ask(filled, f"EXPLAIN QUERY PLAN {query}")]
    assert any(SERVED_BY_AN_INDEX[query] in step for step in plan), plan
    assert not any(step.startswith("SCAN") and "USING" not in step for step in plan), plan
