"""One subscriber: pieces go to it in order and one at a time, and none is left behind."""

from __future__ import annotations

import asyncio

from alpine_core.adapters.push_subscriber import Subscriber
from alpine_core.fanout import Frame, Reader, Ring
from alpine_core.model.position import Position


def frame(number: int) -> Frame:
    payload = b"%d " % number
    return Frame(
        payload=payload, position=Position(number, number), cursor=number, live=True, with_id=lambda _: payload
    )


class Line:
    """Takes pieces; the first has to wait until it is let through."""

    def __init__(self) -> None:
        self.ring = Ring(8)
        self.got = b""
        self.open = asyncio.Event()
        self.at_end = asyncio.Event()
        self.subscriber = Subscriber("line", Reader(self.ring, Position(0, 0)), self.send)

    def event(self, number: int) -> None:
        self.ring.append(frame(number))
        self.subscriber.push()

    async def send(self, piece: bytes) -> None:
        if not self.got:
            await self.open.wait()
            # Runs when the sending has seen that nothing is new, and before anybody has heard that it ended.
            asyncio.get_running_loop().call_soon(self.event, 2)
        self.got += piece
        if b"2" in piece:
            self.at_end.set()


async def test_what_comes_in_the_moment_in_which_a_sending_ends_is_sent() -> None:
    line = Line()
    line.event(1)
    assert line.got == b""
    line.open.set()
    async with asyncio.timeout(5):
        await line.at_end.wait()
    assert line.got == b"1 2 "


async def test_a_sending_that_waits_for_nothing_needs_no_task() -> None:
    line = Line()
    line.got = b"0 "
    before = asyncio.all_tasks()
    line.event(1)
    assert (line.got, asyncio.all_tasks()) == (b"0 1 ", before)


async def test_who_leaves_is_sent_nothing_more() -> None:
    line = Line()
    line.event(1)
    line.subscriber.leave()
    line.open.set()
    line.event(2)
    await asyncio.sleep(0)
    assert line.got == b""
