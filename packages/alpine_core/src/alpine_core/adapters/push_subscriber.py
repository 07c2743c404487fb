"""One subscriber of a channel: its place, how pieces go to it, and how it ends."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Generator
from contextlib import suppress
from typing import Any

from alpine_core.fanout.reader import Lagged, Reader
from alpine_core.ports.live_push import Send


class Subscriber:
    """Costs a place in a ring and, while it is served, no task of the channel's.

    Most sends end without waiting for anything, so the channel runs them itself, one after another: waking a task for
    each of thousands costs more than the sending. One that has to wait goes on in a task until it has caught up.
    """

    __slots__ = (
        "_sending",
        "deadline",
        "failure",
        "form",
        "given_up",
        "is_over",
        "is_served",
        "reader",
        "send",
        "since",
    )

    def __init__(self, form: str, reader: Reader, send: Send | None = None) -> None:
        self.form = form
        self.reader = reader
        self.send = send
        self.is_served = False
        self.is_over = False
        self.given_up = False
        self.since: float | None = None  # since when a piece is on its way
        self.deadline: asyncio.Timeout | None = None
        self.failure: Exception | None = None
        self._sending: asyncio.Task[None] | None = None

    async def deliver(self, piece: bytes) -> None:
        """Send, in view of the channel: who takes too long is given up on."""
        assert self.send is not None
        self.since = asyncio.get_running_loop().time()
        await self.send(piece)
        self.since = None

    def push(self) -> None:
        """Send what is new, if nothing is on its way. Raises Lagged; what the sending raises ends the subscriber."""
        if self._sending is not None or self.is_over or self.send is None:
            return
        piece = self.reader.take()
        if not piece:
            return
        step = self.send(piece)
        try:
            awaited = step.send(None)
        except StopIteration:
            return
        except Exception as error:  # noqa: BLE001 - whatever it is, it belongs to the one who serves: `serve` raises it
            self.end(error)
            return
        loop = asyncio.get_running_loop()
        self.since = loop.time()
        self._sending = loop.create_task(self._go_on(_Begun(step, awaited)))
        self._sending.add_done_callback(self._caught_up)

    async def _go_on(self, begun: _Begun) -> None:
        await begun
        while not self.is_over and (piece := self.reader.take()):
            await self.deliver(piece)

    def _caught_up(self, sending: asyncio.Task[None]) -> None:
        self._sending, self.since = None, None
        failure = None if sending.cancelled() else sending.exception()
        if isinstance(failure, Exception) and not isinstance(failure, Lagged):
            self.end(failure)
        with suppress(Lagged):  # the channel gives up on who lags at the next event
            self.push()  # what came between the last look and here

    def end(self, failure: Exception | None = None) -> None:
        """Let the one who serves go on: it is over, by a failure or without."""
        if self.is_over:
            return
        self.is_over = True
        self.failure = failure
        if self.deadline is not None:
            self.deadline.reschedule(asyncio.get_running_loop().time())

    def leave(self) -> None:
        """Nothing is sent any more."""
        self.is_over = True
        if self._sending is not None:
            self._sending.cancel()


class _Begun:
    """A coroutine that has been run up to its first wait, for a task to go on with: it waits for the same first."""

    __slots__ = ("_awaited", "_step")

    def __init__(self, step: Coroutine[Any, Any, None], awaited: object) -> None:
        self._step = step
        self._awaited = [awaited]

    def __await__(self) -> Generator[Any, Any, None]:
        return self

    def __iter__(self) -> _Begun:
        return self

    def __next__(self) -> object:
        return self.send(None)

    def send(self, value: Any) -> object:
        return self._awaited.pop() if self._awaited else self._step.send(value)

    def throw(self, *error: Any) -> object:
        return self._step.throw(*error)

    def close(self) -> None:
        self._step.close()
