"""A replay votes with the answers that a live run kept, each from the moment on at which the model had given it."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from argo_core.adapters.sql import Database, SqlOpinionLog
from argo_core.errors import ConfigError
from argo_core.model.decision import Decision
from argo_core.testing.contracts.opinion_log import sample_answer
from argo_server.settings import Settings, load_settings
from argo_server.wiring.check import check_settings
from argo_server.wiring.generator import open_services
from argo_server.wiring.records import upgrade_database

RECORDED = datetime(2026, 11, 18, 15, 0, tzinfo=UTC)
"""By the wall clock; the market of the answers is the replay's."""


def settings_of(folder: Path, name: str, replay: dict[str, Any]) -> Settings:
    config = folder / f"{name}.json"
    sections = {
        "signal_generation": {"symbols": ["AAPL"], "price_change_threshold": 0.0, "min_confidence": 1.0},
        "data_sources": {"weights": {"alpaca_pro": 0.05, "yfinance": 0.05, "x_sentiment": 0.45, "sonar": 0.45}},
        "replay": {"start": "2018-11-01", "end": "2018-12-01", **replay},
        "database": {"path": f"{name}.db"},
    }
    config.write_text(json.dumps(sections))
    return load_settings({"ARGO_CACHE_DIR": str(folder / "cache")}, config)


async def first_decisions(settings: Settings, cycles: int) -> list[Decision]:
    """What is decided about AAPL in the first cycles."""
    await upgrade_database(settings)
    async with open_services(settings) as services:
        reports = [await services.generator.run_once() for _ in range(cycles)]
    return [decision for report in reports for decision in report.record.decisions]


def told_by(decision: Decision, source: str) -> str:
    """Its direction, or why it is absent."""
    absences = {absence.source: absence.reason for absence in decision.absences}
    return absences.get(source) or next(vote.direction for vote in decision.votes if vote.source == source)


async def test_the_models_vote_with_what_was_kept_and_not_before_it_was_said(tmp_path: Path) -> None:
    silent = await first_decisions(settings_of(tmp_path, "silent", {}), 3)
    assert [told_by(each, "sonar") for each in silent] == ["no recording"] * 3
    times = [each.as_of for each in silent]
    live = settings_of(tmp_path, "live", {})
    await upgrade_database(live)
    database = await Database.open(live.database_url)
    try:
        log = SqlOpinionLog(database)
        taking = times[1] - times[0] + timedelta(seconds=1)
        slow: dict[str, Any] = {"market_as_of": times[0], "asked_at": RECORDED, "answered_at": RECORDED + taking}
        quick: dict[str, Any] = {"market_as_of": times[1], "asked_at": RECORDED, "answered_at": RECORDED}
        await log.keep(sample_answer(source="x_sentiment", confidence=80.0, **slow))
        await log.keep(sample_answer(source="sonar", direction=-1, confidence=80.0, **quick))
    finally:
        await database.close()
    replayed = await first_decisions(settings_of(tmp_path, "replay", {"recordings": "live.db"}), 3)
    assert [each.as_of for each in replayed] == times
    assert [told_by(each, "sonar") for each in replayed][:2] == ["no recording", "SHORT"]
    assert [told_by(each, "x_sentiment") for each in replayed][:2] == ["no recording", "no recording"]
    assert told_by(replayed[2], "x_sentiment") in ("LONG", "aged out")
    (vote,) = [each for each in replayed[1].votes if each.source == "sonar"]
    assert (vote.price, vote.evidence["price_when_asked"], vote.rationale) == (
        None, 271.3, "Raised guidance — 10 % above.",
    )  # fmt: skip


def test_recordings_that_are_not_there_refuse_the_start_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"^replay\.recordings nowhere\.db: there is no such file"):
        check_settings(settings_of(tmp_path, "replay", {"recordings": "nowhere.db"}))


async def test_a_file_that_is_no_database_of_ours_is_refused_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "other.db").write_bytes(b"")
    settings = settings_of(tmp_path, "replay", {"recordings": "other.db"})
    await upgrade_database(settings)
    with pytest.raises(ConfigError, match=r"^replay\.recordings other\.db: "):
        async with open_services(settings):
            pass


async def test_a_period_without_one_answer_refuses_the_start(tmp_path: Path) -> None:
    live = settings_of(tmp_path, "live", {})
    await upgrade_database(live)
    with pytest.raises(ConfigError, match="no answer was given between 2018-11-01 and 2018-12-01"):
        await first_decisions(settings_of(tmp_path, "replay", {"recordings": "live.db"}), 1)
