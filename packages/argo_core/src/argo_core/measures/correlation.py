"""How alike returns move, shrunk towards not at all because sixty of them cannot tell exactly.

Shrinkage as of Ledoit & Wolf, "A well-conditioned estimator for large-dimensional covariance matrices", J. Multivariate
Analysis 88 (2004): the sample goes towards the identity by b²/d², with d² its distance from the target and b² its
sampling error. Here per pair of standardised columns, so that what two symbols have to do with each other does not
depend on which others are held; and, as Schäfer & Strimmer (2005) have it, with the error of the correlation alone,
because scale is divided out. With the error of the variances as well, one crash in the window would make twins
strangers on the day that it matters. That error is the delta method's: r's own influence, z₁z₂ − r (z₁² + z₂²) / 2.
"""

from __future__ import annotations

import numpy as np

from argo_core.measures.panel import Floats


def standardised(columns: Floats) -> Floats:
    """The columns of (T, N) with mean 0 and mean square 1; NaN for a column that does not move or is not finite."""
    rows = columns.shape[0]
    if rows == 0:
        return columns
    # Ufuncs and their reductions, not the methods around them: an executor asks at each moment, of a few columns.
    with np.errstate(invalid="ignore", over="ignore", divide="ignore"):
        centred = columns - np.add.reduce(columns, axis=0) / rows
        scale = np.sqrt(np.add.reduce(centred * centred, axis=0) / rows)
        # Equal values can deviate from their rounded mean by a last bit: that is no movement.
        moves = scale > 1e-12 * np.maximum.reduce(np.abs(columns), axis=0)
        scale[~(moves & np.isfinite(scale))] = np.nan
        centred /= scale
    result: Floats = centred
    return result


def pair_correlations(left: Floats, right: Floats) -> Floats:
    """Shrunk correlations (A, B) in [-1, 1] of the columns of `left` (T, A) and `right` (T, B), both `standardised`,
    rows aligned. NaN where a column is NaN, and for fewer than two rows."""
    rows = left.shape[0]
    if rows < 2:
        return np.full((left.shape[1], right.shape[1]), np.nan)
    sample: Floats = left.T @ right / rows
    a2, b2 = left * left, right * right
    products = a2.T @ b2
    mixed = (a2 * left).T @ right + left.T @ (b2 * right)
    fourth = np.add.reduce(a2 * a2, axis=0)[:, None] + np.add.reduce(b2 * b2, axis=0)[None, :] + 2.0 * products
    squared = sample * sample
    error = np.maximum(products - sample * mixed + squared * fourth / 4.0, 0.0) / (rows * rows)
    lost = np.divide(error, squared, out=np.ones_like(squared), where=squared > 0.0)
    kept = np.minimum(np.maximum(1.0 - lost, 0.0), 1.0)
    shrunk: Floats = np.minimum(np.maximum(sample * kept, -1.0), 1.0)
    shrunk[np.isnan(sample)] = np.nan
    return shrunk
