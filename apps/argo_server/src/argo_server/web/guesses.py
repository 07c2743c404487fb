"""How often somebody may guess the console's password."""

from __future__ import annotations

import math
from collections import OrderedDict, deque
from collections.abc import Callable

GUESSES, WINDOW_SECONDS, REMEMBERED = 10, 60.0, 10_000


class Guesses:
    """Wrong passwords by client address. `ticks` is a monotonic clock in seconds."""

    def __init__(self, ticks: Callable[[], float]) -> None:
        self._ticks = ticks
        self._wrong: OrderedDict[str, deque[float]] = OrderedDict()

    def wait_seconds(self, client: str) -> int:
        """How long this client must wait before its next guess is looked at; 0 if it may guess now."""
        wrong = self._wrong.get(client)
        if wrong is None or len(wrong) < GUESSES:
            return 0
        return max(0, math.ceil(wrong[0] + WINDOW_SECONDS - self._ticks()))

    def note_wrong(self, client: str) -> None:
        """One wrong password. The addresses that were heard of longest ago are forgotten first: memory is bounded."""
        self._wrong.setdefault(client, deque(maxlen=GUESSES)).append(self._ticks())
        self._wrong.move_to_end(client)
        while len(self._wrong) > REMEMBERED:
            self._wrong.popitem(last=False)
