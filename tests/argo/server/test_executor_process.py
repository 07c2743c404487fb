"""An executor as a process: killed at any moment, no acknowledged signal is lost and no order doubled."""

from __future__ import annotations

import json
import random
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any

import msgspec
import pytest

from argo_core.ledger import SCHEME, signal_hash
from argo_core.model.signal import SealedSignal
from argo_core.testing.sample_bodies import marks_body_of, signal_body_of
from argo_core.testing.sample_cycles import MOMENT, sample_signal
from tests.argo.server.executors import KEY, PROP_FIRM, REGULAR, ExecutorFolder
from tests.argo.server.processes import ARGO, ArgoFolder, stop, wait_until
from tests.ports import free_port

EXECUTE, MARKS = "/api/v1/trading/execute", "/api/v1/trading/marks"
SYMBOLS = ("AAPL", "TSLA", "SPY", "BTC-USD")
BROKEN = {
    "an order id twice": 'SELECT client_order_id FROM exchange_log WHERE body LIKE \'%"state":"accepted"%\' '
    "GROUP BY client_order_id HAVING count(*) > 1",
    "two fills of one order": "SELECT client_order_id FROM fill_log GROUP BY client_order_id HAVING count(*) > 1",
    "a signal decided twice": "SELECT signal_id FROM verdict_log GROUP BY signal_id HAVING count(*) > 1",
    "a decision on a signal that never came": "SELECT signal_id FROM verdict_log WHERE signal_id NOT IN "
    "(SELECT signal_id FROM inbox_log)",
    "a decision without its report": "SELECT signal_id FROM verdict_log WHERE 'verdicts:' || signal_id NOT IN "
    "(SELECT key FROM outbox)",
    "a denied signal with an order": "SELECT i.signal_id FROM intent_log i JOIN verdict_log v USING (signal_id) "
    "WHERE v.decision = 'denied'",
}
LEFT_UNDONE = {
    "a signal without a decision": "SELECT signal_id FROM inbox_log WHERE signal_id NOT IN "
    "(SELECT signal_id FROM verdict_log)",
    "an intent that was never placed": "SELECT client_order_id FROM intent_log WHERE client_order_id NOT IN "
    "(SELECT client_order_id FROM order_log)",
    "a change of the exchange that was not noted": "SELECT id FROM exchange_log WHERE id NOT IN "
    "(SELECT position FROM order_log)",
    "a fill without its report": "SELECT o.position FROM order_log o WHERE o.state = 'filled' AND NOT EXISTS "
    "(SELECT 1 FROM outbox x WHERE x.key LIKE 'execution:' || o.position || ':%')",
}


def numbered(number: int) -> SealedSignal:
    """Signals of several symbols, now on one side and now on the other, some too unsure to be traded."""
    sealed = sample_signal(
        f"SIG-{number}", symbol=SYMBOLS[number % 4], action="BUY" if number % 3 else "SELL",
        confidence=70.0 if number % 7 == 0 else 85.0,
    )  # fmt: skip
    signal = msgspec.structs.replace(sealed.signal, as_of=MOMENT + timedelta(minutes=number))
    return SealedSignal(signal=signal, scheme=SCHEME, verification_hash=signal_hash(signal.hashed_fields()))


class Sender(threading.Thread):
    """Posts signals and bars for as long as it runs, as a generator would: again until it is acknowledged."""

    def __init__(self, executor: ExecutorFolder) -> None:
        super().__init__(daemon=True)
        self.executor, self.acknowledged = executor, list[str]()
        self._over = threading.Event()

    def run(self) -> None:
        for number in count(1):
            sealed = numbered(number)
            self._until_taken(MARKS, self._bars(number), (200,))
            if self._until_taken(EXECUTE, signal_body_of(sealed), (202, 409)):
                self.acknowledged.append(sealed.signal.signal_id)
            if self._over.is_set():
                return

    def finish(self) -> None:
        self._over.set()
        self.join(20)

    def _bars(self, number: int) -> bytes:
        start = MOMENT + timedelta(minutes=number)
        wild = 12.0 if number % 5 == 0 else 1.0
        return marks_body_of(SYMBOLS[number % 4], [(start, 175.0, 175.0 + wild, 175.0 - wild, 175.5)], "1m")

    def _until_taken(self, path: str, body: bytes, good: tuple[int, ...]) -> bool:
        while not self._over.is_set():
            status = self.executor.post(path, body)
            if status in good:
                return True
            assert status in (None, 503), status
            time.sleep(0.005)
        return False


