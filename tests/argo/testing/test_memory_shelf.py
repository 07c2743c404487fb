"""The memory shelf keeps the promise of the port."""

from __future__ import annotations

import pytest

from argo_core.testing.contracts.report_shelf import ReportShelfContract
from argo_core.testing.memory_shelf import MemoryShelf


@pytest.fixture
def shelf() -> MemoryShelf:
    return MemoryShelf()


class TestMemoryShelf(ReportShelfContract):
    pass
