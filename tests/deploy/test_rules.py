"""What is judged without a process: the list, the schema rule, health, sides, plans and the order of the gates."""

from __future__ import annotations

import socket
import threading
import zipfile
from pathlib import Path
from typing import Any

import pytest

from deploy.errors import Refused
from deploy.gates import AFTER_NAME, BEFORE, Attempt, Gate, explicit_confirmation, pass_gates
from deploy.health import ask, first_fault, is_whole, judged
from deploy.plan import Plan, load_plan
from deploy.release import _unpack, is_shipped, never_deployed
from deploy.schema_rule import takes_away
from deploy.sides import active_side, write_sides
from tests.deploy.front import ROOT

EXAMPLES = ROOT / "deploy" / "environment"
MIGRATIONS = sorted((ROOT / "migrations").glob("*/versions/*.py"))
COMMIT = "3fab3a2" + "0" * 33


@pytest.fixture(name="plan")
def example_plan(tmp_path: Path) -> Plan:
    file = tmp_path / "argo.toml"
    text = (EXAMPLES / "argo-deploy.toml.example").read_text()
    file.write_text(text.replace("/etc/nginx/", f"{tmp_path}/").replace('"/srv/argo"', f'"{tmp_path}/argo"'))
    return load_plan(file)


@pytest.mark.parametrize(
    "path",
    [
        "tests/argo/test_x.py", "argo_core/testing/contracts/store.py", "scripts/local_setup.sh",
        "argo_core/fixtures/a.json", "argo/scripts/execute_test_trade.py", "enable_full_trading.py",
        "docs/LOCAL_SETUP.md", "config.dev.json", ".env",
        "argo_server/keys/log.key", "argo_core/x/test_deep.py", "argo.db", "examples/demo/system.py",
    ],
)  # fmt: skip
def test_tests_local_scripts_fixtures_and_settings_are_never_deployed(path: str) -> None:
    assert not is_shipped(path)


@pytest.mark.parametrize(
    "path",
    ["argo_core/pipeline/trade_test.py", "argo_server/cli/serve.py", "argo_server-0.1.0.dist-info/METADATA",
     "alpine_web/migrations/versions/0001_live_path.py", "alpine_web/static/site.css"],
)  # fmt: skip
def test_what_the_program_needs_is_deployed(path: str) -> None:
    assert is_shipped(path)


def test_a_test_that_travels_in_a_wheel_does_not_reach_a_side(tmp_path: Path) -> None:
    wheel = tmp_path / "x.whl"
    with zipfile.ZipFile(wheel, "w") as packed:
        for name in ("argo_core/signal.py", "argo_core/testing/fakes.py", "tests/test_x.py"):
            packed.writestr(name, "x = 1\n")
    assert _unpack(wheel, tmp_path / "code") == 1
    assert [path.name for path in (tmp_path / "code").rglob("*.py")] == ["signal.py"]
    assert len(never_deployed()) > 20


@pytest.mark.parametrize("path", MIGRATIONS, ids=lambda path: f"{path.parts[-3]}-{path.stem}")
def test_every_migration_only_adds_so_that_the_release_before_can_work_on_it(path: Path) -> None:
    assert takes_away(path.read_text("utf-8")) == []


@pytest.mark.parametrize(
    ("upgrade", "named"),
    [
        ('op.drop_column("signals", "x")', "drop_column"),
        ('op.execute("DROP TABLE signals")', "DROP TABLE"),
        ('op.execute("ALTER TABLE signals RENAME COLUMN a TO b")', "ALTER TABLE signals RENAME"),
        (
            'op.add_column("signals", sa.Column("x", sa.Text, nullable=False))',
            "add_column nullable=False without server_default",
        ),
    ],
)  # fmt: skip
def test_a_migration_that_takes_away_is_named(upgrade: str, named: str) -> None:
    assert takes_away(f"def upgrade():\n    {upgrade}\n") == [named]
    assert takes_away(f"def upgrade():\n    {upgrade}\n    op.execute('INSERT INTO schema_floor VALUES (7)')\n") == []
    assert takes_away(f"def downgrade():\n    {upgrade}\n") == []


