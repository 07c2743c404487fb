"""The newest answers in memory before the log that keeps them: the cycle reads them every few seconds."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime

from argo_core.model.opinion_answer import OpinionAnswer
from argo_core.ports.opinion_log import OpinionLog

_ALL = datetime.max.replace(tzinfo=UTC)


class RememberedOpinions:
    """`ports.OpinionLog`, for the one process that writes the log: another's answers are not seen. What is asked about
    a time before the newest answer was known is read from the log."""

    def __init__(self, log: OpinionLog) -> None:
        self._log = log
        self._newest: dict[str, Mapping[str, OpinionAnswer]] = {}
        self._writing = asyncio.Lock()

    async def keep(self, answer: OpinionAnswer) -> None:
        """Durable first, remembered second: a crash between the two loses nothing. Raises StoreError."""
        async with self._writing:
            await self._log.keep(answer)
            known = self._newest.get(answer.source)
            if known is not None and _is_newest(answer, known):
                self._newest[answer.source] = {**known, answer.symbol: answer}

    async def newest(self, source: str, not_after: datetime) -> Mapping[str, OpinionAnswer]:
        """From memory unless it is ahead of `not_after`. Raises StoreError."""
        known = self._newest.get(source)
        if known is None:
            known = await self._loaded(source)
        if any(answer.known_at > not_after for answer in known.values()):
            return await self._log.newest(source, not_after)
        return known

    async def _loaded(self, source: str) -> Mapping[str, OpinionAnswer]:
        # Nothing is kept meanwhile: what is read is then all there is.
        async with self._writing:
            if source not in self._newest:
                self._newest[source] = await self._log.newest(source, _ALL)
            return self._newest[source]


def _is_newest(answer: OpinionAnswer, known: Mapping[str, OpinionAnswer]) -> bool:
    return answer.symbol not in known or answer.market_as_of >= known[answer.symbol].market_as_of
