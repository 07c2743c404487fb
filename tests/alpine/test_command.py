"""The `alpine` command as a process: exit statuses, one-line errors, tables and JSON."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from alpine_core.adapters.sql import Database, SqlSignalStore
from alpine_core.adapters.sql.schema import REVISION
from alpine_core.testing.samples import MOMENT, sample_verified
from tests.commands import run_command

ALPINE = Path(sys.executable).parent / "alpine"
GROUPS = [[], ["db"], ["users"], ["tiers"], ["sync"], ["ledger"], ["export"], ["mail"]]
COMMANDS = [
    ["serve"],
    ["health"],
    ["db", "upgrade"],
    ["users", "create"],
    ["users", "list"],
    ["users", "set-tier"],
    ["users", "reset-second-factor"],
    ["mail", "list"],
    ["mail", "show"],
    ["mail", "retry"],
    ["tiers", "show"],
    ["tiers", "set"],
    ["sync", "setup"],
    ["sync", "test"],
    ["ledger", "audit"],
    ["ledger", "policy"],
    ["ledger", "repin"],
    ["alarms"],
    ["export", "signals"],
]


def run(folder: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return run_command("alpine", words, folder, {"PATH": os.environ["PATH"], **environment})


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A working folder with an empty database."""
    assert run(tmp_path, "db", "upgrade").stdout == f"schema none -> {REVISION}\n"
    return tmp_path


def test_every_command_has_help_with_an_example(tmp_path: Path) -> None:
    for words in GROUPS:
        shown = run(tmp_path, *words, "--help")
        assert (shown.returncode, shown.stderr) == (0, "")
    for words in COMMANDS:
        shown = run(tmp_path, *words, "--help")
        assert shown.returncode == 0
        assert "Example" in shown.stdout
        assert f"alpine {' '.join(words)}" in shown.stdout


def test_the_version_is_that_of_the_distribution(tmp_path: Path) -> None:
    assert run(tmp_path, "--version").stdout == "alpine, version 0.1.0\n"


@pytest.mark.parametrize(
    "words",
    [
        ["nonsense"],
        ["serve", "--port", "0"],
        ["users", "set-tier", "a@b.example", "gold"],
        ["export", "signals", "--format", "xml"],
    ],
)
def test_bad_usage_is_status_2(tmp_path: Path, words: list[str]) -> None:
    found = run(tmp_path, *words)
    assert (found.returncode, "Traceback" in found.stderr) == (2, False)


def test_an_upgrade_again_changes_nothing(folder: Path) -> None:
    assert json.loads(run(folder, "db", "upgrade", "--json").stdout) == [{"before": REVISION, "after": REVISION}]
    assert (folder / "data" / "alpine.db").exists()


def test_without_a_database_a_command_says_what_to_do_in_one_line(tmp_path: Path) -> None:
    found = run(tmp_path, "users", "list")
    assert (found.returncode, found.stdout, len(found.stderr.splitlines())) == (1, "", 1)
    assert "alpine db upgrade" in found.stderr


def test_accounts_are_made_listed_and_changed(folder: Path) -> None:
    password = {"ALPINE_NEW_PASSWORD": "a long enough password"}
    made = run(folder, "users", "create", " Ada@Example.com", "--tier", "basic", "--json", **password)
    assert made.returncode == 0, made.stderr
    assert [(each["email"], each["tier"], each["role"]) for each in json.loads(made.stdout)] == [
        ("ada@example.com", "basic", "subscriber")
    ]
    again = run(folder, "users", "create", "ada@example.com", **password)
    assert (again.returncode, len(again.stderr.splitlines())) == (1, 1)
    changed = run(folder, "users", "set-tier", "ada@example.com", "institutional")
    assert "institutional" in changed.stdout
    listed = run(folder, "users", "list")
    assert listed.stdout.splitlines()[0].split() == ["email", "tier", "role", "created_at"]
    assert listed.stdout.splitlines()[1].split()[:3] == ["ada@example.com", "institutional", "subscriber"]
    assert "password" not in listed.stdout
    unknown = run(folder, "users", "set-tier", "eve@example.com", "free")
    assert (unknown.returncode, len(unknown.stderr.splitlines())) == (1, 1)


