"""Follows the system over its APIs, recomputes every hash, keeps the summary."""

from __future__ import annotations

import json
from typing import Any

from examples.demo.accounts import Accounts
from examples.demo.api import Api, Unreachable
from examples.demo.hashing import hash_of
from examples.demo.record import Verified, count, verify_databases
from examples.demo.screen import Screen
from examples.demo.subscriber import Subscriber, percentile
from examples.demo.system import System

SHOWN_VETOES = 3
SHOWN_CYCLES, SHOWN_SIGNALS = 20, 40


class Spectator:
    """Shows each durable cycle once, in order, and each executor's answer to its signals."""

    def __init__(self, system: System, subscriber: Subscriber, screen: Screen) -> None:
        self._system, self._subscriber, self._screen = system, subscriber, screen
        ports = system.ports
        self.generator = Api(f"http://127.0.0.1:{ports.generator}")
        self.alpine = Api(f"http://127.0.0.1:{ports.alpine}")
        self._accounts = Accounts(
            screen,
            regular=f"http://127.0.0.1:{ports.regular}",
            prop_firm=f"http://127.0.0.1:{ports.prop_firm}",
        )
        self._seen: set[str] = set()
        self._open: dict[str, dict[str, Any]] = {}
        self._symbols: dict[str, str] = {}
        self._performance: dict[str, Any] = {}
        self._figures: dict[str, int] = {}
        self._write()

    def look(self) -> None:
        """Show what is new. An API that does not answer is asked again at the next look."""
        try:
            cycles = self.generator.get("/api/v1/cycles", limit=SHOWN_CYCLES)["items"]
            fresh = [cycle for cycle in reversed(cycles) if cycle["cycle_id"] not in self._seen]
            for cycle in fresh:
                self._show(cycle)
                self._seen.add(cycle["cycle_id"])
            if fresh:
                self._show_verdicts()
                self._show_outcomes()
                self._accounts.look()
                self._read_figures()
                self._write()
        except Unreachable as error:
            self._screen.step(f"waiting: {error}")

    def settled(self) -> bool:
        """True once distributor, subscriber and executors have every published signal."""
        published = count(self._system.signals_database, "signal_log")
        return (
            self._verified().verified == published
            and len(self._subscriber.received) == published
            and self._accounts.look()
            and self._accounts.decided(published)
        )

    def close(self) -> None:
        """The last summary."""
        if not self._accounts.look():
            self._screen.step("an executor does not answer: its figures are those of its last answer")
        self._accounts.show_own_verdicts(self._symbols)
        self._write()

    def _show(self, cycle: dict[str, Any]) -> None:
        self._screen.cycle(cycle)
        decisions = self.generator.get("/api/v1/decisions", cycle_id=cycle["cycle_id"], limit=500)["items"]
        signals = {signal["signal_id"]: signal for signal in self._newest_signals()}
        for decision in decisions:
            signal = signals.get(decision["signal_id"])
            if signal is not None:
                self._screen.published(signal, hash_of(signal) == signal["verification_hash"])
                self._open[signal["signal_id"]] = signal
                self._symbols[signal["signal_id"]] = signal["symbol"]
        vetoes = [decision for decision in decisions if decision["status"] == "vetoed"]
        for decision in vetoes[:SHOWN_VETOES]:
            self._screen.vetoed(decision)
        if len(vetoes) > SHOWN_VETOES:
            self._screen.step(f"and {len(vetoes) - SHOWN_VETOES} more vetoes: all are on the console")

    def _show_verdicts(self) -> None:
        for answer in reversed(self.generator.get("/api/v1/verdicts", limit=40)["items"]):
            self._accounts.show_verdict(answer, self._symbols)

    def _show_outcomes(self) -> None:
        for signal in self._newest_signals():
            if signal["outcome"] is not None and self._open.pop(signal["signal_id"], None) is not None:
                self._screen.resolved(signal)

    def _newest_signals(self) -> list[dict[str, Any]]:
        """Enough for the cycles since the last look. More would cost the generator time that the show is about."""
        found: list[dict[str, Any]] = self.generator.get("/api/v1/signals", limit=SHOWN_SIGNALS)["items"]
        return found

    def _verified(self) -> Verified:
        system = self._system
        return verify_databases(system.signals_database, system.alpine_database, system.vkey)

    def _read_figures(self) -> None:
        self._figures = self.generator.get("/api/signals/stats")
        health = self.generator.get("/api/v1/health")
        self._performance = health.get("services", {}).get("performance", {})

    def _write(self) -> None:
        partial = self._system.summary.with_suffix(".tmp")
        partial.write_text(json.dumps(self._summary(), indent=2) + "\n")
        partial.replace(self._system.summary)

    def _summary(self) -> dict[str, Any]:
        """The agreed fields, each read from where it is true: databases, APIs, and what a subscriber saw."""
        checked = self._verified()
        database, latencies = self._system.signals_database, self._subscriber.latencies_ms
        return {
            "signals_published": count(database, "signal_log"),
            "signals_vetoed": self._accounts.total("denied"),
            "decisions_vetoed": count(database, "decision_log WHERE status = 'vetoed'"),
            "orders_filled": self._accounts.total("filled"),
            "outcomes_resolved": count(database, "outcome_log"),
            "synced": checked.synced,
            "verified": checked.verified,
            "verify_failures": len({*checked.wrong, *self._subscriber.wrong}),
            "cycle_ms_p50": self._performance.get("cycle_ms_p50"),
            "cycle_ms_p95": self._performance.get("cycle_ms_p95"),
            "end_to_end_ms_p50": percentile(latencies, 0.50),
            "end_to_end_ms_p95": percentile(latencies, 0.95),
            "alpine_url": self.alpine.base,
            "argo_url": self.generator.base,
            "data_source": self._system.scenario.data_source,
            "prop_firm": self._accounts.standing("prop_firm"),
            "regular": self._accounts.standing("regular"),
        }
