"""Long work beside the event loop that nobody waits for once it is not wanted any more."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar

T = TypeVar("T")


async def in_leavable_thread(work: Callable[[], T]) -> T:
    """The answer of `work`, or what it raises. Cancelled, this ends at once and the work is left behind: it dies with
    the process.

    `asyncio.to_thread` would have the process wait for its end: whoever presses Ctrl-C would wait as long as whoever
    does not. So only for work that writes nothing.
    """
    loop = asyncio.get_running_loop()
    answer: asyncio.Future[T] = loop.create_future()

    def tell(result: T | None, error: BaseException | None) -> None:
        if answer.done():
            return  # nobody wants it any more
        if error is not None:
            answer.set_exception(error)
        else:
            answer.set_result(result)  # type: ignore[arg-type]  # without an error there is a result

    def run() -> None:
        result, error = None, None
        try:
            result = work()
        except BaseException as raised:  # noqa: BLE001 - handed over, not swallowed
            error = raised
        with suppress(RuntimeError):  # the loop is closed: nobody wants it any more
            loop.call_soon_threadsafe(tell, result, error)

    threading.Thread(target=run, name="leavable", daemon=True).start()
    return await answer
