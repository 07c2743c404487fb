"""Leave to send a request that costs money."""

from __future__ import annotations

from typing import Protocol

from argo_core.model.opinion_answer import Question
from argo_core.model.opinion_call import OpinionCall


class CallMeter(Protocol):
    """Who sends a request begins it here first, each attempt of its own, and afterwards settles or withdraws it. What
    is neither stays on the bill."""

    async def begin(self, question: Question) -> OpinionCall:
        """Raises SourceError RATE_LIMITED where the day's budget has no call left, StoreError: nothing is sent then."""
        ...

    async def settle(self, call: OpinionCall, usd: float) -> None:
        """What the vendor says it cost. Raises StoreError."""
        ...

    async def withdraw(self, call: OpinionCall) -> None:
        """It was not sent after all, or the vendor turned it away unread (429). Raises StoreError."""
        ...
