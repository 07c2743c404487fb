"""Requests at a steady pace, each on a connection of its own, and what became of each."""

from __future__ import annotations

import threading
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Sequence

ANSWER_SECONDS = 60.0


class Load:
    """`per_second` requests in all, spread over the addresses; each is waited for. `outcomes`: statuses and errors."""

    def __init__(self, addresses: Sequence[str], per_second: int, threads: int) -> None:
        self._addresses, self._pause = addresses, threads / per_second
        self.outcomes: Counter[str] = Counter()
        self.longest_seconds = 0.0
        self._over, self._lock = threading.Event(), threading.Lock()
        self._threads = [threading.Thread(target=self._run, args=(number,), daemon=True) for number in range(threads)]
        self._began = 0.0

    def start(self) -> None:
        self._began = time.monotonic()
        for thread in self._threads:
            thread.start()

    def stop(self) -> float:
        """The pace that was kept, requests per second."""
        self._over.set()
        for thread in self._threads:
            thread.join()
        return sum(self.outcomes.values()) / (time.monotonic() - self._began)

    def _run(self, number: int) -> None:
        due = time.monotonic() + self._pause * number / len(self._threads)
        sent = number
        while not self._over.wait(max(0.0, due - time.monotonic())):
            began = time.monotonic()
            outcome = self._ask(self._addresses[sent % len(self._addresses)])
            took = time.monotonic() - began
            sent, due = sent + 1, due + self._pause
            with self._lock:
                self.outcomes[outcome] += 1
                self.longest_seconds = max(self.longest_seconds, took)

    def _ask(self, address: str) -> str:
        try:
            with urllib.request.urlopen(address, timeout=ANSWER_SECONDS) as answer:
                answer.read()
                return str(answer.status)
        except urllib.error.HTTPError as error:
            with error:
                return str(error.code)
        except OSError as error:
            return f"{type(error).__name__}: {error}"
