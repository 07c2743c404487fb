"""Work beside the loop answers, fails, and is left behind."""

from __future__ import annotations

import asyncio
import threading

import pytest

from argo_server.wiring.leavable_thread import in_leavable_thread


def test_the_answer_and_the_error_are_those_of_the_work() -> None:
    def broken() -> int:
        raise LookupError("nothing there")

    assert asyncio.run(in_leavable_thread(lambda: 7)) == 7
    with pytest.raises(LookupError, match="nothing there"):
        asyncio.run(in_leavable_thread(broken))


def test_nobody_waits_for_work_that_is_not_wanted_any_more() -> None:
    begun, let_go, ended = threading.Event(), threading.Event(), threading.Event()

    def endless() -> None:
        begun.set()
        let_go.wait(30)
        ended.set()

    async def leave() -> None:
        task = asyncio.create_task(in_leavable_thread(endless))
        while not begun.is_set():
            await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(leave())
    assert not ended.is_set()
    let_go.set()
    assert ended.wait(10)
