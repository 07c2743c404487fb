"""A running executor follows what tightens in its file, and nothing else."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

from argo_core.adapters.sql import Database
from argo_core.adapters.sql.configuration_log import SqlConfigurationLog
from argo_core.testing.sample_bodies import marks_body_of
from argo_core.testing.sample_cycles import MOMENT
from argo_server.web.machine_key import MARKS
from tests.argo.server.executors import PROP_FIRM, REGULAR
from tests.argo.server.web.executor_parts import AUTH, RunningExecutor, running_executor


async def changed(executor: RunningExecutor, folder: Path, **sections: dict[str, Any]) -> tuple[str, ...]:
    """What takes effect of the file with these sections changed; or the words of its refusal."""
    path = folder / "config.json"
    document = json.loads(path.read_text())
    path.write_text(
        json.dumps({**document, **{name: {**document.get(name, {}), **of} for name, of in sections.items()}})
    )
    status = await executor.services.reloader.reload()
    return status.changed if status.error is None else (status.error,)


async def test_a_tightened_limit_denies_the_next_signal_and_loosening_it_again_waits_for_a_restart(
    tmp_path: Path,
) -> None:
    async with running_executor(tmp_path) as executor:
        await executor.trade("s-1", "AAPL")
        assert await changed(executor, tmp_path, trading={"min_confidence": 90.0}) == ("trading.min_confidence",)
        await executor.trade("s-2", "NVDA")
        counts = await executor.services.reader.counts()
        assert (counts.allowed, counts.denied) == (1, 1)
        assert await changed(executor, tmp_path, trading={"min_confidence": 80.0}) == ()
        status = executor.services.reloader.status
        assert status is not None and "trading.min_confidence" in status.waiting
        await executor.trade("s-3", "TSLA")
        assert (await executor.services.reader.counts()).denied == 2


async def test_a_daily_loss_limit_that_comes_nearer_counts_what_was_lost_on_the_day_already(tmp_path: Path) -> None:
    async with running_executor(tmp_path) as executor:
        await executor.price("AAPL", 175.25)
        await executor.trade("s-1", "AAPL")
        fallen = marks_body_of("AAPL", [(MOMENT + timedelta(minutes=1), 174.0, 174.0, 174.0, 174.0)], "1m")
        assert (await executor.client.post(MARKS, content=fallen, headers=AUTH)).status_code == 200
        await executor.services.minder.check()
        assert (await executor.status())["risk"]["level"] == "NORMAL"
        assert await changed(executor, tmp_path, trading={"daily_loss_limit_pct": 0.01}) == (
            "trading.daily_loss_limit_pct",
        )
        await executor.services.minder.check()
        await executor.trade("s-2", "NVDA")
        assert (await executor.services.reader.counts()).denied == 1
        assert (await executor.status())["risk"]["level"] == "CRITICAL"


async def test_limits_beside_a_prop_firms_rules_only_tighten_while_it_runs(tmp_path: Path) -> None:
    async with running_executor(tmp_path, PROP_FIRM) as executor:
        limits = {"max_positions": 1, "min_confidence": 95.0}
        assert await changed(executor, tmp_path, prop_firm={"risk_limits": limits}) == ("prop_firm.risk_limits",)
        assert await changed(executor, tmp_path, prop_firm={"risk_limits": {**limits, "max_positions": 9}}) == ()
        await executor.trade("s-1", "AAPL")
        assert (await executor.services.reader.counts()).denied == 1


async def test_a_file_with_which_no_executor_would_start_changes_nothing_and_accepted_ones_have_a_history(
    tmp_path: Path,
) -> None:
    async with running_executor(tmp_path, {**REGULAR, "database": {"path": "executor.db"}}) as executor:
        groups = {"a": ["AAPL"], "b": ["AAPL"]}
        (refusal,) = await changed(executor, tmp_path, trading={"min_confidence": 90.0, "correlation_groups": groups})
        assert refusal.startswith("trading.correlation_groups: AAPL is in a and in b")
        await executor.trade("s-1", "AAPL")
        assert (await executor.services.reader.counts()).allowed == 1
        await changed(executor, tmp_path, trading={"correlation_groups": {}})
    database = await Database.open(f"sqlite+aiosqlite:///{tmp_path / 'executor.db'}")
    history = (await SqlConfigurationLog(database).history(str((tmp_path / "config.json").resolve()), 10)).items
    await database.close()
    assert [(one.cause.value, one.changed) for one in history] == [
        ("change", ("trading.min_confidence",)),
        ("start", ()),
    ]
