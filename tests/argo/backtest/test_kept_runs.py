"""Backtests are counted once for each content, and computed once."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import pytest

from argo_core.backtest.content_key import ComputedFrom, run_identity, search_identity
from argo_core.backtest.kept_runs import Kept, KeptRuns, Told
from argo_core.backtest.memory_trials import MemoryTrials
from argo_core.errors import DataError, StoreError
from argo_core.model.search import Method, SearchIdentity, Trial, TrialState
from argo_core.testing.memory_results import MemoryResults

CONTENT = ComputedFrom(
    bars={"AAPL": "a" * 64, "AMD": "b" * 64}, strategy="s", source_hash="c", engine="e", parameters={"rules": "{}"}
)
CHANGES: list[dict[str, object]] = [
    {"bars": {"AAPL": "a" * 64, "AMD": "d" * 64}},
    {"bars": {"AAPL": "a" * 64}},
    {"source_hash": "d"},
    {"engine": "f"},
    {"parameters": {"rules": '{"seed":2}'}},
]


class Counting:
    """Work that tells how often it was done, and of how many trials it heard."""

    def __init__(self) -> None:
        self.heard: list[int] = []

    async def __call__(self, trials: int) -> Told:
        self.heard.append(trials)
        return Told(f"{len(self.heard)}: {trials}".encode(), {"sharpe": 0.5, "calmar": float("nan")})


def plain(_: int) -> str:
    return "summary"


def by_trials(trials: int) -> str:
    return f"report of {trials}"


async def test_the_same_content_is_computed_and_counted_once() -> None:
    runs, work = KeptRuns(MemoryTrials(), MemoryResults()), Counting()
    assert await runs.answer(CONTENT, plain, work) == Kept(b"1: 1", stored=False, trials=1)
    assert await runs.answer(CONTENT, plain, work) == Kept(b"1: 1", stored=True, trials=1)
    assert work.heard == [1]


@pytest.mark.parametrize("change", CHANGES)
async def test_changed_bars_settings_or_code_never_find_the_stored_result(change: dict[str, object]) -> None:
    runs, work = KeptRuns(MemoryTrials(), MemoryResults()), Counting()
    await runs.answer(CONTENT, plain, work)
    again = await runs.answer(msgspec.structs.replace(CONTENT, **change), plain, work)
    assert (again.stored, work.heard) == (False, [1, 2])


async def test_another_document_of_the_same_content_is_made_but_not_counted() -> None:
    runs, work = KeptRuns(MemoryTrials(), MemoryResults()), Counting()
    await runs.answer(CONTENT, plain, work)
    assert await runs.answer(CONTENT, by_trials, work) == Kept(b"2: 1", stored=False, trials=1)


async def test_a_document_on_the_number_of_trials_is_made_anew_once_there_are_more() -> None:
    ledger, work = MemoryTrials(), Counting()
    runs = KeptRuns(ledger, MemoryResults())
    await runs.answer(CONTENT, by_trials, work)
    searched = search_identity(
        ComputedFrom(bars={"AMD": "b" * 64}, strategy="x", source_hash="", engine=""),
        space={}, goals=(), method=Method.GRID, seed=0, batch=1, sampler="",
    )  # fmt: skip
    await ledger.append(searched, [Trial(number=n, parameters={}, state=TrialState.FAILED) for n in range(40)])
    assert await runs.answer(CONTENT, by_trials, work) == Kept(b"2: 41", stored=False, trials=41)
    assert (await runs.answer(CONTENT, by_trials, work)).stored


async def test_figures_that_are_numbers_are_kept_with_the_trial() -> None:
    ledger = MemoryTrials()
    await KeptRuns(ledger, None).answer(CONTENT, plain, Counting(), {"begin": "2016-01-01"})
    (trial,) = await ledger.trials(run_identity(CONTENT).search)
    assert (trial.parameters, trial.figures) == ({"begin": "2016-01-01"}, {"sharpe": 0.5})


async def test_work_that_fails_counts_and_keeps_nothing() -> None:
    async def refused(_: int) -> Told:
        raise DataError("no_moments", "nothing there")

    runs, work = KeptRuns(MemoryTrials(), MemoryResults()), Counting()
    with pytest.raises(DataError):
        await runs.answer(CONTENT, plain, refused)
    assert (await runs.answer(CONTENT, plain, work)).trials == 1


async def test_without_a_ledger_a_run_knows_of_itself_alone_and_is_kept() -> None:
    runs, work = KeptRuns(None, MemoryResults()), Counting()
    assert [(await runs.answer(CONTENT, plain, work)).stored for _ in range(2)] == [False, True]
    assert work.heard == [1]


class FirstElsewhere(MemoryTrials):
    """Another process counts the same run a moment earlier."""

    async def append(self, identity: SearchIdentity, trials: Sequence[Trial]) -> None:
        await super().append(identity, trials)
        await super().append(identity, trials)


class Broken(MemoryTrials):
    """A database that cannot be written."""

    async def append(self, identity: SearchIdentity, trials: Sequence[Trial]) -> None:
        raise StoreError("the disk is full")


async def test_a_run_that_another_process_has_counted_meanwhile_is_counted() -> None:
    assert (await KeptRuns(FirstElsewhere(), None).answer(CONTENT, plain, Counting())).trials == 1


async def test_a_run_that_cannot_be_counted_is_not_shown() -> None:
    results = MemoryResults()
    with pytest.raises(StoreError):
        await KeptRuns(Broken(), results).answer(CONTENT, plain, Counting())
    assert (await KeptRuns(None, results).answer(CONTENT, plain, Counting())).stored is False
