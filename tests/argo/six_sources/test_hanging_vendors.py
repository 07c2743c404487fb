"""A vendor that never answers, or drips: the cycle goes on within its deadline, and nobody's vote is made up."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import pytest

from argo_core.model.decision import Decision
from tests.argo.six_sources.fault_rows import HANGING
from tests.argo.six_sources.rig import SOURCES, Six, six_sources, told

CYCLE_MS = 4_000.0
"""An interval is 5 s; the race has 2 s, and a source at most so long that its cycle ends within four fifths."""
REASONS = {
    "alpaca_pro": {"race lost"},
    "massive": {"timeout"},
    "yfinance": {"timeout"},
    "alpha_vantage": {"no data", "not expected", "call saved"},
    "x_sentiment": {"no data", "aged out", "not expected", "call saved"},
    "sonar": {"no data", "aged out", "not expected", "call saved"},
}
OLDER = {"LONG", "SHORT", "NEUTRAL", "aged out", "stale"}
ROUNDS = {"x_sentiment": 22, "sonar": 22}


@pytest.mark.parametrize(
    ("source", "fault"),
    [
        pytest.param(source, fault, marks=[] if (source, fault) == ("alpaca_pro", "time-out") else pytest.mark.slow)
        for source in SOURCES
        for fault in HANGING
    ],
)
async def test_a_vendor_that_hangs_holds_no_cycle_up(source: str, fault: str, tmp_path: Path) -> None:
    async with six_sources(tmp_path) as six:
        if source == "alpha_vantage":
            six.vendors[source].fail(fault)
        if source == "massive":
            six.vendors["alpaca"].fail("500")
        await six.warm(6)
        voting = {vote.source for vote in (await six.cycle_decisions(31.0))[0].votes}
        since = six.clock.now()
        six.vendors[SOURCES[source]].fail(fault)
        decisions: list[Decision] = []
        for _ in range(ROUNDS.get(source, 4)):
            report = await six.cycle(31.0)
            assert report.duration_ms < CYCLE_MS
            decisions.extend(report.record.decisions)
        for decision in decisions:
            assert not [vote for vote in decision.votes if vote.source == source and vote.observed_at > since]
            heard = {vote.source for vote in decision.votes} | set(decision.saved_calls)
            assert voting - {source} <= heard | ({"yfinance"} if source == "yfinance" else set())
        assert {told(decision)[source] for decision in decisions} <= REASONS[source] | OLDER
        assert {told(decision)[source] for decision in decisions} & REASONS[source]


@pytest.mark.slow
async def test_the_breaker_of_a_vendor_that_hangs_opens_and_closes(tmp_path: Path) -> None:
    async with six_sources(tmp_path) as six:
        await six.warm(3)
        six.vendors["yahoo"].fail("time-out")
        await until(six, "open", after_seconds=31.0)
        six.vendors["yahoo"].fail(None)
        await until(six, "closed", after_seconds=61.0)


async def until(six: Six, breaker: str, after_seconds: float) -> None:
    """Cycles until yfinance's breaker is in that state; each attempt takes the ten seconds of a real one."""
    deadline = time.monotonic() + 120.0
    while six.path("yfinance").breaker != breaker:
        assert time.monotonic() < deadline, six.path("yfinance")
        await six.cycle(after_seconds)
        await asyncio.sleep(0.2)
