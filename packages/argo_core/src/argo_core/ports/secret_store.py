"""Where secrets are kept for many machines."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Protocol

from argo_core.model.secret import StoredSecret


class SecretStore(Protocol):
    """Promise: reads only, from any thread; blocks for a few seconds at most, so an event loop calls it in a thread.
    A name that the store does not have is left out. No message of an error shows a value.

    Raises Unavailable where the store does not answer, StoreError where it refuses or holds something that is no text.
    """

    def read(self, names: Collection[str]) -> Mapping[str, StoredSecret]:
        """The current value of each name that there is."""
        ...

    def others(self, name: str) -> tuple[str, ...]:
        """Values of a name that may be in force while it is rotated: the coming one, then the one before. Empty where
        there are none."""
        ...
