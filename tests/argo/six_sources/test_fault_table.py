"""Every source under every fault, on the whole cycle: no cycle fails, no false vote is cast, and it is told in words.

The table of what a fault is told as, and whether the breaker counts it, stands in `fault_rows`. A slice of it runs with
every `make test`, another one each time; the whole with `make test-long`.
"""

from __future__ import annotations

import json
import os
import random
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from argo_core.model.decision import Decision
from tests.argo.peers.faults import FAULTS
from tests.argo.six_sources.fault_rows import (
    HANGING,
    LATE,
    LATE_SECONDS,
    MODELS,
    NOT_APPLICABLE,
    SILENT_REASONS,
    Row,
    row_of,
)
from tests.argo.six_sources.rig import SOURCES, SYMBOLS, Six, six_sources, told
from tests.argo.six_sources.truth import Before, is_true

CELLS = [
    (source, fault)
    for source in SOURCES
    for fault in FAULTS
    if fault not in HANGING and (source, fault) not in NOT_APPLICABLE
]
SLICE = 6
ROUNDS = {"alpha_vantage": 8, "x_sentiment": 26, "sonar": 26}
"""Cycles of 31 s under the fault: language models are asked every 90 and 120 s, and their last answers age."""
FULL = os.environ.get("TEST_COUNTS", "slice") != "slice"


@pytest.mark.slow
@pytest.mark.parametrize(("source", "fault"), CELLS)
async def test_a_fault_fails_no_cycle_and_casts_no_false_vote(source: str, fault: str, tmp_path: Path) -> None:
    await withstood(source, fault, tmp_path)


@pytest.mark.skipif(FULL, reason="the whole table runs")
@pytest.mark.parametrize("place", range(SLICE))
async def test_a_slice_of_the_fault_table(place: int, tmp_path: Path) -> None:
    source, fault = random.sample(CELLS, SLICE)[place]  # pytest-randomly seeds it and says how to repeat it
    await withstood(source, fault, tmp_path)


@pytest.mark.parametrize("source", list(SOURCES))
async def test_a_host_that_no_name_server_knows_is_told_and_the_others_vote(source: str, tmp_path: Path) -> None:
    async with six_sources(tmp_path, urls={SOURCES[source]: "http://vendor.invalid"}) as six:
        if source == "massive":
            six.vendors["alpaca"].fail("500")
        decisions = [each for _ in range(ROUNDS.get(source, 7)) for each in await six.cycle_decisions(31.0)]
        decisions.extend(await asked_about_everybody(six, source))
        for decision in decisions[len(SYMBOLS) * 3 :]:
            assert told(decision)[source] in {"vendor error", "breaker open", "not expected", "call saved"}
            assert len({vote.source for vote in decision.votes} | set(decision.saved_calls)) >= 3
        assert "open" in six.path(source).transitions
        assert "cannot be reached" in str(six.path(source).last_error)
        assert "cannot be reached" in await six.page("/sources")


async def withstood(source: str, fault: str, folder: Path) -> None:
    """One cell of the table, from health over the fault back to health."""
    row = row_of(source, fault)
    async with six_sources(folder) as six:
        await ready(six, source, fault)
        before = await healthy(six, source)
        six.vendors[SOURCES[source]].fail(fault)
        decisions = [each for _ in range(rounds(source, fault)) for each in await six.cycle_decisions(31.0)]
        for decision in decisions:
            assert set(told(decision)) == set(SOURCES)
            still_true = decision.as_of <= before.since + timedelta(seconds=row.good_for_seconds)
            assert no_false_vote(decision, source, before, six) or row.vetoed or still_true, (decision, before.since)
            assert not row.vetoed or nobody_acts(decision, source, before), decision
            assert undisturbed(decision, source, before.voting, row), (decision, before.voting)
        reasons = {told(decision)[source] for decision in decisions}
        assert not row.reasons or reasons & row.reasons, reasons
        assert reasons <= row.reasons | SILENT_REASONS, reasons
        assert ("open" in six.path(source).transitions) == row.opens, six.path(source)
        await told_in_words(six, source, row)
        await recovered(six, source)


