"""Several questions at a time: one failure ends the others, and so does the time."""

from __future__ import annotations

import asyncio

import pytest

from argo_core.adapters.vendors.all_of import all_of
from argo_core.errors import SourceError


class Waiting:
    """A question that is never answered, and whether it was given up."""

    def __init__(self) -> None:
        self.given_up = False

    async def ask(self) -> int:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            self.given_up = True
            raise
        return 0


async def answered(value: int) -> int:
    await asyncio.sleep(0)
    return value


async def failing() -> int:
    await asyncio.sleep(0)
    raise SourceError("VENDOR_ERROR", "500")


async def test_answers_come_in_the_order_of_the_questions() -> None:
    assert await all_of("v", [answered(2), answered(1)], within_seconds=5.0) == [2, 1]
    assert await all_of("v", [], within_seconds=5.0) == []


async def test_a_failure_ends_the_others() -> None:
    waiting = Waiting()
    with pytest.raises(SourceError, match="500"):
        await all_of("v", [waiting.ask(), failing()], within_seconds=5.0)
    assert waiting.given_up


async def test_the_time_ends_them_all() -> None:
    waiting = Waiting()
    with pytest.raises(SourceError) as caught:
        await all_of("v", [waiting.ask(), answered(1)], within_seconds=0.05)
    assert caught.value.reason == "TIMEOUT"
    assert waiting.given_up


async def test_a_caller_who_leaves_ends_them_all() -> None:
    waiting = Waiting()
    call = asyncio.create_task(all_of("v", [waiting.ask()], within_seconds=5.0))
    for _ in range(3):
        await asyncio.sleep(0)
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call
    assert waiting.given_up
