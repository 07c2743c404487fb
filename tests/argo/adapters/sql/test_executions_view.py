"""One row per order in `executions`, with its latest state; in `signals` the first execution."""

from __future__ import annotations

from argo_core.adapters.sql import Database, SqlSignalLog
from argo_core.testing.sample_cycles import published_cycle
from tests.argo.statements import run_statements

EVENTS = (
    "(1, 'c1-s0', 'regular', 'o1', 'submitted', NULL, NULL, 10, NULL, '2026-03-02 15:30:01')",
    "(2, 'c1-s0', 'prop_firm', 'o2', 'submitted', NULL, NULL, 5, NULL, '2026-03-02 15:30:01')",
    "(3, 'c1-s0', 'regular', 'o1', 'filled', '2026-03-02T15:30:02.000000Z', 175.5, 10, NULL, '2026-03-02 15:30:02')",
    "(4, 'c1-s0', 'prop_firm', '', 'denied', NULL, NULL, NULL, NULL, '2026-03-02 15:30:03')",
)


async def test_an_order_shows_its_latest_state_and_a_signal_its_first_execution(database: Database) -> None:
    await SqlSignalLog(database).append(published_cycle("c1", ["AAPL", "NVDA"]))
    await run_statements(database, *(f"INSERT INTO execution_log VALUES {event}" for event in EVENTS))
    async with database.reading() as connection:
        orders = await connection.exec_driver_sql("SELECT * FROM executions ORDER BY executor_id, state DESC")
        signals = await connection.exec_driver_sql("SELECT signal_id, executor_id, order_id FROM signals ORDER BY id")
        found = [tuple(row) for row in orders], [tuple(row) for row in signals]
    assert found == (
        [
            ("c1-s0", "prop_firm", "o2", "submitted", None, None, 5.0, None),
            ("c1-s0", "prop_firm", None, "denied", None, None, None, None),
            ("c1-s0", "regular", "o1", "filled", "2026-03-02T15:30:02.000000Z", 175.5, 10.0, None),
        ],
        [("c1-s0", "regular", "o1"), ("c1-s1", None, None)],
    )
