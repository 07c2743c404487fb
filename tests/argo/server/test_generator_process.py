"""The generator as a process: it goes on after a kill -9 at any moment, with nothing lost, doubled or half-written."""

from __future__ import annotations

import random
import signal
import sqlite3
import subprocess
import time
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest

from argo_core.ledger import signal_hash
from tests.argo.server.processes import ArgoFolder, stop, wait_until

NINE = "action, confidence, entry_price, signal_id, stop_price, strategy, symbol, target_price, timestamp"
BROKEN = {
    "a cycle without all its decisions": """SELECT c.cycle_id FROM cycle_log c WHERE c.evaluated <>
        (SELECT count(*) FROM decision_log d WHERE d.cycle_id = c.cycle_id)""",
    "a cycle without all its signals": """SELECT c.cycle_id FROM cycle_log c WHERE c.published <>
        (SELECT count(*) FROM signal_log s WHERE s.cycle_id = c.cycle_id)""",
    "a signal without its three messages": """SELECT s.signal_id FROM signal_log s WHERE 3 <>
        (SELECT count(*) FROM outbox o WHERE o.key = 'signal:' || s.signal_id)""",
    "an outcome without its message": """SELECT signal_id FROM outcome_log
        WHERE 'outcome:' || signal_id NOT IN (SELECT key FROM outbox WHERE topic = 'distributor')""",
    "a published decision without its signal": """SELECT decision_id FROM decision_log WHERE status = 'published'
        AND signal_id NOT IN (SELECT signal_id FROM signal_log)""",
    "an outcome without its signal": """SELECT signal_id FROM outcome_log
        WHERE signal_id NOT IN (SELECT signal_id FROM signal_log)""",
    "two open signals of one kind": """SELECT symbol, action, count(*) FROM signals WHERE outcome IS NULL
        GROUP BY symbol, action, strategy HAVING count(*) > 1""",
    "a market time seen twice": "SELECT as_of FROM cycle_log GROUP BY as_of HAVING count(*) > 1",
}


def require_sound(database: Path) -> None:
    with closing(sqlite3.connect(database)) as connection:
        connection.row_factory = sqlite3.Row
        assert connection.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        for fault, query in BROKEN.items():
            assert (fault, [tuple(row) for row in connection.execute(query)]) == (fault, [])
        for row in connection.execute(f"SELECT {NINE}, verification_hash FROM signal_log"):
            fields = dict(row)
            assert fields.pop("verification_hash") == signal_hash(fields)


def has_more_cycles_than(argo: ArgoFolder, count: int) -> bool:
    return len(argo.stored_cycles()) > count


def kill_again_and_again(argo: ArgoFolder, kills: int, seed: int) -> None:
    dice, before = random.Random(seed), 0
    for _ in range(kills):
        process = argo.serve()
        wait_until(partial(has_more_cycles_than, argo, before), process)
        moment = time.monotonic() + dice.uniform(0, 1.2)
        while time.monotonic() < moment:
            time.sleep(0.001)
        assert stop(process, signal.SIGKILL) == -signal.SIGKILL
        require_sound(argo.database)
        before = len(argo.stored_cycles())
    assert before >= kills


@pytest.mark.timeout(120)
def test_a_generator_killed_at_random_moments_goes_on_where_it_was(argo: ArgoFolder) -> None:
    kill_again_and_again(argo, kills=5, seed=20261121)


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_a_generator_killed_fifty_times_goes_on_where_it_was(argo: ArgoFolder) -> None:
    kill_again_and_again(argo, kills=50, seed=50)


def test_a_generator_asked_to_stop_finishes_its_cycle_and_ends_with_status_zero(argo: ArgoFolder) -> None:
    process = argo.serve()
    wait_until(lambda: len(argo.stored_cycles()) >= 2, process)
    started = time.monotonic()
    assert stop(process) == 0
    assert time.monotonic() - started < 10
    require_sound(argo.database)


def test_a_second_generator_on_a_taken_port_says_so_in_one_line(argo: ArgoFolder) -> None:
    process = argo.serve()
    wait_until(lambda: len(argo.stored_cycles()) >= 1, process)
    try:
        second = argo.run("serve")
        assert second.returncode == 1
        assert "Traceback" not in second.stderr
        assert str(argo.port) in second.stderr
    finally:
        stop(process)


def test_no_network_and_no_key_are_needed(argo: ArgoFolder) -> None:
    process = argo.serve()
    try:
        wait_until(lambda: len(argo.stored_cycles()) >= 1, process)
        connections = subprocess.run(
            ["ls", "-l", f"/proc/{process.pid}/fd"], capture_output=True, text=True, check=True
        )
        assert "socket" in connections.stdout
        assert argo.get("/health")["status"] == "alive"
    finally:
        stop(process)
