"""A subscriber: signs in at the distributor and listens, as a browser does."""

from __future__ import annotations

import http.client
import json
import threading
import time
from datetime import datetime
from urllib.parse import urlsplit

from examples.demo.hashing import hash_of


class Subscriber:
    """Follows the live stream in a thread. `latencies_ms`: from the cycle's look at the bars to the event's arrival."""

    def __init__(self, base: str, email: str, password: str) -> None:
        self._address = urlsplit(base).netloc
        self._email, self._password = email, password
        self._stopping = threading.Event()
        self._last_id = "0"
        self.latencies_ms: list[float] = []
        self.received: set[str] = set()
        self.wrong: set[str] = set()
        self._thread = threading.Thread(target=self._follow, name="subscriber", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()

    def _follow(self) -> None:
        while not self._stopping.is_set():
            try:
                self._listen(self._sign_in())
            except (OSError, http.client.HTTPException):
                time.sleep(0.25)

    def _sign_in(self) -> str:
        connection = http.client.HTTPConnection(self._address, timeout=10)
        body = json.dumps({"email": self._email, "password": self._password})
        connection.request("POST", "/api/auth/login", body, {"Content-Type": "application/json"})
        answer = connection.getresponse()
        answer.read()
        cookie = answer.getheader("set-cookie", "")
        if answer.status != http.client.OK:
            raise http.client.HTTPException(f"signing in was answered {answer.status}")
        return cookie.partition(";")[0]

    def _listen(self, cookie: str) -> None:
        connection = http.client.HTTPConnection(self._address, timeout=60)
        connection.request("GET", "/stream/signals", headers={"Cookie": cookie, "Last-Event-ID": self._last_id})
        answer = connection.getresponse()
        if answer.status != http.client.OK:
            raise http.client.HTTPException(f"the stream was answered {answer.status}")
        kind = ""
        while not self._stopping.is_set() and (line := answer.readline()):
            name, _, value = line.decode().rstrip("\n").partition(": ")
            if name == "id":
                self._last_id = value
            elif name == "event":
                kind = value
            elif name == "data" and kind == "signal":
                self._take(json.loads(value), time.time())

    def _take(self, signal: dict[str, object], arrived: float) -> None:
        signal_id = str(signal["signal_id"])
        self.received.add(signal_id)
        if hash_of(signal) != signal["verification_hash"]:
            self.wrong.add(signal_id)
        details = signal["details"]
        before = details.get("generation_latency_ms") if isinstance(details, dict) else None
        decided = datetime.fromisoformat(str(signal["timestamp"]).replace("Z", "+00:00")).timestamp()
        self.latencies_ms.append((arrived - decided) * 1000.0 + float(before or 0.0))


def percentile(values: list[float], share: float) -> float | None:
    """The nearest-rank percentile, rounded to a tenth; None of nothing."""
    if not values:
        return None
    ordered = sorted(values)
    return round(ordered[min(len(ordered) - 1, int(share * len(ordered)))], 1)
