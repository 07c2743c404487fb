"""The witness in memory keeps the promises of its port."""

from __future__ import annotations

import pytest

from argo_core.testing.contracts.witness import WitnessContract
from argo_core.testing.memory_witness import MemoryWitness
from argo_core.testing.sample_ledger import KEY, ORIGIN


@pytest.fixture
def witness() -> MemoryWitness:
    return MemoryWitness(ORIGIN, [KEY.verifier])


class TestMemoryWitness(WitnessContract):
    pass
