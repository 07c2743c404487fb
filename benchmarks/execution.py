"""From a signal to its accepted order, in a real executor process over loopback, beside its limit.

Run: `python -m benchmarks.execution [N]`. `argo serve --role executor` trades on the simulated exchange in a database
of its own, so no broker's latency is in it. A round sends a signal over HTTP and ends when its order stands accepted in
the database, which another connection watches: intake, every risk layer, the intent's durable row, the exchange and the
noted answer are included. Between rounds, unmeasured, bars tell the price and reach the target. The floor: a POST
that answers from memory (`GET /health`) and two durable SQLite commits, which is the least that accepts a signal and
then an order. Prices are made up: this measures time only.
"""

from __future__ import annotations

import http.client
import json
import os
import secrets
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime, timedelta
from pathlib import Path

from argo_core.testing.sample_bodies import marks_body_of, signal_body_of
from argo_core.testing.sample_cycles import MOMENT, sample_signal
from benchmarks.cycle import percentile
from tests.ports import free_port

KEY, LIMIT_MS = secrets.token_hex(32), 20.0
BIN = Path(sys.executable).parent
SYMBOLS = ("AAPL", "NVDA", "SPY", "BTC-USD", "ETH-USD", "XRP-USD")
ACCEPTED = "SELECT 1 FROM order_log WHERE client_order_id = ? AND state IN ('accepted', 'filled')"
WARM, READY_SECONDS = 20, 20.0


def main() -> int:
    """Print the figures; exit status 1 if the limit is missed."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 300
    with tempfile.TemporaryDirectory() as folder, executor(Path(folder)) as port:
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        with closing(line), closing(sqlite3.connect(f"file:{folder}/executor.db?mode=ro", uri=True)) as reader:
            took = [one_round(line, reader, number) for number in range(WARM + count)][WARM:]
        floor = [one_floor(port, Path(folder) / "floor.db") for _ in range(50)]
    least = percentile(floor, 50)
    print(f"{'signal to accepted order':<28}{'ms':>8}{'floor':>8}{'ratio':>8}{'limit ms':>10}")
    for name, measured, limit in (("p50", percentile(took, 50), ""), ("p95", percentile(took, 95), f"{LIMIT_MS:.0f}")):
        print(f"{name:<28}{measured:>8.2f}{least:>8.2f}{measured / least:>8.1f}{limit:>10}")
    return int(percentile(took, 95) >= LIMIT_MS)


def one_round(line: http.client.HTTPConnection, reader: sqlite3.Connection, number: int) -> float:
    """Milliseconds. A bar before makes the price known; one behind reaches the target, so nothing stays open."""
    symbol, at = SYMBOLS[number % len(SYMBOLS)], MOMENT + timedelta(minutes=3 * number)
    tell_price(line, symbol, at)
    body = signal_body_of(sample_signal(f"SIG-{number}", symbol=symbol, at=at))
    started = time.perf_counter()
    send(line, "/api/v1/trading/execute", body, (202,))
    while reader.execute(ACCEPTED, (f"argo-SIG-{number}",)).fetchone() is None:
        if time.perf_counter() - started > READY_SECONDS:
            raise SystemExit(f"SIG-{number} was not accepted: see /api/v1/trading/status of the executor")
        time.sleep(0.0005)  # the machine may have two cores only: looking must not take one of them
    took = (time.perf_counter() - started) * 1000.0
    tell_price(line, symbol, at + timedelta(minutes=1))
    return took


def tell_price(line: http.client.HTTPConnection, symbol: str, at: datetime) -> None:
    bar = (at, 175.25, 181.0, 175.0, 175.25)
    send(line, "/api/v1/trading/marks", marks_body_of(symbol, [bar], "1m"), (200,))


def one_floor(port: int, path: Path) -> float:
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    with closing(line), closing(sqlite3.connect(path, isolation_level=None)) as database:
        database.execute("PRAGMA journal_mode=WAL")
        database.execute("PRAGMA synchronous=FULL")
        database.execute("CREATE TABLE IF NOT EXISTS kept (body BLOB)")
        line.connect()
        started = time.perf_counter()
        line.request("GET", "/health")
        line.getresponse().read()
        for _ in range(2):
            database.execute("INSERT INTO kept VALUES (?)", (b"x" * 600,))
        return (time.perf_counter() - started) * 1000.0


def send(line: http.client.HTTPConnection, path: str, body: bytes, wanted: tuple[int, ...]) -> None:
    line.request("POST", path, body, {"X-API-Key": KEY, "Content-Type": "application/json"})
    answer = line.getresponse()
    text = answer.read()
    if answer.status not in wanted:
        raise SystemExit(f"{path} answered {answer.status}: {text.decode(errors='replace')[:200]}")


@contextmanager
def executor(folder: Path) -> Iterator[int]:
    """The port of an executor that takes signals."""
    port = free_port()
    settings = {
        "executor": {"id": "argo", "signal_source_url": "http://127.0.0.1:1"},
        "trading": {"auto_execute": True, "max_signal_age_seconds": 1e9},
        "alpaca": {"api_key": "SIMULATED", "secret_key": "s"},
        "server": {"port": port},
        "database": {"path": "executor.db"},
    }
    (folder / "config.json").write_text(json.dumps(settings))
    environment = {
        "PATH": os.environ["PATH"],
        "ARGO_CONFIG": str(folder / "config.json"),
        "ARGO_DISTRIBUTION_KEY": KEY,
    }
    command = [str(BIN / "argo"), "serve", "--role", "executor"]
    with (folder / "executor.log").open("wb") as log:
        process = subprocess.Popen(command, env=environment, cwd=folder, stdout=log, stderr=log)
    try:
        wait_until_ready(port)
        yield port
    finally:
        process.terminate()
        process.wait(10)


def wait_until_ready(port: int) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline:
        try:
            line = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
            with closing(line):
                line.request("GET", "/api/v1/trading/status")
                if json.load(line.getresponse())["ready"]:
                    return
        except OSError:
            pass
        time.sleep(0.05)
    raise SystemExit("the executor did not become ready")


if __name__ == "__main__":
    sys.exit(main())
