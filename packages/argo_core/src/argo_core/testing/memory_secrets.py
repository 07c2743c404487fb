"""Secrets in memory."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from argo_core.errors import Unavailable
from argo_core.model.secret import StoredSecret


class MemorySecrets:
    """`SecretStore`. For tests, and for nothing else. While `away`, nobody answers; `reads` counts the answers."""

    def __init__(self) -> None:
        self._values: dict[str, tuple[StoredSecret, str | None, str | None]] = {}
        self.away = False
        self.reads = 0

    def put(self, name: str, value: str, created_at: datetime) -> None:
        """Another value is current; the one until now is the one before."""
        held = self._values.get(name)
        fresh = StoredSecret(name=name, value=value, created_at=created_at)
        self._values[name] = (fresh, None, None if held is None else held[0].value)

    def prepare(self, name: str, value: str) -> None:
        """A coming value, beside the current one."""
        current, _, before = self._values[name]
        self._values[name] = (current, value, before)

    def read(self, names: Collection[str]) -> Mapping[str, StoredSecret]:
        self._answer()
        return {name: self._values[name][0] for name in names if name in self._values}

    def others(self, name: str) -> tuple[str, ...]:
        self._answer()
        _, coming, before = self._values.get(name, (None, None, None))
        return tuple(value for value in (coming, before) if value is not None)

    def _answer(self) -> None:
        if self.away:
            raise Unavailable("the store of secrets does not answer")
        self.reads += 1
