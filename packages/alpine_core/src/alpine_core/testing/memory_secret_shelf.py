"""Secrets in a dict."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from alpine_core.errors import StoreError
from alpine_core.model.stored_secret import StoredSecret


@dataclass(slots=True)
class MemorySecretShelf:
    """`SecretShelf`. For tests alone. `gone`: nobody answers; `asked` counts what was answered."""

    gone: bool = False
    asked: int = 0
    _now: dict[str, StoredSecret] = field(default_factory=dict)
    _next: dict[str, str] = field(default_factory=dict)
    _last: dict[str, str] = field(default_factory=dict)

    def put(self, name: str, text: str, at: datetime) -> None:
        """In force from now on."""
        if name in self._now:
            self._last[name] = self._now[name].text
        self._next.pop(name, None)
        self._now[name] = StoredSecret(name, at, text)

    def announce(self, name: str, text: str) -> None:
        """The next one."""
        self._next[name] = text

    async def in_force(self, names: Collection[str]) -> Mapping[str, StoredSecret]:
        self._answer()
        return {name: self._now[name] for name in names if name in self._now}

    async def beside(self, name: str) -> tuple[str, ...]:
        self._answer()
        return tuple(texts[name] for texts in (self._next, self._last) if name in texts)

    def _answer(self) -> None:
        if self.gone:
            raise StoreError("the shelf of secrets does not answer")
        self.asked += 1