def argo_report(**changed: Any) -> dict[str, Any]:
    """A report of the generator's health, all well after a day."""
    performance = {
        "avg_signal_generation_time": 0.12, "total_cache_hits": 9000, "total_cache_misses": 1000,
        "cache_hit_rate": 90.0, "total_symbols_processed": 20_000, "skip_rate": 40.0, "avg_api_latency": 0.15,
    }  # fmt: skip
    sources = {
        "massive": {"circuit_breaker": changed.pop("breaker", "closed"), "status": changed.pop("source", "healthy")}
    }
    receivers = {"distributor": {"state": changed.pop("receiver", "delivering"), "last_error": None}}
    services = {
        "database": changed.pop("database", "healthy"),
        "receivers": receivers,
        "ledger": changed.pop("log", {"state": "signing", "words": None, "witnesses": []}),
        "integrity": changed.pop("checks", [{"kind": "sample", "success": True}]),
        "data_sources": {"sources": sources},
        "performance": performance | {name: changed.pop(name) for name in list(changed) if name in performance},
    }
    report = {"status": "healthy", "version": "1", "throughput_ops_s": 1.0, "uptime_seconds": 86_400.0}
    return {**report, "services": services, **changed}


def test_a_side_on_which_everything_holds_is_whole() -> None:
    checks = judged("argo", argo_report())
    assert is_whole(checks)
    assert [check.ok for check in checks] == [True] * 12
    assert checks[-1].name == "status"


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"status": "degraded"}, "status: degraded"),
        ({"database": "unhealthy"}, "database: unhealthy"),
        ({"receiver": "unreachable"}, "receiver distributor: unreachable"),
        ({"avg_signal_generation_time": 0.31}, "mean generation: 0.310 s, below 0.3 s wanted"),
        ({"cache_hit_rate": 79.0}, "hit rate: 79.0 %, 80 to 100 % wanted"),
        ({"skip_rate": 29.0}, "skip rate: 29.0 %, 30 to 50 % wanted"),
        ({"skip_rate": 51.0}, "skip rate: 51.0 %, 30 to 50 % wanted"),
        ({"avg_api_latency": 0.2}, "vendor latency: 0.200 s, below 0.2 s wanted"),
        ({"breaker": "open"}, "breakers: open: massive"),
        ({"source": "degraded"}, "sources: massive degraded"),
        ({"log": {"state": "refused", "words": "mend the key", "witnesses": []}}, "log: mend the key"),
        (
            {"log": {"state": "signing", "words": None, "witnesses": [{"last_error": "no cosignature"}]}},
            "log: no cosignature",
        ),
        ({"checks": [{"kind": "full", "success": False}]}, "integrity: rows fail the check: full"),
    ],
)
def test_one_figure_out_of_range_is_not_whole_and_is_named(changed: dict[str, Any], named: str) -> None:
    report = argo_report(**changed)
    if changed.get("status") is None:
        report["status"] = "degraded"  # what names the cause is told before it
    assert first_fault(judged("argo", report)) == named


def test_a_figure_that_traffic_does_not_allow_yet_holds_nothing_up() -> None:
    young = argo_report(
        uptime_seconds=5.0, total_cache_hits=1, total_cache_misses=9, cache_hit_rate=10.0,
        total_symbols_processed=10, skip_rate=0.0, avg_api_latency=None,
    )  # fmt: skip
    checks = judged("argo", young)
    assert is_whole(checks)
    assert sorted(check.name for check in checks if check.ok is None) == [
        "hit rate", "mean generation", "skip rate", "vendor latency",
    ]  # fmt: skip


def test_a_distributor_is_whole_if_it_is_healthy_and_takes_deliveries() -> None:
    assert is_whole(judged("alpine", {"status": "healthy", "taking_deliveries": True}))
    assert first_fault(judged("alpine", {"status": "degraded", "taking_deliveries": True})) == "status: degraded"
    assert first_fault(judged("alpine", {"status": "healthy", "taking_deliveries": False})).startswith("deliveries")
    assert first_fault(judged("alpine", None)) == "answers: it does not answer"