def rounds(source: str, fault: str) -> int:
    """Cycles under the fault."""
    return int(LATE_SECONDS / 31) + 7 if fault == LATE else ROUNDS.get(source, 7)


async def ready(six: Six, source: str, fault: str) -> None:
    """What is asked once a day meets its fault at once, and the fallback has to be needed."""
    if source == "alpha_vantage":
        six.vendors[source].fail(fault)
    if source == "massive":
        six.vendors["alpaca"].fail("500")


async def healthy(six: Six, source: str) -> Before:
    """Everybody has voted, and no answer came that no cycle has seen."""
    decisions = [each for _ in range(7) for each in await six.cycle_decisions(31.0)]
    asked, answers = -1, 0
    while asked != answers:
        asked = answers
        decisions.extend(await six.cycle_decisions(1.0))
        answers = sum(six.vendors[SOURCES[model]].counted()["calls"] for model in MODELS)
    decisions.extend(await asked_about_everybody(six, source))
    before = Before.of(decisions, six.clock.now())
    assert source == "alpha_vantage" or any(source in voting for voting in before.voting.values())
    return before


async def asked_about_everybody(six: Six, source: str) -> list[Decision]:
    """About a symbol whose history is on its way a vendor of readings is asked ten minutes later; one that refuses us
    is not asked again."""
    decisions: list[Decision] = []
    for _ in range(25 if source == "alpha_vantage" else 0):
        if six.path(source).calls == len(SYMBOLS):
            break
        decisions.extend(await six.cycle_decisions(31.0))
    return decisions


def no_false_vote(decision: Decision, source: str, before: Before, six: Six) -> bool:
    """Whatever the source still says, it said before the fault."""
    market = six.vendors[SOURCES[source]].quotes.market
    return all(is_true(vote, decision, before, market) for vote in decision.votes if vote.source == source)


def nobody_acts(decision: Decision, source: str, before: Before) -> bool:
    """Where its prices are wrong, all of the symbol is vetoed for it."""
    newer = any(vote.source == source and vote.observed_at > before.since for vote in decision.votes)
    return decision.status == "vetoed" and (not newer or decision.veto == "price_deviation")


def undisturbed(decision: Decision, source: str, voting: dict[str, set[str]], row: Row) -> bool:
    """Who voted before votes still, or his call was saved."""
    others = voting[decision.symbol] - {source}
    return all(
        any(vote.source == other for vote in decision.votes)
        or told(decision)[other] == "call saved"
        or (other in row.doubting and told(decision)[other] == "corporate action")
        for other in others
    )


async def told_in_words(six: Six, source: str, row: Row) -> None:
    """Health and the console name the source and what is wrong with it."""
    health = json.loads(await six.page("/api/v1/health"))["services"]["data_sources"]["sources"][source]
    path = six.path(source)
    assert health["circuit_breaker"] == path.breaker
    assert (health["status"] == "healthy") == (not path.errors), health
    console = await six.page("/sources")
    assert source in console
    assert row.words in console, row.words


async def recovered(six: Six, source: str) -> None:
    """The vendor is well again: the source votes on what it says now, and the breaker is closed."""
    six.vendors[SOURCES[source]].fail(None)
    since = six.clock.now()

    def is_news(observed_at: datetime) -> bool:
        return observed_at > since or source == "alpha_vantage"  # its readings are of yesterday, and the first ones

    for _ in range(14):
        for decision in await six.cycle_decisions(3601.0 if source == "alpha_vantage" else 61.0):
            heard = any(vote.source == source and is_news(vote.observed_at) for vote in decision.votes)
            if heard and six.path(source).breaker == "closed":
                return
    raise AssertionError(f"{source} did not come back: {six.path(source)}")
