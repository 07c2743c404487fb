"""Simulations, a few at a time and off the event loop, so that live streams do not wait for them."""

from __future__ import annotations

import asyncio
from datetime import datetime

from alpine_core.feed import FollowedRecord, RecordToFollow, Selection
from alpine_core.model import Account
from alpine_core.simulator import FollowPlan, Simulation
from alpine_web.rate import RateLimit

AT_ONCE = 2


class Simulating:
    """Who comes while others are at it, waits. `rate` counts by account."""

    def __init__(self, record: RecordToFollow, rate: RateLimit) -> None:
        self._record, self._rate = record, rate
        self._turns = asyncio.Semaphore(AT_ONCE)

    async def follow(
        self, plan: FollowPlan, selection: Selection, account: Account, now: datetime
    ) -> tuple[Simulation, FollowedRecord]:
        """What the account's tier sees at `now`, followed by this plan. Raises Refused 429, StoreError."""
        self._rate.take(account.account_id)
        async with self._turns:
            record = await self._record.read(selection, account.tier, now)
            return await asyncio.to_thread(record.simulate, plan), record
