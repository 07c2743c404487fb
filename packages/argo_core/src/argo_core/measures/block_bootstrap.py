"""Resamples of a series that keep its neighbours together."""

from __future__ import annotations

import enum

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from argo_core.errors import DataError

Indices = NDArray[np.int64]


class Blocks(enum.StrEnum):
    """STATIONARY blocks have a random length of a given mean, CIRCULAR ones a fixed length; both go round the end."""

    STATIONARY = "stationary"
    CIRCULAR = "circular"


def bootstrap_indices(
    count: int, samples: int, length: float, generator: Generator, blocks: Blocks = Blocks.STATIONARY
) -> Indices:
    """Positions 0 … count - 1 of `samples` resamples, (samples, count). A length up to 1 draws each value alone.

    Raises DataError `bad_count` unless count, samples ≥ 1 and length > 0.
    Source: Politis & Romano 1994, "The stationary bootstrap"; 1992, "A circular block-resampling procedure".
    """
    if count < 1 or samples < 1 or not length > 0:
        raise DataError("bad_count", "a bootstrap needs values, samples and a block length above 0")
    starts = generator.integers(0, count, size=(samples, count))
    if length <= 1:
        return starts
    place = np.arange(count)
    if blocks is Blocks.CIRCULAR:
        begins = np.broadcast_to(place % min(round(length), count) == 0, starts.shape)
    else:
        begins = generator.random((samples, count)) < 1.0 / length
        begins[:, 0] = True
    # Where the last block began, for each place: from there on its values follow one another.
    origin = np.maximum.accumulate(np.where(begins, place, 0), axis=1)
    found: Indices = (np.take_along_axis(starts, origin, axis=1) + place - origin) % count
    return found
