"""The library of bars in memory keeps the promises of its port."""

from __future__ import annotations

import pytest

from argo_core.testing.contracts.bar_library import BarLibraryContract
from argo_core.testing.memory_library import MemoryLibrary


@pytest.fixture
def library() -> MemoryLibrary:
    return MemoryLibrary()


class TestMemoryLibrary(BarLibraryContract):
    pass
