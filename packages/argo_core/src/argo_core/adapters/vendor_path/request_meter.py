"""Requests of one vendor, counted and timed where they go out: our own waiting is in none of these figures."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Mapping

WINDOW_REQUESTS = 720
_LEFT = ("x-ratelimit-remaining", "x-ratelimit-remaining-requests")


class RequestMeter:
    """Told by the transports, from any thread. `ticks`: monotonic seconds."""

    def __init__(self, ticks: Callable[[], float]) -> None:
        self._ticks, self._lock = ticks, threading.Lock()
        self._sent = 0
        self._left: int | None = None
        self._latencies: deque[float] = deque(maxlen=WINDOW_REQUESTS)

    @property
    def sent(self) -> int:
        """Requests that went out since the process started, whatever came of them."""
        return self._sent

    @property
    def left(self) -> int | None:
        """Requests that the vendor's newest answer says are left of its own limit's time; None if it says nothing."""
        return self._left

    @property
    def latencies_ms(self) -> tuple[float, ...]:
        """From sending to the complete answer, of the last 720 answers of any status."""
        with self._lock:
            return tuple(self._latencies)

    def begin(self) -> float:
        """A request goes out: give what this answers to `answered`."""
        with self._lock:
            self._sent += 1
        return self._ticks()

    def answered(self, begun: float, headers: Mapping[str, str]) -> None:
        """Its answer is complete. `headers` by lower-case name."""
        took = (self._ticks() - begun) * 1000.0
        left = next((found for name in _LEFT if (found := _whole(headers.get(name))) is not None), None)
        with self._lock:
            self._latencies.append(took)
            self._left = left


def _whole(text: str | None) -> int | None:
    return int(text) if text is not None and text.isascii() and text.isdigit() and len(text) < 12 else None
