"""Whether a strategy's timing beats the same positions at other times."""

from __future__ import annotations

import msgspec
import numpy as np
from numpy.random import Generator
from numpy.typing import ArrayLike

from argo_core.errors import DataError
from argo_core.measures.sharpe_ratio import finite_series


class Permuted(msgspec.Struct, frozen=True, kw_only=True):
    """`observed` is the mean return per period of the positions where they were, `expected` where chance puts them.
    `p_value` (0–1) is the share of `permutations`, itself among them, that do at least as well."""

    observed: float
    expected: float
    p_value: float
    permutations: int


def timing_test(positions: ArrayLike, returns: ArrayLike, generator: Generator, permutations: int = 1000) -> Permuted:
    """One-sided test of positions (T,) held over the returns (T,) of what is traded; T ≥ 20.

    The positions are moved round the series as a whole: their number, lengths, sides and costs stay, and so does how
    the returns hang together; only what they meet changes. Positions that never change have no timing: p is 1.
    Raises DataError: bad_shape, not_finite, too_few, bad_count below 20 permutations.
    Source: circular shifts as in Politis & Romano 1992; p with the observed one counted, Phipson & Smyth 2010.
    """
    held, earned = finite_series(positions, 20), finite_series(returns, 20)
    if held.shape != earned.shape:
        raise DataError("bad_shape", "positions and returns must be of one length: align them first")
    if permutations < 20:
        raise DataError("bad_count", f"{permutations} permutations are too few: give at least 20")
    count = held.size
    # Every shift's mean at once: a circular correlation by the fast Fourier transform.
    spectrum = np.fft.rfft(held).conj() * np.fft.rfft(earned)
    means = np.fft.irfft(spectrum, n=count) / count
    observed = float(held @ earned) / count
    drawn = means[generator.integers(1, count, size=permutations)]
    # The transform rounds: what is equal up to that is equal.
    slack = 1e-12 * float(np.abs(held).max() * np.abs(earned).max())
    as_good = int((drawn >= observed - slack).sum())
    return Permuted(
        observed=observed,
        expected=float(held.mean() * earned.mean()),
        p_value=(as_good + 1) / (permutations + 1),
        permutations=permutations,
    )
