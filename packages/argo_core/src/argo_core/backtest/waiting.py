"""Calls that may wait, made where nothing does: everything that a backtest talks to answers at once."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

from argo_core.errors import ConfigError

T = TypeVar("T")


def at_once(call: Coroutine[Any, Any, T]) -> T:
    """The answer of a call that never waits, without an event loop: thousands of such calls make a backtest.

    Raises ConfigError for one that does wait, and whatever the call raises.
    """
    try:
        call.send(None)
    except StopIteration as end:
        answer: T = end.value
        return answer
    call.close()
    raise ConfigError("a source has to be waited for where a loop runs already: run the backtest in asyncio.to_thread")


def completed(call: Coroutine[Any, Any, T]) -> T:
    """The answer of a call, in a loop of its own. Where the caller has one, as notebooks do, the call must not wait:
    else ConfigError."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(call)
    return at_once(call)
