"""Calls of webhooks as a job: a steady stream keeps nothing of those that ended, and each that broke is told."""

from __future__ import annotations

import asyncio
import dataclasses
from types import SimpleNamespace
from typing import Any

from alpine_core.model.webhook import DeliveryState
from alpine_web.jobs.webhook_calls import MOST_AT_ONCE, WebhookCalls
from alpine_web.services import Services
from tests.alpine.web.parts import Rig


class Stream:
    """A courier with so many calls, each of which ends at once; a negative number breaks."""

    def __init__(self, calls: WebhookCalls, *numbers: int) -> None:
        self._calls, self._numbers = calls, list(numbers)
        self.most_under_way = 0

    async def claim(self) -> Any:
        await asyncio.sleep(0)
        self.most_under_way = max(self.most_under_way, len(self._calls._under_way))
        if not self._numbers:
            return None
        return SimpleNamespace(delivery=SimpleNamespace(delivery_id=self._numbers.pop(0), attempts=1))

    async def make(self, due: Any) -> DeliveryState:
        if due.delivery.delivery_id < 0:
            raise RuntimeError(f"call {due.delivery.delivery_id} broke")
        return DeliveryState.DELIVERED


def with_courier(rig: Rig, courier: Stream) -> Services:
    notices = dataclasses.replace(rig.services.notices, courier=courier)  # type: ignore[arg-type]
    return dataclasses.replace(rig.services, notices=notices)


async def test_what_has_ended_is_not_kept_while_the_stream_goes_on(rig: Rig) -> None:
    calls = WebhookCalls()
    stream = Stream(calls, *range(1, 500))
    await calls.make_calls(with_courier(rig, stream))
    assert stream.most_under_way <= MOST_AT_ONCE
    await calls.close()


async def test_every_call_that_broke_is_told(rig: Rig) -> None:
    calls = WebhookCalls()
    stream = Stream(calls, -1, 2, -3)
    services, told = with_courier(rig, stream), list[str]()
    for _ in range(4):
        try:
            await calls.make_calls(services)
        except ExceptionGroup as broken:
            told += [str(one) for one in broken.exceptions]
    assert told == ["call -1 broke", "call -3 broke"]
    await calls.close()
