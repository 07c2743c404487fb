"""What each source is worth, and which weights that would suggest. Nothing here is ever applied."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec
import numpy as np
from numpy.random import PCG64, Generator
from numpy.typing import NDArray

from argo_core.backtest.vote_arrays import VoteArrays, vote_arrays
from argo_core.measures.block_bootstrap import bootstrap_indices
from argo_core.measures.bootstrap_interval import BootstrapPlan, Interval, bootstrap_interval, longest_block
from argo_core.measures.intervals import wilson
from argo_core.measures.panel import Floats
from argo_core.model.instant import to_instant64
from argo_core.model.opinion_call import Spending
from argo_core.model.resolved import ResolvedSignal
from argo_core.model.source import GROUPS
from argo_core.tracking.win_calibration import CalibrationPolicy, walk_forward_probabilities

# A hit rate is drawn to one half by so many imagined votes, half of them right: few votes change no weight much.
_PRIOR_VOTES = 20.0
_LEAST_JUDGED = 50


class SourceSkill(msgspec.Struct, frozen=True, kw_only=True):
    """`votes` recorded with resolved signals; `sides` of them took one, `hits` of those were right: `rate` with its
    95 % interval, None where none took a side.

    `improvement`: by how much the Brier score of walk-forward probabilities is better with the source than without it
    (above 0: it helps), None before enough outcomes. `usd_per_call` and `usd_per_hit`, in US dollars, are what was paid
    over the calls, and over the votes that were right: calls that no published signal used are paid for too. None where
    nothing was asked, or no vote was right.
    """

    source: str
    group: str
    votes: int
    sides: int
    hits: int
    rate: float | None
    rate_low: float | None
    rate_high: float | None
    improvement: Interval | None
    usd_per_call: float | None
    usd_per_hit: float | None


class WeightProposal(msgspec.Struct, frozen=True, kw_only=True):
    """A group's weight now and as its hit rate suggests, 0–1, with the bootstrap's 95 % interval. All sum to 1."""

    group: str
    now: float
    proposed: float
    low: float
    high: float


class SkillReport(msgspec.Struct, frozen=True, kw_only=True):
    """Only published signals are resolved: a source that kept a signal from being published is not seen to be right.
    `proposals` are for a person to look at; they are empty before enough outcomes."""

    signals: int
    sources: tuple[SourceSkill, ...]
    proposals: tuple[WeightProposal, ...]
    seed: int


def skill_report(
    resolved: Sequence[ResolvedSignal],
    seed: int,
    spent: Mapping[str, Spending] = {},
    policy: CalibrationPolicy = CalibrationPolicy(),
) -> SkillReport:
    """Of signals in the order in which they were resolved. `spent` by source since the first of them. Deterministic by
    `seed`."""
    known = [each for each in resolved if each.signal.votes]
    arrays, generator = vote_arrays(known), Generator(PCG64(seed))
    improvements = _improvements(known, arrays, policy, generator)
    took, right = arrays.hits()
    votes = arrays.table.present.sum(axis=1)
    sources = tuple(
        _skill(arrays, row, int(votes[row]), took[row], right[row], improvements[row], spent)
        for row in range(len(arrays.specs))
    )
    enough = len(known) >= policy.least
    return SkillReport(
        signals=len(known),
        sources=sources,
        proposals=_proposals(arrays, generator) if enough else (),
        seed=seed,
    )


def _skill(
    arrays: VoteArrays,
    row: int,
    votes: int,
    took: NDArray[np.bool_],
    right: NDArray[np.bool_],
    improvement: Interval | None,
    spent: Mapping[str, Spending],
) -> SourceSkill:
    spec, sides, hits = arrays.specs[row], int(took.sum()), int(right.sum())
    low, high = wilson(hits, sides) if sides else (None, None)
    paid = spent.get(spec.name)
    return SourceSkill(
        source=spec.name,
        group=spec.group.value,
        votes=votes,
        sides=sides,
        hits=hits,
        rate=hits / sides if sides else None,
        rate_low=low,
        rate_high=high,
        improvement=improvement,
        usd_per_call=paid.usd / paid.calls if paid is not None and paid.calls else None,
        usd_per_hit=paid.usd / hits if paid is not None and hits else None,
    )


def _improvements(
    known: Sequence[ResolvedSignal], arrays: VoteArrays, policy: CalibrationPolicy, generator: Generator
) -> list[Interval | None]:
    """Each source's, leaving it out: both consensuses are calibrated in the same way, each on its own."""
    decided = np.array([to_instant64(each.signal.as_of) for each in known], dtype="datetime64[us]")
    settled = np.array([to_instant64(each.resolved_at) for each in known], dtype="datetime64[us]")
    confidence = np.array([each.signal.confidence for each in known], dtype=np.float64)
    whole = arrays.support()
    factor = np.where(whole > 0, confidence / np.where(whole > 0, whole, 1.0), 0.0)

    def losses(support: Floats) -> Floats:
        told = walk_forward_probabilities(support * factor, arrays.won, decided, settled, policy)
        squares: Floats = (told - arrays.won) ** 2
        return squares

    with_all = losses(whole)
    judged = ~np.isnan(with_all)
    if int(judged.sum()) < _LEAST_JUDGED:
        return [None] * len(arrays.specs)
    gains = (losses(arrays.support(without=row))[judged] - with_all[judged] for row in range(len(arrays.specs)))
    return [bootstrap_interval(gain, _mean, generator, BootstrapPlan()) for gain in gains]


def _mean(resamples: Floats) -> Floats:
    means: Floats = resamples.mean(axis=1)
    return means


def _proposals(arrays: VoteArrays, generator: Generator, samples: int = 1000) -> tuple[WeightProposal, ...]:
    """Weights as log odds of each group's hit rate, none below 0, with 95 % intervals over redrawn signals.

    Source: Nitzan & Paroush 1982, "Optimal decision rules in uncertain dichotomous choice situations": independent
    votes are best weighed so.
    """
    took, right = arrays.hits()
    groups = [group for group in GROUPS if arrays.table.weights.rows_of(group)]
    sides = np.array([took[list(arrays.table.weights.rows_of(group))].sum(axis=0) for group in groups], dtype=float)
    hits = np.array([right[list(arrays.table.weights.rows_of(group))].sum(axis=0) for group in groups], dtype=float)
    now = np.array([arrays.specs[arrays.table.weights.rows_of(group)[0]].weight for group in groups])
    block = longest_block(arrays.won.astype(np.float64))
    rows = bootstrap_indices(arrays.won.size, samples, block, generator)
    drawn = np.array([_weights(hits[:, row].sum(axis=1), sides[:, row].sum(axis=1), now) for row in rows])
    low, high = np.quantile(drawn, (0.025, 0.975), axis=0)
    proposed = _weights(hits.sum(axis=1), sides.sum(axis=1), now)
    return tuple(
        WeightProposal(
            group=group.value, now=float(now[place] / now.sum()), proposed=float(proposed[place]),
            low=float(low[place]), high=float(high[place]),
        )
        for place, group in enumerate(groups)
    )  # fmt: skip


def _weights(hits: Floats, sides: Floats, now: Floats) -> Floats:
    rate = (hits + _PRIOR_VOTES / 2) / (sides + _PRIOR_VOTES)
    odds: Floats = np.maximum(np.log(rate / (1.0 - rate)), 0.0)
    # Where no group beats a coin there is nothing to weigh by: the weights stay as they are.
    found: Floats = odds / odds.sum() if odds.sum() > 0 else now / now.sum()
    return found
