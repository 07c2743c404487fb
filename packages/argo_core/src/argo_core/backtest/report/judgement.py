"""Whether the account's days show more than luck, in one sentence."""

from __future__ import annotations

import math

from argo_core.backtest.report.document import Judged
from argo_core.backtest.verdict import Finding, Verdict, judge_trials
from argo_core.errors import DataError
from argo_core.measures.panel import Floats

CANNOT_SAY = frozenset({"too_few", "no_risk", "not_finite"})


def judged(returns: Floats, others: Floats | None, trials: int, seed: int) -> tuple[Judged, tuple[float, ...]]:
    """Of the account's daily returns (D,), and of those of `others` that were tried beside it (D, N); `trials` is how
    many were looked at in all. With it the logits of the probability of overfitting, empty where it is not measured.

    Without `others` the account itself is what is judged. What cannot be judged is no evidence, with the reason.
    Raises DataError `bad_count` where fewer trials were looked at than are kept, `bad_shape` where they do not fit.
    """
    table = returns[:, None] if others is None else others
    if len(table) != len(returns):
        raise DataError("bad_shape", f"trials have {len(table)} days, the account {len(returns)}: use the same days")
    if len(returns) < 2:
        return _unjudged("a single day tells nothing from luck: give a longer period", trials, len(returns)), ()
    try:
        verdict = judge_trials(table, seed, trials)
    except DataError as error:
        if error.code not in CANNOT_SAY:
            raise
        return _unjudged(str(error), trials, len(returns)), ()
    return _said(verdict, len(returns)), () if verdict.overfitting is None else verdict.overfitting.logits


def _said(verdict: Verdict, days: int) -> Judged:
    return Judged(
        finding=verdict.finding.value,
        sentence=_sentence(verdict, days),
        against=verdict.against,
        trials=verdict.trials,
        days=days,
        deflated=verdict.deflated,
        needed_days=verdict.needed_periods if math.isfinite(verdict.needed_periods) else None,
        overfitting=None if verdict.overfitting is None else verdict.overfitting.probability,
        not_measured=verdict.not_measured,
    )


def _sentence(verdict: Verdict, days: int) -> str:
    of = f"({days:,} days, {verdict.trials:,} tried in all)"
    if verdict.against:
        return f"No evidence {of}: {'; '.join(verdict.against)}."
    found = verdict.overfitting
    measured = "" if found is None else f", probability of overfitting {found.probability:.2f}"
    return (
        f"Evidence {of}: deflated Sharpe ratio {verdict.deflated:.3f}, Sharpe ratio from {verdict.interval.low:.3f} to "
        f"{verdict.interval.high:.3f} a day{measured}."
    )


def _unjudged(why: str, trials: int, days: int) -> Judged:
    return Judged(
        finding=Finding.NO_EVIDENCE.value,
        sentence=f"No evidence: {why}.",
        against=(why,),
        trials=trials,
        days=days,
        not_measured=why,
    )
