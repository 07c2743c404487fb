"""The producer's win probability: empty before 200 outcomes, then from the newest curve."""

from __future__ import annotations

import pytest

from argo_core.model.resolved import ResolvedSignal
from argo_core.pipeline import Cycle
from argo_core.pipeline.win_probability import WinProbabilities
from argo_core.testing.memory_log import MemoryLog
from argo_core.testing.memory_resolved import MemoryResolved
from argo_core.tracking import Tracker
from argo_core.tracking.win_calibration import CalibrationPolicy, WinCalibration
from tests.argo.backtest.resolved_samples import honest
from tests.argo.pipeline.rig import Rig

AGREED = {"AAPL": (1, 90.0)}


def rig_of(log: MemoryLog, views: int = 3) -> Rig:
    return Rig(log, {"AAPL": [100.0 + step for step in range(views)]}, AGREED, reemit="every_evaluation")


async def published(known: int) -> tuple[float | None, WinCalibration | None]:
    """What the signal of one cycle is told, with so many outcomes stored."""
    log = MemoryLog()
    rig = rig_of(log)
    wins = WinProbabilities(MemoryResolved(honest(2, known)))
    report = await Cycle(rig.stages, Tracker(log), None, wins).run(rig.symbols)
    (sealed,) = report.record.signals
    return sealed.signal.win_probability, report.calibration


async def test_before_200_outcomes_a_signal_has_no_win_probability() -> None:
    assert await published(0) == (None, None)
    assert await published(199) == (None, None)


async def test_from_200_outcomes_on_it_is_what_such_confidence_was_worth() -> None:
    told, curve = await published(1200)
    assert curve is not None
    assert told == round(curve.probability(81.0), 6)
    # Confidence 81 wins at 0.35 + 6 / 50 in these samples.
    assert told == pytest.approx(0.47, abs=0.08)


async def test_a_cycle_without_an_archive_says_nothing() -> None:
    log = MemoryLog()
    report = await rig_of(log).cycle.run(["AAPL"])
    assert report.record.signals[0].signal.win_probability is None


class CountedReader(MemoryResolved):
    """Counts how often everything is read."""

    reads = counts = 0

    async def count(self) -> int:
        self.counts += 1
        return await super().count()

    async def resolved(self, limit: int) -> tuple[ResolvedSignal, ...]:
        self.reads += 1
        return await super().resolved(limit)


async def test_outcomes_are_read_again_only_when_25_more_are_known() -> None:
    samples = honest(2, 260)
    reader = CountedReader(samples[:200])
    wins = WinProbabilities(reader)
    first = await wins.current()
    for known in range(200, 260):
        wins.forget()
        reader.signals.append(samples[known])
        wins.noted(1)
        await wins.current()
    assert (reader.counts, reader.reads) == (1, 3)
    newest = await wins.current()
    assert first is not None
    assert newest is not None
    assert (first.outcomes, newest.outcomes) == (200, 250)
    assert newest.until == samples[249].resolved_at


async def test_after_a_write_that_may_have_failed_outcomes_are_counted_anew() -> None:
    reader = CountedReader(honest(2, 200))
    wins = WinProbabilities(reader)
    await wins.current()
    wins.forget()
    await wins.current()
    assert reader.counts == 2


async def test_a_window_keeps_the_newest_outcomes_that_the_curve_may_see() -> None:
    samples = honest(2, 330)
    policy = CalibrationPolicy(window=220)
    curve = await WinProbabilities(MemoryResolved(samples), policy).current()
    assert curve is not None
    assert (curve.outcomes, curve.until) == (220, samples[324].resolved_at)
    assert curve.wins == sum(each.won for each in samples[105:325])
