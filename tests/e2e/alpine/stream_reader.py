"""A reader of the live stream that comes back by itself, wherever somebody answers, with the last id that it has."""

from __future__ import annotations

import contextlib
import json
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import httpx

from tests.e2e.alpine.alpine_process import EMAIL, PASSWORD

PAUSE_SECONDS = 0.05


def until(holds: Callable[[], bool], seconds: float = 40.0) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def signed_in(address: str) -> str:
    """What a signed-in reader sends as its Cookie."""
    with httpx.Client(base_url=address) as client:
        client.post("/api/auth/login", json={"email": EMAIL, "password": PASSWORD}).raise_for_status()
        return "; ".join(f"{name}={value}" for name, value in client.cookies.items())


class StreamReader:
    """`seen` are the signals in the order of their coming; `ends` the names of the events that ended a stream."""

    def __init__(self, addresses: Sequence[str], cookie: str) -> None:
        self.seen, self.ends = list[str](), list[str]()
        self.connected = 0
        self._addresses, self._cookie, self._last = list(addresses), cookie, "0"
        self._stopped = False
        self._thread = threading.Thread(target=self._follow, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._stopped = True

    def _follow(self) -> None:
        turn = 0
        while not self._stopped:
            with contextlib.suppress(httpx.HTTPError):
                self._read(self._addresses[turn % len(self._addresses)])
            turn += 1
            time.sleep(PAUSE_SECONDS)

    def _read(self, address: str) -> None:
        headers = {"Cookie": self._cookie, "Last-Event-ID": self._last}
        with httpx.stream("GET", f"{address}/stream/signals", headers=headers, timeout=60) as answer:
            answer.raise_for_status()
            self.connected += 1
            for event in _events(answer.iter_lines()):
                if event["event"] == "signal":
                    told: dict[str, Any] = json.loads(event["data"])
                    self.seen.append(told["signal_id"])
                    self._last = event["id"]
                else:
                    self.ends.append(event["event"])


def _events(lines: Iterator[str]) -> Iterator[dict[str, str]]:
    event: dict[str, str] = {}
    for line in lines:
        name, _, value = line.partition(": ")
        if line == "":
            if "data" in event:
                yield event
            event = {}
        elif name:
            event[name] = value
