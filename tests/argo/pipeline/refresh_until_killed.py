"""A program for `test_refresh_opinions`: one step of two questions, of which the second's answer is never kept."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Mapping
from datetime import datetime

from argo_core.adapters.sql import Database, SqlOpinionBill, SqlOpinionLog
from argo_core.model.opinion_answer import OpinionAnswer
from argo_core.ports.opinion_log import OpinionLog
from argo_core.testing.fixed_clock import FixedClock
from argo_core.testing.memory_opinions import ScriptedOpinions
from argo_core.testing.sample_cycles import MOMENT
from tests.argo.pipeline.opinion_market import answered, market, refresher_of


class StoppingLog:
    """Keeps the first answer; before the second it says so, and waits for the end."""

    def __init__(self, log: OpinionLog) -> None:
        self._log = log
        self._kept = asyncio.Event()

    async def keep(self, answer: OpinionAnswer) -> None:
        if answer.symbol == "NVDA":
            await self._log.keep(answer)
            self._kept.set()
            return
        await self._kept.wait()
        sys.stdout.write("answered\n")
        sys.stdout.flush()
        await asyncio.Event().wait()

    async def newest(self, source: str, not_after: datetime) -> Mapping[str, OpinionAnswer]:
        return await self._log.newest(source, not_after)


async def one_step(url: str) -> None:
    database = await Database.open(url)
    log = StoppingLog(SqlOpinionLog(database))
    bill = SqlOpinionBill(database)
    await refresher_of(ScriptedOpinions(answered), log, FixedClock(MOMENT), bill=bill).step(market())


if __name__ == "__main__":
    asyncio.run(one_step(sys.argv[1]))