@pytest.mark.parametrize("entity", ["argo", "alpine"])
@pytest.mark.parametrize(
    ("report", "named"),
    [
        ({"detail": "give the console's password"}, "give the console's password"),
        ({"status": "healthy", "services": None}, "Error: "),
        ({}, "KeyError: "),
    ],
)
def test_an_answer_that_is_no_health_is_a_failed_check(entity: str, report: dict[str, Any], named: str) -> None:
    fault = first_fault(judged(entity, report))
    assert fault.startswith("report: it answers something else than its health: ")
    assert named in fault


def test_a_peer_that_speaks_no_http_does_not_answer() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:

        def speak() -> None:
            with server.accept()[0] as peer:
                peer.recv(1024)
                peer.sendall(b"220 mail.example.com ready\r\n")

        speaking = threading.Thread(target=speak)
        speaking.start()
        assert ask(server.getsockname()[1], "/health") is None
        speaking.join()


def attempt(plan: Plan, confirmation: str | None) -> Attempt:
    return Attempt(plan, "blue", "green", COMMIT, confirmation)


def test_there_are_eleven_gates_in_the_order_that_was_agreed() -> None:
    assert [*[gate.name for gate in BEFORE], AFTER_NAME] == [
        "changes identified", "scope verified", "tests", "lint", "build", "staging", "environment", "quality",
        "health before", "explicit confirmation", "100 % health after",
    ]  # fmt: skip
    assert [gate.number for gate in BEFORE] == list(range(1, 11))


def test_the_first_gate_that_does_not_open_ends_the_deployment(plan: Plan) -> None:
    looked: list[int] = []

    def gate(number: int, fault: str = "") -> Gate:
        def look(_: Attempt) -> str:
            looked.append(number)
            if fault:
                raise Refused(fault)
            return "fine"

        return Gate(number, f"gate of number {number}", look)

    told: list[str] = []
    with pytest.raises(Refused, match="gate 2, gate of number 2: the lint is wrong"):
        pass_gates(attempt(plan, None), (gate(1), gate(2, "the lint is wrong"), gate(3)), told.append)
    assert looked == [1, 2]
    assert told == ["gate  1 gate of number 1: ok: fine", "gate  2 gate of number 2: REFUSED: the lint is wrong"]


@pytest.mark.parametrize("given", [None, "", "3fab3a", "3fab3a3", "yes"])
def test_only_the_commit_itself_confirms(plan: Plan, given: str | None) -> None:
    with pytest.raises(Refused, match="confirm with --confirm 3fab3a2"):
        explicit_confirmation(attempt(plan, given))
    assert explicit_confirmation(attempt(plan, COMMIT[:7])) == "3fab3a2 was named"


def test_the_active_side_is_what_was_last_written(plan: Plan) -> None:
    assert active_side(plan) is None
    for side in ("blue", "green", "blue"):
        write_sides(plan, side)
        assert active_side(plan) == side
    plan.sides_file.write_text("upstream argo_active { server 127.0.0.1:8002; }\n")
    with pytest.raises(Refused, match="does not say which side is active"):
        active_side(plan)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (('entity = "argo"', 'entity = "both"'), "entity is 'both': write alpine or argo"),
        (("green_port = 8003", "green_port = 8002"), "each side needs its own"),
        (("watch_seconds = 3600", 'watch_seconds = "an hour"'), "write a number"),
        (('lint = "make lint"', 'lint = ""'), "a gate that runs nothing is none"),
        (('root = ', 'rot = '), "unknown key 'rot'"),
        (("watch_seconds = 3600", "generators = 0"), "generators is 0: write 1, or for argo how many share its"),
        (
            ("green_port = 8003", "green_port = 8006\ngenerators = 3"),
            r"every second port: \[8002, 8004, 8006, 8006, 8008, 8010\] meet",
        ),
        (
            ("keep_releases = 5", "keep_releases = 1"),
            "keep_releases is 1: the active one and the one before make two",
        ),
        (('blue_port = 8002\n', ''), "missing 1 required keyword-only argument: 'blue_port'"),
    ],
)  # fmt: skip
def test_a_plan_that_cannot_be_followed_is_refused_in_one_line(
    tmp_path: Path, change: tuple[str, str], why: str
) -> None:
    file = tmp_path / "deploy.toml"
    file.write_text((EXAMPLES / "argo-deploy.toml.example").read_text().replace(*change))
    with pytest.raises(Refused, match=why) as refusal:
        load_plan(file)
    assert "\n" not in str(refusal.value)
