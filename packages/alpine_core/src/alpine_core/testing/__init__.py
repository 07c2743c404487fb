"""Floor 6: fakes, and the contract tests that every implementation of a port must pass."""

from alpine_core.testing.fixed_clock import FixedClock
from alpine_core.testing.memory_accounts import MemoryAccounts, MemoryFailedSignIns, MemorySessions
from alpine_core.testing.memory_store import MemoryStore
from alpine_core.testing.plain_hasher import PlainHasher

__all__ = ["FixedClock", "MemoryAccounts", "MemoryFailedSignIns", "MemorySessions", "MemoryStore", "PlainHasher"]
