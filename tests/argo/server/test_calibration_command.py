"""`argo calibration` over a database: resolved signals in, reliability and skill out, nothing applied."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from argo_core.adapters.sql import Database, SqlResolvedReader, SqlSignalLog
from argo_core.ledger import SCHEME, signal_hash
from argo_core.model.outcome import Outcome
from argo_core.model.outcome import Result as Ending
from argo_core.model.resolved import ResolvedSignal
from argo_core.model.signal import SealedSignal
from argo_core.testing.sample_cycles import sample_cycle
from argo_server.cli.main import argo
from argo_server.settings import load_settings
from argo_server.wiring.records import upgrade_database
from tests.argo.backtest.resolved_samples import judged_by_two


def sealed(each: ResolvedSignal) -> SealedSignal:
    digest = signal_hash(each.signal.hashed_fields())
    return SealedSignal(signal=each.signal, scheme=SCHEME, verification_hash=digest)


def outcome(each: ResolvedSignal) -> Outcome:
    return Outcome(
        signal_id=each.signal.signal_id,
        symbol=each.signal.symbol,
        signal_timestamp=each.signal.timestamp,
        outcome="win" if each.won else "loss",
        result=Ending.TARGET if each.won else Ending.STOP,
        exit_price=100.0,
        exit_at=each.resolved_at,
        profit_loss_pct=each.profit_loss_pct or 0.0,
    )


async def fill(samples: list[ResolvedSignal]) -> None:
    settings = load_settings()
    await upgrade_database(settings)
    database = await Database.open(settings.database_url)
    try:
        log = SqlSignalLog(database)
        await log.append(sample_cycle("c1", signals=[sealed(each) for each in samples]))
        await log.append(sample_cycle("c2", outcomes=[outcome(each) for each in samples]))
        assert await SqlResolvedReader(database).count() == len(samples)
    finally:
        await database.close()


def run(folder: Path, samples: list[ResolvedSignal], *words: str) -> Result:
    with pytest.MonkeyPatch.context() as world:
        world.chdir(folder)
        world.setenv("ARGO_DATABASE_URL", f"sqlite+aiosqlite:///{folder}/signals.db")
        asyncio.run(fill(samples))
        return CliRunner().invoke(argo, ["calibration", *words])


def test_reliability_and_skill_of_stored_outcomes(tmp_path: Path) -> None:
    samples = judged_by_two(4, 420)
    done = run(tmp_path, samples, "--json")
    assert done.exit_code == 0, done.output
    found = json.loads(done.stdout)
    overall = found["calibration"]["overall"]
    assert (found["calibration"]["resolved"], overall["wins"]) == (420, sum(each.won for each in samples))
    assert overall["judged"] == 220
    assert 0 < overall["brier"] < 0.25
    assert [each["source"] for each in found["skill"]["sources"]] == ["good", "coin"]
    assert sum(each["proposed"] for each in found["skill"]["proposals"]) == pytest.approx(1.0)


def test_few_outcomes_are_told_as_few(tmp_path: Path) -> None:
    done = run(tmp_path, judged_by_two(4, 12))
    assert done.exit_code == 0
    assert "12 signals are resolved; a win probability is told from 200 on" in done.stdout
    assert "suggest" not in done.stdout
