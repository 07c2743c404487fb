"""What asking language models has cost so far."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from argo_core.model.opinion_call import Spending


class OpinionSpending(Protocol):
    """Promise: a call that was withdrawn is none; one that has not ended counts with what it was taken to cost. A
    source that was never asked is not there. Raises StoreError."""

    async def since(self, timestamp: str) -> Mapping[str, Spending]:
        """By source, of the calls that began at `timestamp` (`YYYY-MM-DDTHH:MM:SS.ffffffZ`) or later."""
        ...
