"""The lab's runs on SQLite and PostgreSQL, and in memory."""

from __future__ import annotations

import pytest

from argo_core.adapters.sql import Database, SqlLabRuns
from argo_core.model.lab_run import RunState
from argo_core.testing.contracts.lab_runs import LabRunsContract, claim, end, progress, sample_request
from argo_core.testing.memory_lab import MemoryLabRuns


class TestSqlLabRuns(LabRunsContract):
    @pytest.fixture
    def lab(self, database: Database) -> SqlLabRuns:
        return SqlLabRuns(database)


class TestMemoryLabRuns(LabRunsContract):
    @pytest.fixture
    def lab(self) -> MemoryLabRuns:
        return MemoryLabRuns()


async def test_a_run_outlives_the_process_that_kept_it(database_url: str) -> None:
    first = await Database.open(database_url)
    lab = SqlLabRuns(first)
    await lab.ask(sample_request())
    for event in (claim(), progress(70), end()):
        before = await lab.note(event)
    await first.close()
    second = await Database.open(database_url)
    assert (await SqlLabRuns(second).run("r1"), before.state) == (before, RunState.DONE)
    assert await SqlLabRuns(second).result("r1") == b'{"b":"\x7f"}'
    await second.close()
