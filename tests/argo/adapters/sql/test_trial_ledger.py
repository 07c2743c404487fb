"""The ledger of trials keeps its promises on both databases, and nobody takes a trial out of it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from argo_core.adapters.sql import Database, SqlTrialLedger
from argo_core.testing.contracts.trial_ledger import OWNER, TrialLedgerContract, sample_trial
from argo_core.testing.fixed_clock import FixedClock
from argo_core.testing.sample_cycles import MOMENT


@pytest.fixture
def ledger(database: Database) -> SqlTrialLedger:
    return SqlTrialLedger(database, FixedClock(MOMENT))


class TestSqlTrialLedger(TrialLedgerContract):
    pass


@pytest.mark.parametrize(
    "attack",
    [
        "DELETE FROM trial_log",
        "UPDATE trial_log SET figures = '{}'",
        "INSERT OR REPLACE INTO trial_log SELECT id + 1, bars, study, search, number, state, parameters, '{}', reason, "
        "created_at FROM trial_log",
        "INSERT INTO trial_log SELECT id + 2, bars, study, search, number + 1, state, parameters, figures, reason, "
        "created_at FROM trial_log",
    ],
)
async def test_no_trial_is_taken_out_or_changed(database_file: Path, attack: str) -> None:
    database = await Database.open(f"sqlite+aiosqlite:///{database_file}")
    await SqlTrialLedger(database, FixedClock(MOMENT)).append(OWNER, [sample_trial(0)])
    await database.close()
    with (
        closing(sqlite3.connect(database_file)) as connection,
        pytest.raises(sqlite3.IntegrityError, match="trial_log"),
    ):
        connection.execute(attack)
