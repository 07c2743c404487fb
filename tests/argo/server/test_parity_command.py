"""`argo parity` over the files of a real generator and a real executor, and the job that does the same each day."""

from __future__ import annotations

import json
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from argo_core.errors import DataError
from argo_core.pipeline.receive_marks import received_marks
from argo_server.jobs.parity import comparison_of
from argo_server.services import ExecutorServices, Services
from argo_server.settings import Settings, executor_role, load_settings, own_credential
from argo_server.wiring.executor import open_executor
from argo_server.wiring.generator import open_services
from argo_server.wiring.records import upgrade_database
from tests.argo.server.executors import KEY
from tests.commands import run_command

CYCLES = 20


def settings_of(folder: Path, cache: Path) -> Settings:
    """A generator's file, and beside it that of its executor, as `argo serve --role all` lays them."""
    generator = {
        "signal_generation": {"symbols": ["AAPL", "TSLA", "AMD"], "distribute_to": ["argo"]},
        "database": {"path": "generator.db"},
        "distribution": {"executors": {"argo": "http://127.0.0.1:9"}},
    }
    executor = {
        "executor": {"id": "argo"},
        "trading": {"auto_execute": True},
        "alpaca": {"api_key": "REGULAR-1", "secret_key": "s"},
        "database": {"path": "executor.db"},
    }
    (folder / "generator.json").write_text(json.dumps(generator))
    (folder / "argo.json").write_text(json.dumps(executor))
    return load_settings(environment(cache), folder / "generator.json")


def environment(cache: Path) -> dict[str, str]:
    return {"ARGO_CACHE_DIR": str(cache), "ARGO_DISTRIBUTION_KEY": KEY}


async def live(services: Services, executing: ExecutorServices) -> None:
    """Cycles, each delivered and traded before the next."""
    await executing.minder.recover()
    for _ in range(CYCLES):
        await services.generator.run_once()
        pending = await services.outbox.pending("executor.argo", 500)
        for each in pending:
            body = each.message.payload
            if each.message.key.startswith("marks:"):
                await executing.executor.mark(received_marks(body))
            else:
                await executing.executor.receive(body)
        await executing.executor.work()
        await services.outbox.mark_delivered([each.position for each in pending], services.clock.now())


def argo_parity(folder: Path, cache: Path, *words: str) -> subprocess.CompletedProcess[str]:
    env = {"ARGO_CONFIG": str(folder / "generator.json"), "PATH": "/usr/bin:/bin", **environment(cache)}
    return run_command("argo", ["parity", *words], folder, env)


async def test_a_lived_day_is_compared_by_the_command_and_by_the_job(tmp_path: Path, cache: Path) -> None:
    settings = settings_of(tmp_path, cache)
    await upgrade_database(settings)
    role = executor_role(load_settings(environment(cache), tmp_path / "argo.json"), "argo")
    async with open_services(settings) as services:
        async with open_executor(role, own_credential(role, {})) as executing:
            await live(services, executing)
        day = services.clock.now().date()
        (report,) = await services.parity.run(day, "argo")
        assert (report.executor_id, report.differences, report.score) == ("argo", (), 1.0)
        assert report.fills.compared > 0
        with pytest.raises(DataError, match="no cycle ran on 2020-01-01"):
            await services.parity.run(datetime(2020, 1, 1, tzinfo=UTC).date(), None)
        await comparison_of(services)()  # yesterday: nothing ran, which is said and is no failure
        assert await services.parity.reports.newest() == (report,)
    told = argo_parity(tmp_path, cache, "--day", day.isoformat())
    assert (told.returncode, told.stderr) == (0, "")
    assert told.stdout.startswith(f"{day}, argo: 100.00 % (")
    require_exit_below_the_least_score(tmp_path, cache, day.isoformat())


def require_exit_below_the_least_score(folder: Path, cache: Path, day: str) -> None:
    """The generator's threshold is another one since: signals differ, and the command says so by its exit status."""
    path = folder / "generator.json"
    document: dict[str, Any] = json.loads(path.read_text())
    document["signal_generation"]["min_confidence"] = 90.0
    path.write_text(json.dumps(document))
    strict = argo_parity(folder, cache, "--day", day, "--json")
    (report,) = json.loads(strict.stdout)
    assert strict.returncode == 1
    assert report["score"] < 0.98
    assert "settings_changed" in {each["cause"] for each in report["differences"]}