def test_an_operator_takes_a_second_factor_away_and_the_mail_is_in_the_outbox(folder: Path) -> None:
    run(folder, "users", "create", "ada@example.com", ALPINE_NEW_PASSWORD="several words of my own")
    assert run(folder, "mail", "list").stdout == "no mail\n"
    done = run(folder, "users", "reset-second-factor", "ada@example.com", "--json")
    assert (done.returncode, json.loads(done.stdout)[0]["email"]) == (0, "ada@example.com")
    (row,) = json.loads(run(folder, "mail", "list", "--json").stdout)
    assert (row["number"], row["state"], row["subject"]) == (1, "waiting", "Alpine: Second factor disabled")
    shown = run(folder, "mail", "show", "1").stdout
    assert "no longer needs a code" in shown
    for words in (["mail", "show", "9"], ["mail", "retry", "1"], ["users", "reset-second-factor", "eve@example.com"]):
        refused = run(folder, *words)
        assert (refused.returncode, refused.stdout, len(refused.stderr.splitlines())) == (1, "", 1)


def test_terms_are_shown_and_changed_by_name(folder: Path) -> None:
    shown = json.loads(run(folder, "tiers", "show", "--json").stdout)
    assert {"tier": "basic", "name": "api_per_minute", "value": 60} in shown
    done = run(folder, "tiers", "set", "basic", "price_cents=2900", "currency=EUR", "points=One thing; another")
    assert (done.returncode, done.stderr) == (0, "")
    lines = [line.split(maxsplit=2) for line in run(folder, "tiers", "show").stdout.splitlines()]
    assert ["basic", "price_cents", "2900"] in lines
    assert ["basic", "points", "One thing; another"] in lines
    refused = run(folder, "tiers", "set", "basic", "api_per_minute=601")
    assert (refused.returncode, len(refused.stderr.splitlines())) == (1, 1)
    assert "premium could do less than basic" in refused.stderr
    for words in (["basic", "price_cents"], ["basic", "name=a", "name=b"], ["gold", "name=a"], ["basic"]):
        assert run(folder, "tiers", "set", *words).returncode == 2


def test_a_short_password_is_refused(folder: Path) -> None:
    found = run(folder, "users", "create", "ada@example.com", ALPINE_NEW_PASSWORD="short")
    assert (found.returncode, len(found.stderr.splitlines())) == (1, 1)


def test_setup_makes_a_key_that_only_its_owner_can_read_and_keeps_it(tmp_path: Path) -> None:
    env_file = tmp_path / ".env"
    env_file.write_text("# ours\nALPINE_PORT=9009\n")
    env_file.chmod(0o644)
    made = run(tmp_path, "sync", "setup", "--show", "--json")
    key = json.loads(made.stdout)["key"]
    assert (len(key), int(key, 16) > 0) == (64, True)
    assert stat.S_IMODE(env_file.stat().st_mode) == 0o600
    assert env_file.read_text() == f"# ours\nALPINE_PORT=9009\nARGO_API_KEY={key}\n"
    kept = run(tmp_path, "sync", "setup")
    assert kept.stdout.startswith("kept: .env\n")
    assert key not in kept.stdout
    rotated = json.loads(run(tmp_path, "sync", "setup", "--rotate", "--show", "--json").stdout)["key"]
    assert env_file.read_text().splitlines()[-1] == f"ARGO_API_KEY={rotated},{key}"


def test_setup_installs_the_key_of_the_other_side(tmp_path: Path) -> None:
    (tmp_path / "provider.key").write_text("ab" * 32 + "\n")
    done = run(tmp_path, "sync", "setup", "--key-file", "provider.key")
    assert done.stdout.startswith("installed: .env\n")
    assert (tmp_path / ".env").read_text() == f"ARGO_API_KEY={'ab' * 32}\n"
    (tmp_path / "short.key").write_text("abc")
    refused = run(tmp_path, "sync", "setup", "--key-file", "short.key")
    assert (refused.returncode, len(refused.stderr.splitlines())) == (1, 1)


def test_an_audit_and_an_export_of_an_empty_record_are_empty(folder: Path) -> None:
    audited = run(folder, "ledger", "audit", "--json")
    assert (audited.returncode, json.loads(audited.stdout)) == (0, {"checked": 0, "findings": []})
    table = run(folder, "export", "signals", "--format", "csv")
    assert table.stdout.startswith("alpine_signal_id,received_at,signal_id,symbol")
    assert run(folder, "export", "signals", "-o", "all.jsonl").returncode == 0
    assert (folder / "all.jsonl").read_text() == ""


@pytest.mark.parametrize("words", [["health"], ["sync", "test"]])
def test_a_server_that_is_not_there_is_a_failed_check(tmp_path: Path, words: list[str]) -> None:
    found = run(tmp_path, *words, "--json", "--url", "http://127.0.0.1:9")
    assert (found.returncode, "Traceback" in found.stderr) == (1, False)
    assert "is the server running?" in found.stdout


