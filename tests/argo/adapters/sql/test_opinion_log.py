"""Answers of language models on SQLite and PostgreSQL."""

from __future__ import annotations

import pytest

from argo_core.adapters.sql import Database, SqlOpinionBill, SqlOpinionLog
from argo_core.testing.contracts.opinion_bill import OpinionBillContract, sample_call
from argo_core.testing.contracts.opinion_log import OpinionLogContract, sample_answer
from argo_core.testing.memory_opinions import MemoryBill, MemoryOpinions
from argo_core.testing.sample_cycles import MOMENT


class TestSqlOpinionLog(OpinionLogContract):
    @pytest.fixture
    def opinions(self, database: Database) -> SqlOpinionLog:
        return SqlOpinionLog(database)


class TestMemoryOpinions(OpinionLogContract):
    @pytest.fixture
    def opinions(self) -> MemoryOpinions:
        return MemoryOpinions()


class TestSqlOpinionBill(OpinionBillContract):
    @pytest.fixture
    def bill(self, database: Database) -> SqlOpinionBill:
        return SqlOpinionBill(database)


class TestMemoryBill(OpinionBillContract):
    @pytest.fixture
    def bill(self) -> MemoryBill:
        return MemoryBill()


async def test_an_answer_outlives_the_process_that_kept_it(database_url: str) -> None:
    first = await Database.open(database_url)
    await SqlOpinionLog(first).keep(sample_answer())
    await SqlOpinionBill(first).begin(sample_call())
    await first.close()
    second = await Database.open(database_url)
    try:
        assert await SqlOpinionLog(second).newest("sonar", MOMENT) == {"AAPL": sample_answer()}
        assert await SqlOpinionBill(second).spent("sonar", MOMENT) == (1, 0.02)
    finally:
        await second.close()
