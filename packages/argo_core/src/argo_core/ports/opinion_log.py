"""Where answers of language models are kept, for the cycle and for replays."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

from argo_core.model.opinion_answer import OpinionAnswer


class OpinionLog(Protocol):
    """Promise: append-only and durable when `keep` returns; reads see every write that returned before. Any number of
    readers, one writer. Raises StoreError."""

    async def keep(self, answer: OpinionAnswer) -> None: ...

    async def newest(self, source: str, not_after: datetime) -> Mapping[str, OpinionAnswer]:
        """By symbol, the one about the latest market among the answers whose `known_at` is not later: what somebody may
        know at that market time."""
        ...
