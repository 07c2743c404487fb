"""Each command as a newcomer uses it, and as somebody misuses it: one line, the right exit status, no traceback."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.argo.server.in_process import InProcess
from tests.argo.server.processes import SYMBOLS, ArgoFolder


def test_one_cycle_is_shown_and_stored(argo: ArgoFolder) -> None:
    done = argo.run("cycle")
    assert done.returncode == 0, done.stderr
    assert "as of 2018-11-01 20:00 UTC" in done.stdout
    assert all(symbol in done.stdout for symbol in SYMBOLS)
    assert len(argo.stored_cycles()) == 1


def test_a_second_cycle_goes_on_where_the_first_stopped(argo: ArgoFolder) -> None:
    first, second = (json.loads(argo.run("cycle", "--json").stdout)["record"]["as_of"] for _ in range(2))
    assert (first, second) == ("2018-11-01T20:00:00Z", "2018-11-02T20:00:00Z")


def test_a_cycle_of_chosen_symbols_evaluates_those(argo: ArgoFolder) -> None:
    record = json.loads(argo.run("cycle", "--symbols", "AMD,BTC-USD", "--json").stdout)["record"]
    assert {decision["symbol"] for decision in record["decisions"]} == {"AMD", "BTC-USD"}


def test_a_symbol_without_recorded_history_is_a_decision_without_a_price(argo: ArgoFolder) -> None:
    record = json.loads(argo.run("cycle", "--symbols", "AAPL,NVDA", "--json").stdout)["record"]
    found = {decision["symbol"]: (decision["veto"], decision["price"]) for decision in record["decisions"]}
    assert found["NVDA"] == ("no_price", None)
    assert found["AAPL"] != ("no_price", None)


def test_signals_are_listed_and_each_verifies(argo: ArgoFolder) -> None:
    argo.run("cycle")
    listed = json.loads(argo.run("signals", "--json").stdout)["items"]
    assert listed
    for entry in listed:
        signal_id = entry["sealed"]["signal"]["signal_id"]
        verdict = argo.run("verify", signal_id)
        assert (verdict.returncode, "verified" in verdict.stdout) == (0, True)


def test_a_signal_that_was_changed_behind_our_back_fails_verification(argo: ArgoFolder) -> None:
    argo.run("cycle")
    with closing(sqlite3.connect(argo.database)) as connection:
        (signal_id,) = connection.execute("SELECT signal_id FROM signal_log LIMIT 1").fetchone()
        for (trigger,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {trigger}")
        connection.execute("UPDATE signal_log SET confidence = 99.9 WHERE signal_id = ?", (signal_id,))
        connection.commit()
    done = argo.run("verify", signal_id)
    assert (done.returncode, "FAILED  hash          hash_mismatch" in done.stdout) == (1, True)


def test_the_settings_in_force_are_shown_with_their_origin(argo: ArgoFolder) -> None:
    shown = json.loads(argo.run("config", "check", "--json").stdout)
    origins = {setting["key"]: setting["origin"] for setting in shown}
    assert origins["signal_generation.symbols"] == "file"
    assert origins["signal_generation.min_confidence"] == "default"
    assert origins["cache_folder"] == "environment"
    values = {setting["key"]: setting["value"] for setting in shown}
    assert json.loads(values["data_sources.weights"]) == {
        "alpaca_pro": 0.4, "alpha_vantage": 0.25, "massive": 0.4, "sonar": 0.15, "x_sentiment": 0.2, "yfinance": 0.25
    }  # fmt: skip
    assert json.loads(values["consensus.thresholds"]) == {"BEAR": 60.0, "BULL": 60.0, "CHOP": 60.0, "CRISIS": 60.0}
    assert json.loads(values["consensus.regime_factors"])["CRISIS"] == 0.75
    assert "grok" in json.loads(values["x_api.model"])


OLD_SCHEMA = """CREATE TABLE signals (id INTEGER PRIMARY KEY, signal_id TEXT UNIQUE, symbol TEXT, action TEXT,
    entry_price REAL, target_price REAL, stop_price REAL, confidence REAL, strategy TEXT, asset_type TEXT,
    data_source TEXT, timestamp TEXT, outcome TEXT, exit_price REAL, profit_loss_pct REAL, sha256 TEXT, order_id TEXT,
    created_at TEXT)"""
OLD_ROW = (
    1, "SIG-000123", "AAPL", "BUY", 175.25, 184.5, 171.5, 97.3, "momentum_breakout", "stock", "massive",
    "2026-01-02T14:30:00.123456Z", "win", 184.5, 5.28,
    "fc363b8fc3c69557a115887a8d7936366d6a00c0f088d564d798d8070ab20a68",
    None, "2026-01-02 14:30:00",
)  # fmt: skip


def test_older_databases_are_unified_once_and_refused_rows_are_named(argo: ArgoFolder) -> None:
    old = argo.folder / "old.db"
    with closing(sqlite3.connect(old)) as connection:
        connection.execute(OLD_SCHEMA)
        marks = ",".join("?" * len(OLD_ROW))
        connection.execute(f"INSERT INTO signals VALUES ({marks})", OLD_ROW)
        forged = (2, "SIG-000124", *OLD_ROW[2:])
        connection.execute(f"INSERT INTO signals VALUES ({marks})", forged)
        connection.commit()
    first, again = argo.run("db", "unify", str(old)), argo.run("db", "unify", str(old))
    assert "1 taken, 0 already there, 1 refused" in first.stdout
    assert "0 taken, 1 already there, 1 refused" in again.stdout
    assert "row 2" in first.stdout
    checked = argo.run("verify", "SIG-000123")
    assert (checked.returncode, "its time cannot be proven" in checked.stdout) == (0, True)
    assert "covered by the log, which has 4 entries" in first.stdout
    assert "covered by the log, which has 4 entries" in again.stdout
    (listed,) = json.loads(argo.run("signals", "--json").stdout)["items"]
    assert (listed["sealed"]["scheme"], listed["logged"]) == ("legacy-json-0", False)
    assert json.loads(argo.run("ledger", "verify", "--json").stdout)["findings"] == []


MISUSE = [
    (("bogus",), 2, "No such command"),
    (("signals", "--limit", "0"), 2, "--limit"),
    (("signals", "--symbol", "not a symbol"), 1, "is not a symbol"),
    (("verify",), 2, "SIGNAL_ID"),
    (("verify", "SIG-UNKNOWN"), 1, "argo signals"),
    (("verify", "\udcff\udcfe"), 1, "argo signals"),
    (("cycle", "--symbols", "NVDA"), 1, "choose from AAPL"),
    (("cycle", "--symbols", "AAPL,AAPL"), 1, "twice"),
    (("db", "unify", "missing.db"), 1, "missing.db"),
    (("serve", "--port", "99999"), 2, "--port"),
    (("serve", "--host", "0.0.0.0"), 1, "console_password"),
    (("serve", "--role", "trader"), 2, "--role"),
    (("serve", "--role", "executor"), 1, "no credential"),
    (("serve", "--role", "executor", "--executor", "prop_firm"), 1, "prop_firm.enabled"),
    (("serve", "--executor", "argo"), 2, "--role executor"),
    (("serve", "--role", "all"), 1, "ARGO_DISTRIBUTION_KEY"),
    (("serve", "--role", "all", "--port", "8000"), 2, "--role all"),
    (("orders", "--limit", "0"), 2, "--limit"),
    (("ledger", "checkpoint"), 1, "no checkpoint yet"),
    (("ledger", "proof"), 2, "name one of INDEX, --signal, --decision"),
    (("ledger", "proof", "0", "--signal", "x"), 2, "name one of"),
    (("ledger", "proof", "--signal", "SIG-UNKNOWN"), 1, "is sealed in the log"),
    (("ledger", "proof", "--decision", "DEC-UNKNOWN"), 1, "no decision DEC-UNKNOWN"),
    (("ledger", "consistency", "0", "1"), 2, "FROM"),
    (("ledger", "anchor"), 1, "ledger.anchor.url"),
    (("ledger", "key", "retire", "x"), 1, "argo ledger key"),
    (("ledger", "correct", "0", "--reason", "x", "--replaces", "["), 1, "--replaces is not a JSON object"),
    (("ledger", "recover", "--from", "nowhere"), 1, "neither a folder of log files nor an http address"),
    (("integrity", "--sample", "0"), 2, "--sample"),
    (("positions", "--executor", "prop_firm"), 1, "prop_firm.enabled"),
]


@pytest.mark.parametrize(("words", "status", "hint"), MISUSE, ids=[" ".join(case[0]) for case in MISUSE])
def test_a_mistake_is_one_line_that_says_what_to_do(
    argo: ArgoFolder, words: tuple[str, ...], status: int, hint: str
) -> None:
    done = argo.run(*words) if words[0] == "serve" else InProcess(argo).run(*words)
    assert (done.returncode, hint in done.stderr) == (status, True), done.stderr
    assert "Traceback" not in done.stderr
    assert len([line for line in done.stderr.splitlines() if line.startswith("Error")]) == 1


def test_without_a_database_every_command_says_how_to_make_one(tmp_path: Path, cache: Path) -> None:
    empty = ArgoFolder(tmp_path, cache)
    for words in (("signals",), ("cycle",), ("serve",), ("verify", "SIG-1")):
        done = empty.run(*words)
        assert (done.returncode, "argo db upgrade" in done.stderr) == (1, True), done.stderr


def test_a_wrong_configuration_file_is_one_line(argo: ArgoFolder) -> None:
    (argo.folder / "config.json").write_text('{"signal_generation": {"symbls": []}}')
    done = argo.run("config", "check")
    assert done.returncode == 1
    assert done.stderr.strip() == (
        "Error: unknown key 'signal_generation.symbls': did you mean signal_generation.symbols?"
    )


COMMANDS = [
    "", "serve", "cycle", "signals", "verify", "integrity", "config check", "db upgrade", "db unify",
    "ledger checkpoint", "ledger proof", "ledger consistency", "ledger export", "ledger verify", "ledger anchor",
    "ledger key", "ledger key add", "ledger key retire", "ledger recover", "ledger correct",
]  # fmt: skip


@pytest.mark.parametrize("command", COMMANDS)
def test_help_of_every_command_shows_an_example(argo: ArgoFolder, command: str) -> None:
    done = argo.run(*command.split(), "--help")
    assert done.returncode == 0
    assert "Example" in done.stdout


REFUSED_SETTINGS = [
    ({"horizon": {"crypto_days": 1e300}}, "crypto_days"),
    ({"levels": {"reward_to_risk": 1e305}}, "reward_to_risk"),
    ({"replay": {"start": "soon"}}, "replay.start"),
    ({"replay": {"start": "2022-01-01", "end": "2023-01-01"}}, "history is recorded from 2009-02-09"),
    ({"signal_generation": {"reemit": "always"}}, "reemit"),
    ({"signal_generation": {"symbols": ["ZZZZ"]}}, "choose from AAPL"),
    ({"database": {"path": ""}}, "database.path"),
    ({"database": {"path": "a\0b"}}, "database.path"),
]


@pytest.mark.parametrize(("document", "hint"), REFUSED_SETTINGS, ids=[case[1] for case in REFUSED_SETTINGS])
def test_a_setting_that_a_cycle_would_refuse_is_refused_by_the_check(
    argo: ArgoFolder, document: dict[str, object], hint: str
) -> None:
    (argo.folder / "config.json").write_text(json.dumps(document))
    done = argo.run("config", "check")
    assert (done.returncode, hint in done.stderr) == (1, True), done.stderr
    assert "Traceback" not in done.stderr


def test_a_database_of_another_time_is_not_replayed_into(argo: ArgoFolder) -> None:
    config = argo.folder / "config.json"
    document = json.loads(config.read_text())
    config.write_text(json.dumps(document | {"replay": {"start": "2019-05-01", "end": "2019-06-01"}}))
    assert argo.run("cycle").returncode == 0
    config.write_text(json.dumps(document | {"replay": {"start": "2018-11-01", "end": "2019-01-01"}}))
    done = argo.run("cycle")
    assert (done.returncode, "name another database.path" in done.stderr) == (1, True), done.stderr
