"""Accepted settings on SQLite and PostgreSQL, and in memory."""

from __future__ import annotations

import pytest

from argo_core.adapters.sql import Database
from argo_core.adapters.sql.configuration_log import SqlConfigurationLog
from argo_core.testing.contracts.configuration_log import ConfigurationLogContract
from argo_core.testing.memory_configurations import MemoryConfigurations


class TestSqlConfigurationLog(ConfigurationLogContract):
    @pytest.fixture
    def log(self, database: Database) -> SqlConfigurationLog:
        return SqlConfigurationLog(database)


class TestMemoryConfigurations(ConfigurationLogContract):
    @pytest.fixture
    def log(self) -> MemoryConfigurations:
        return MemoryConfigurations()