def require(executor: ExecutorFolder, rules: dict[str, str]) -> None:
    for fault, query in rules.items():
        assert (fault, executor.rows(query)) == (fault, [])


def settled(executor: ExecutorFolder) -> bool:
    return all(not executor.rows(query) for query in LEFT_UNDONE.values())


def kill_again_and_again(executor: ExecutorFolder, kills: int, seed: int) -> None:
    dice, sender = random.Random(seed), Sender(executor)
    sender.start()
    for _ in range(kills):
        process, before = executor.serve(), len(sender.acknowledged)
        wait_until(lambda before=before: len(sender.acknowledged) > before, process)  # type: ignore[misc]
        moment = time.monotonic() + dice.uniform(0, 0.5)
        while time.monotonic() < moment:
            time.sleep(0.001)
        assert stop(process, signal.SIGKILL) == -signal.SIGKILL
        require(executor, BROKEN)
    process = executor.serve()
    wait_until(executor.is_up, process)
    sender.finish()
    wait_until(lambda: settled(executor), process)
    assert stop(process) == 0
    require(executor, BROKEN)
    kept = [row[0] for row in executor.rows("SELECT signal_id FROM inbox_log ORDER BY id")]
    assert len(kept) == len(set(kept)) >= kills
    assert set(sender.acknowledged) <= set(kept)
    assert executor.rows("SELECT count(*) FROM fill_log")[0][0] >= kills


@pytest.mark.timeout(120)
def test_an_executor_killed_at_random_moments_loses_no_signal_and_doubles_no_order(tmp_path: Path) -> None:
    kill_again_and_again(ExecutorFolder(tmp_path, REGULAR), kills=4, seed=20261121)


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_an_executor_killed_fifty_times_loses_no_signal_and_doubles_no_order(tmp_path: Path) -> None:
    kill_again_and_again(ExecutorFolder(tmp_path, REGULAR), kills=50, seed=50)


@contextmanager
def running(executor: ExecutorFolder) -> Iterator[subprocess.Popen[bytes]]:
    process = executor.serve()
    try:
        wait_until(executor.is_up, process)
        yield process
    finally:
        stop(process)


def test_positions_and_orders_are_listed_while_the_executor_runs(tmp_path: Path) -> None:
    executor = ExecutorFolder(tmp_path, REGULAR)
    with running(executor) as process:
        assert executor.post(EXECUTE, signal_body_of(sample_signal("SIG-1"))) == 202
        wait_until(lambda: len(executor.rows("SELECT id FROM fill_log")) == 1, process)
        account = json.loads(executor.run("positions", "--json").stdout)
        assert [(held["symbol"], held["quantity"]) for held in account["positions"]] == [("AAPL", 65.0)]
        listed = json.loads(executor.run("orders", "--json").stdout)
        assert [(order["intent"]["client_order_id"], order["state"]) for order in listed] == [
            ("argo-SIG-1-target", "accepted"), ("argo-SIG-1-stop", "accepted"), ("argo-SIG-1", "filled"),
        ]  # fmt: skip
        assert "AAPL" in executor.run("positions").stdout
        assert "argo-SIG-1-stop" in executor.run("orders", "--limit", "2").stdout


@pytest.mark.parametrize("command", ["positions", "orders"])
def test_a_command_on_an_executor_that_never_ran_says_so_in_one_line(tmp_path: Path, command: str) -> None:
    done = ExecutorFolder(tmp_path, REGULAR).run(command)
    assert (done.returncode, "Traceback" in done.stderr, len(done.stderr.splitlines())) == (1, False, 1)


