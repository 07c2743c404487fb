"""Comparisons of live days with their replays on SQLite and PostgreSQL."""

from __future__ import annotations

import pytest

from argo_core.adapters.sql import Database
from argo_core.adapters.sql.parity_reports import SqlParityReports
from argo_core.testing.contracts.parity_reports import ParityReportsContract
from argo_core.testing.memory_parity import MemoryParityReports


class TestSqlParityReports(ParityReportsContract):
    @pytest.fixture
    def reports(self, database: Database) -> SqlParityReports:
        return SqlParityReports(database)


class TestMemoryParityReports(ParityReportsContract):
    @pytest.fixture
    def reports(self) -> MemoryParityReports:
        return MemoryParityReports()
