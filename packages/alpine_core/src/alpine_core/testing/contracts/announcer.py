"""What every announcer must do. Fixture: `announcer`, which has announced nothing."""

from __future__ import annotations

import asyncio

from alpine_core.ports import Announcer


class AnnouncerContract:
    async def test_what_was_announced_before_is_not_waited_for(self, announcer: Announcer) -> None:
        announcer.announce(3)
        assert await announcer.wait(2, 5.0) == 3

    async def test_who_waits_is_woken_with_the_newest(self, announcer: Announcer) -> None:
        waiting = [asyncio.create_task(announcer.wait(0, 5.0)) for _ in range(3)]
        await asyncio.sleep(0)
        announcer.announce(1)
        announcer.announce(2)
        assert await asyncio.gather(*waiting) == [2, 2, 2]

    async def test_without_news_the_wait_ends_by_itself(self, announcer: Announcer) -> None:
        announcer.announce(1)
        assert await announcer.wait(1, 0.01) == 1

    async def test_an_older_cursor_changes_nothing(self, announcer: Announcer) -> None:
        announcer.announce(5)
        announcer.announce(4)
        assert await announcer.wait(4, 5.0) == 5

    async def test_one_waiter_who_gives_up_leaves_the_others_waiting(self, announcer: Announcer) -> None:
        impatient = asyncio.create_task(announcer.wait(0, 5.0))
        patient = asyncio.create_task(announcer.wait(0, 5.0))
        await asyncio.sleep(0)
        impatient.cancel()
        await asyncio.gather(impatient, return_exceptions=True)
        announcer.announce(1)
        assert await patient == 1
