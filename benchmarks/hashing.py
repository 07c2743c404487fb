"""Cost of one signal's canonical bytes and SHA-256, beside the reference library and the limit.

Run: `python -m benchmarks.hashing`. The candidates take turns in short rounds, so that a busy machine slows all of
them alike; the figures are medians over the rounds, in microseconds per signal.
"""

from __future__ import annotations

import hashlib
import statistics
import sys
import time
from collections.abc import Callable
from functools import partial

import rfc8785

from argo_core.ledger import canonical_bytes, canonical_bytes_checked, signal_hash, verify_signal

ROUNDS = 60
CALLS_PER_ROUND = 200
GOAL_US = 10.0
LIMIT_US = 44.0

SIGNAL: dict[str, str | float] = {
    "signal_id": "SIG-000123",
    "symbol": "AAPL",
    "action": "BUY",
    "entry_price": 175.25,
    "target_price": 184.5,
    "stop_price": 171.5,
    "confidence": 97.3,
    "strategy": "momentum_breakout",
    "timestamp": "2026-01-02T14:30:00.123456Z",
}


def reference_hash(fields: dict[str, str | float]) -> str:
    return hashlib.sha256(rfc8785.dumps(fields)).hexdigest()


def checked_hash(fields: dict[str, str | float]) -> str:
    return hashlib.sha256(canonical_bytes_checked(fields)).hexdigest()


def microseconds_per_call(work: Callable[[], object]) -> float:
    start = time.perf_counter_ns()
    for _ in range(CALLS_PER_ROUND):
        work()
    return (time.perf_counter_ns() - start) / CALLS_PER_ROUND / 1000


def medians(candidates: dict[str, Callable[[], object]]) -> dict[str, float]:
    rounds: dict[str, list[float]] = {name: [] for name in candidates}
    for _ in range(ROUNDS):
        for name, work in candidates.items():
            rounds[name].append(microseconds_per_call(work))
    return {name: statistics.median(times) for name, times in rounds.items()}


def main() -> int:
    """Prints the table; 1 if the validated hash is over its limit, else 0."""
    claimed = signal_hash(SIGNAL)
    if claimed != reference_hash(SIGNAL):
        print("our hash differs from the reference library's: the timings mean nothing")
        return 1
    measured = medians(
        {
            "canonical bytes, validated": partial(canonical_bytes, SIGNAL),
            "canonical bytes + SHA-256": partial(signal_hash, SIGNAL),
            "read back before sealing + SHA-256": partial(checked_hash, SIGNAL),
            "verify a claimed hash": partial(verify_signal, SIGNAL, claimed),
            "rfc8785 + SHA-256 (validates less)": partial(reference_hash, SIGNAL),
        }
    )
    for name, median in measured.items():
        print(f"{name:<38}{median:8.1f} us")
    hashed = measured["canonical bytes + SHA-256"]
    print(f"goal {GOAL_US:.0f} us: {'met' if hashed <= GOAL_US else 'missed'}; limit {LIMIT_US:.0f} us: ", end="")
    print("met" if hashed <= LIMIT_US else "MISSED")
    return 0 if hashed <= LIMIT_US else 1


if __name__ == "__main__":
    sys.exit(main())
