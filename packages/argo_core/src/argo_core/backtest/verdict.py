"""Whether the best of many trials shows more than luck would have."""

from __future__ import annotations

import enum

import msgspec
import numpy as np
from numpy.random import PCG64, Generator
from numpy.typing import ArrayLike

from argo_core.errors import DataError
from argo_core.measures.bootstrap_interval import BootstrapPlan, Interval, bootstrap_interval
from argo_core.measures.deflated_sharpe import deflated_sharpe, expected_maximum_sharpe
from argo_core.measures.overfitting_probability import Overfitting, overfitting_probability
from argo_core.measures.panel import Floats
from argo_core.measures.probabilistic_sharpe import minimum_track_record
from argo_core.measures.sharpe_ratio import SharpeEstimate, sharpe_estimate, sharpe_ratios


class Finding(enum.StrEnum):
    """There is no third word: what cannot be told apart from luck is no evidence."""

    EVIDENCE = "evidence"
    NO_EVIDENCE = "no evidence"


class VerdictPolicy(msgspec.Struct, frozen=True, kw_only=True):
    """Evidence asks for all of it: a deflated Sharpe ratio of at least `least_deflated`, a probability of overfitting
    of at most `most_overfitted` over `blocks` blocks, and a bootstrap interval of the Sharpe ratio above 0."""

    least_deflated: float = 0.95
    most_overfitted: float = 0.5
    blocks: int = 16
    interval: BootstrapPlan = BootstrapPlan()

    def __post_init__(self) -> None:
        if not (0 < self.least_deflated < 1 and 0 <= self.most_overfitted <= 1):
            raise DataError("bad_confidence", "a verdict's limits are shares between 0 and 1")


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """`against` says in words what speaks against evidence, nothing if nothing does. Ratios are per period.

    `trials` is the true number. `overfitting` is None where it cannot be measured, with the reason in
    `not_measured`. `needed_periods` is the record that the best would need on its own, infinite if it loses.
    """

    finding: Finding
    against: tuple[str, ...]
    best: int
    estimate: SharpeEstimate
    interval: Interval
    trials: int
    expected_maximum: float
    deflated: float
    needed_periods: float
    overfitting: Overfitting | None
    not_measured: str | None


def judge_trials(
    table: ArrayLike, seed: int, trials: int | None = None, policy: VerdictPolicy = VerdictPolicy()
) -> Verdict:
    """Of the returns per period of every trial that is kept, (T, N), T ≥ 20. `trials` is how many were looked at in
    all, from N on; None says that none was thrown away. The best is the column with the largest Sharpe ratio.

    Trials that hang together count as though they did not: the verdict is on the safe side. With fewer trials or rows
    than a probability of overfitting needs, the other two decide and the verdict says so.
    Raises DataError: bad_shape, not_finite, too_few, bad_count, no_risk.
    """
    columns = _columns(table)
    looked_at = columns.shape[1] if trials is None else trials
    if looked_at < columns.shape[1]:
        raise DataError("bad_count", f"{looked_at} trials cannot have left {columns.shape[1]}: count every one")
    ratios = sharpe_ratios(columns)
    best = int(ratios.argmax())
    estimate = sharpe_estimate(columns[:, best])
    variance = _spread(ratios, columns.shape[0], looked_at)
    overfitting, not_measured = _overfitting(columns, policy.blocks)
    interval = bootstrap_interval(columns[:, best], _sharpe, Generator(PCG64(seed)), policy.interval)
    deflated = deflated_sharpe(estimate, variance, looked_at)
    against = _against(deflated, overfitting, interval, looked_at, policy)
    return Verdict(
        finding=Finding.NO_EVIDENCE if against else Finding.EVIDENCE,
        against=against,
        best=best,
        estimate=estimate,
        interval=interval,
        trials=looked_at,
        expected_maximum=expected_maximum_sharpe(variance, looked_at),
        deflated=deflated,
        needed_periods=minimum_track_record(estimate),
        overfitting=overfitting,
        not_measured=not_measured,
    )


def _spread(ratios: Floats, periods: int, looked_at: int) -> float:
    """Variance of the ratios of all trials. Luck alone spreads them by 1 / T: where trials were thrown away, those that
    are kept may be more alike than all were, and less than luck is not believed."""
    known = float(ratios.var(ddof=1)) if ratios.size > 1 else 0.0
    return known if looked_at == ratios.size > 1 else max(known, 1.0 / periods)


def _columns(table: ArrayLike) -> Floats:
    columns = np.asarray(table, dtype=np.float64)
    if columns.ndim != 2 or 0 in columns.shape:
        raise DataError("bad_shape", f"trials are a table (periods, trials), not of shape {columns.shape}")
    if not np.isfinite(columns).all():
        raise DataError("not_finite", "a return is NaN or infinite: leave the trial out or mend it first")
    return columns


def _overfitting(columns: Floats, blocks: int) -> tuple[Overfitting | None, str | None]:
    try:
        return overfitting_probability(columns, blocks), None
    except DataError as error:
        if error.code not in ("too_few", "too_few_trials"):
            raise
        return None, str(error)


def _sharpe(resamples: Floats) -> Floats:
    deviation = resamples.std(axis=1, ddof=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratios: Floats = resamples.mean(axis=1) / deviation
    return ratios


def _against(
    deflated: float, overfitting: Overfitting | None, interval: Interval, trials: int, policy: VerdictPolicy
) -> tuple[str, ...]:
    found = []
    if not deflated >= policy.least_deflated:
        found.append(f"deflated Sharpe ratio {deflated:.3f} of {trials} trials, below {policy.least_deflated}")
    if overfitting is not None and overfitting.probability > policy.most_overfitted:
        found.append(f"probability of overfitting {overfitting.probability:.2f}, above {policy.most_overfitted}")
    if not interval.low > 0:
        found.append(f"Sharpe ratio from {interval.low:.3f} to {interval.high:.3f} a period: 0 is not excluded")
    return tuple(found)
