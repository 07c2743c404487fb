"""What is asked beside the cycle: it ends at once when the process does, and nothing is cut off in the middle."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping

from argo_core.errors import SourceError
from argo_core.pipeline.rejection_log import RejectionLog
from argo_server.jobs.refreshing import refreshing
from argo_server.services import LiveServices

Work = Callable[[], Awaitable[float]]


async def no_wait() -> None:
    """Nothing to let end."""


def live(
    work: Mapping[str, Work], hush: Callable[[], Awaitable[None]] = no_wait, **streams: Callable[[], Awaitable[None]]
) -> LiveServices:
    return LiveServices(
        standing=tuple,
        rejections=RejectionLog([], lambda _: None),
        redis=lambda: "not configured",
        work=work,
        hush=hush,
        adopt=lambda _: None,
        streams=streams,
        listeners=(),
    )


async def test_a_replay_has_nothing_beside_its_cycle() -> None:
    async with refreshing(None):
        assert [task for task in asyncio.all_tasks() if task.get_name().startswith("refresh")] == []


async def test_work_in_hand_is_brought_to_its_end_not_cut_off() -> None:
    begun, may_end = asyncio.Event(), asyncio.Event()
    done: list[str] = []

    async def ask() -> float:
        begun.set()
        await may_end.wait()
        done.append("kept")
        return 600.0

    async def hush() -> None:
        may_end.set()

    async with asyncio.timeout(10), refreshing(live({"sonar": ask}, hush)):
        await begun.wait()
    assert done == ["kept"]


async def test_a_pause_of_minutes_does_not_hold_the_end_up() -> None:
    calls = asyncio.Event()

    async def ask() -> float:
        calls.set()
        return 600.0

    async with asyncio.timeout(10), refreshing(live({"sonar": ask})):
        await calls.wait()


async def test_one_that_fails_does_not_end_the_others() -> None:
    seen = 0

    async def failing() -> float:
        raise SourceError("VENDOR_ERROR", "down")

    async def broken() -> float:
        raise ZeroDivisionError

    async def working() -> float:
        nonlocal seen
        seen += 1
        return 0.0

    async with asyncio.timeout(10), refreshing(live({"a": failing, "b": broken, "c": working})):
        while seen < 5:
            await asyncio.sleep(0)


async def test_streams_are_followed_and_left_at_the_end() -> None:
    states: list[str] = []
    following = asyncio.Event()

    async def follow() -> None:
        following.set()
        try:
            await asyncio.Event().wait()
        finally:
            states.append("left")

    async def refused() -> None:
        raise SourceError("DISABLED", "the plan has no stream", permanent=True)

    async with asyncio.timeout(10), refreshing(live({}, alpaca_pro=follow, massive=refused)):
        await following.wait()
    assert states == ["left"]