@pytest.mark.parametrize(
    ("attack", "document", "environ", "words"),
    [
        ("the prop firm's key beside its own", REGULAR, {"PROP_FIRM_API_KEY": "PROP-1"}, "PROP_FIRM_API_KEY"),
        ("the regular key in the prop firm's process", PROP_FIRM, {"ALPACA_API_KEY": "REGULAR-1"}, "ALPACA_API_KEY"),
        ("no credential", {**REGULAR, "alpaca": {}}, {}, "no credential"),
        ("no shared key", REGULAR, {"ARGO_DISTRIBUTION_KEY": ""}, "ARGO_DISTRIBUTION_KEY"),
    ],
)
def test_a_process_refuses_to_start_with(
    tmp_path: Path, attack: str, document: dict[str, Any], environ: dict[str, str], words: str
) -> None:
    done = ExecutorFolder(tmp_path, document, **environ).run("serve", "--role", "executor")
    assert (done.returncode, "Traceback" in done.stderr) == (1, False), attack
    assert words in done.stderr
    assert not (tmp_path / "executor.db").exists()


def test_a_database_belongs_to_one_account_for_ever(tmp_path: Path) -> None:
    with running(ExecutorFolder(tmp_path, REGULAR)):
        pass
    other = ExecutorFolder(tmp_path, {**REGULAR, "alpaca": {"api_key": "REGULAR-2"}})
    done = other.run("serve", "--role", "executor")
    assert (done.returncode, "pinned to account_number" in done.stderr) == (1, True)


def test_a_second_executor_on_the_same_database_is_refused(tmp_path: Path) -> None:
    with running(ExecutorFolder(tmp_path, REGULAR)):
        second = ExecutorFolder(tmp_path, REGULAR)
        done = second.run("serve", "--role", "executor")
    assert (done.returncode, "another executor" in done.stderr) == (1, True)


def environment_of(pid: int) -> str:
    return Path(f"/proc/{pid}/environ").read_bytes().decode()


@pytest.mark.timeout(120)
def test_all_roles_run_as_processes_of_which_each_holds_its_own_credential(argo: ArgoFolder, cache: Path) -> None:
    ports = {name: free_port() for name in ("argo", "prop_firm")}
    document = {
        **json.loads(argo.config.read_text()),
        "trading": {"auto_execute": True},
        "distribution": {"executors": {name: f"http://127.0.0.1:{port}" for name, port in ports.items()}},
        "alpaca": {"dev": {"api_key": "REGULAR-1"}, "prop_firm_test": {"api_key": "PROP-1"}},
    }
    argo.config.write_text(json.dumps(document))
    everything = argo.with_environment(ARGO_DISTRIBUTION_KEY=KEY, PYTHONUNBUFFERED="1")
    log = argo.folder / "all.log"
    with log.open("ab") as out:
        words = ("serve", "--role", "all")
        process = subprocess.Popen([ARGO, *words], env=everything.environment, cwd=argo.folder, stdout=out)
    try:
        wait_until(lambda: log.read_text().count("pid ") == 3, process)
        pids = {line.partition(":")[0]: int(line.split("pid ")[1].split(",")[0]) for line in _said(log)}
        wait_until(lambda: _filled(argo, ports["argo"]), process, seconds=60)
        holders = {
            secret: [name for name, pid in pids.items() if secret in environment_of(pid)]
            for secret in ("REGULAR-1", "PROP-1")
        }
        assert holders == {"REGULAR-1": ["argo"], "PROP-1": ["prop_firm"]}
        assert len({environment_of(pid) for pid in pids.values()}) == 3
        assert "PROP-1" not in environment_of(process.pid)
    finally:
        assert stop(process) == 0
    for pid in pids.values():
        assert not Path(f"/proc/{pid}").exists()


def _said(log: Path) -> list[str]:
    return [line for line in log.read_text().splitlines() if "pid " in line]


def _filled(argo: ArgoFolder, port: int) -> bool:
    """True once the regular executor has filled an order for a signal of the generator."""
    elsewhere = argo.with_environment()
    elsewhere.port = port
    try:
        return bool(elsewhere.get("/api/v1/trading/status")["counts"]["filled"])
    except OSError:
        return False
