"""How often a statement had been compiled before."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.engine.interfaces import CacheStats


class StatementCache:
    """Counts over the engines that it listens to, from any thread: a count may be short by one, never more."""

    def __init__(self) -> None:
        self.hits = self.misses = 0

    def listen(self, engine: Engine) -> None:
        """Count this engine's statements too. Text that goes to the driver as it is has no place in the cache."""
        event.listen(engine, "before_cursor_execute", self._note)

    def _note(self, _connection: Any, _cursor: Any, _text: str, _values: Any, context: Any, _many: bool) -> None:
        found = getattr(context, "cache_hit", None)
        self.hits += found is CacheStats.CACHE_HIT
        self.misses += found is CacheStats.CACHE_MISS
