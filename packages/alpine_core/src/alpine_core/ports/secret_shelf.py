"""Where secrets of several machines lie."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Protocol

from alpine_core.model.stored_secret import StoredSecret


class SecretShelf(Protocol):
    """Promise: only reads; answers or fails within seconds. Names that are not there are left out. Errors show no
    secret. Raises StoreError where it does not answer, refuses, or holds what is no text."""

    async def in_force(self, names: Collection[str]) -> Mapping[str, StoredSecret]:
        """By name, what is in force."""
        ...

    async def beside(self, name: str) -> tuple[str, ...]:
        """Texts that may be met beside the one in force while a secret is changed: the next, then the last."""
        ...
