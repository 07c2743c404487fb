"""Steps of a long check by hand: each is one line when it holds, and the first that does not ends the check."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from deploy.errors import Refused

POLL_SECONDS = 0.5
PATIENCE_SECONDS = 180.0


def step(told: str, held: bool, why: str = "") -> None:
    """One line. Raises Refused where it does not hold."""
    if not held:
        raise Refused(f"{told}: {why}")
    print(f"ok      {told}", flush=True)


def note(told: str) -> None:
    """One line of what is only said."""
    print(f"        {told}", flush=True)


def carry_out(check: Callable[[], None], last_words: Callable[[], str] = str) -> int:
    """Exit status of a whole check, which says of itself how it ended. `last_words`: what to look at if it failed."""
    try:
        check()
    except Refused as error:
        if words := last_words():
            print(words)
        print(f"FAILED  {error}")
        return 1
    print("every step held")
    return 0


def until(ask: Callable[[], Any]) -> Any:
    """The first answer that is not empty, or the last one."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not (answer := ask()) and time.monotonic() < deadline:
        time.sleep(POLL_SECONDS)
    return answer