def test_a_taken_address_is_one_line(folder: Path) -> None:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as taken:
        found = run(folder, "serve", "--port", str(taken.getsockname()[1]))
    assert (found.returncode, len(found.stderr.splitlines())) == (1, 1)
    assert "ALPINE_PORT" in found.stderr


def test_an_unknown_setting_names_the_nearest(tmp_path: Path) -> None:
    found = run(tmp_path, "users", "list", ALPINE_DATABSE_URL="x")
    assert found.stderr == "Error: unknown setting ALPINE_DATABSE_URL: did you mean ALPINE_DATABASE_URL?\n"


@pytest.mark.parametrize("url", ["foo", "ftp://127.0.0.1", "http://", "http://a b", "file:///etc/passwd"])
@pytest.mark.parametrize("words", [["health"], ["sync", "test"]])
def test_an_address_that_is_none_is_one_line(tmp_path: Path, words: list[str], url: str) -> None:
    found = run(tmp_path, *words, "--url", url)
    assert (found.returncode, found.stdout, len(found.stderr.splitlines())) == (1, "", 1)
    assert "write it as http://127.0.0.1:9001" in found.stderr


def test_a_key_file_that_holds_no_text_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "binary.key").write_bytes(bytes(range(256)))
    for name in ("binary.key", str(tmp_path)):
        found = run(tmp_path, "sync", "setup", "--key-file", name)
        assert (found.returncode, found.stdout, len(found.stderr.splitlines())) == (1, "", 1)
    nowhere = run(tmp_path, "sync", "setup", "--env-file", str(tmp_path / "missing" / ".env"))
    assert (nowhere.returncode, len(nowhere.stderr.splitlines())) == (1, 1)


def test_an_export_that_fails_leaves_the_file_as_it_was(tmp_path: Path, folder: Path) -> None:
    kept = folder / "all.jsonl"
    kept.write_text("the export of yesterday")
    broken = run(folder, "export", "signals", "-o", "all.jsonl", ALPINE_DATABASE_URL="sqlite+aiosqlite:///none.db")
    assert (broken.returncode, len(broken.stderr.splitlines()), kept.read_text()) == (1, 1, "the export of yesterday")
    assert sorted(path.name for path in folder.iterdir()) == ["all.jsonl", "data"]
    assert run(folder, "export", "signals", "-o", "all.jsonl").returncode == 0
    assert kept.read_text() == ""
    assert run(folder, "export", "signals", "-o", "/dev/stdout").stdout == ""
    nowhere = run(folder, "export", "signals", "-o", "missing/all.jsonl")
    assert (nowhere.returncode, len(nowhere.stderr.splitlines())) == (1, 1)


async def test_signals_without_a_place_in_a_log_are_listed_for_operators(folder: Path) -> None:
    assert run(folder, "ledger", "unlogged").stdout == "every signal is logged\n"
    database = await Database.open(f"sqlite+aiosqlite:///{folder}/data/alpine.db")
    await SqlSignalStore(database).store([sample_verified("SIG-BARE")], MOMENT)
    await database.close()
    (row,) = json.loads(run(folder, "ledger", "unlogged", "--json").stdout)
    assert row == {
        "signal_id": "SIG-BARE",
        "symbol": "AAPL",
        "scheme": "jcs-1",
        "received_at": "2026-03-02T15:00:00+00:00",
    }


async def test_alarms_are_listed_and_are_a_failed_check(folder: Path) -> None:
    assert (run(folder, "alarms").returncode, run(folder, "alarms").stdout) == (0, "no alarm\n")
    database = await Database.open(f"sqlite+aiosqlite:///{folder}/data/alpine.db")
    store = SqlSignalStore(database)
    first, other = sample_verified("SIG-1"), sample_verified("SIG-1", confidence=1.0)
    await store.store([first, other, other], MOMENT)
    await database.close()
    found = run(folder, "alarms", "--json")
    assert (found.returncode, json.loads(found.stdout)) == (
        1,
        [
            {
                "number": 1,
                "kind": "signal_conflict",
                "subject": "SIG-1",
                "stored": first.verification_hash,
                "offered": other.verification_hash,
                "raised_at": "2026-03-02T15:00:00+00:00",
            }
        ],
    )
    assert run(folder, "alarms").stdout.splitlines()[1].split()[:3] == ["1", "signal_conflict", "SIG-1"]
