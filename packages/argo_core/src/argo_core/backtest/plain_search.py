"""Searches that need no memory: every point in order, and independent draws.

Which trial has which parameters follows from its number alone, so nothing has to be told and resuming is exact.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from numpy.random import Generator, Philox

from argo_core.errors import DataError
from argo_core.model.search import Choice, Domain, Parameters, Real, Trial, Value, Whole


def grid_size(space: Mapping[str, Domain]) -> int:
    """How many points a grid has. Raises DataError `endless_grid` for numbers without a step."""
    return math.prod(_steps(name, domain) for name, domain in space.items())


class GridSearch:
    """`ports.ParameterSearch`: every point once, the last parameter changing fastest."""

    def __init__(self, space: Mapping[str, Domain], batch: int) -> None:
        self._space, self._batch, self._size = dict(space), batch, grid_size(space)

    def ask(self, batch: int, count: int) -> Sequence[Parameters]:
        """See `ports.ParameterSearch`."""
        first = batch * self._batch
        return [self._point(number) for number in range(first, min(first + count, self._size))]

    def tell(self, trials: Sequence[Trial]) -> None:
        """Nothing depends on it."""

    def _point(self, number: int) -> Parameters:
        point: Parameters = {}
        for name, domain in reversed(self._space.items()):
            number, place = divmod(number, _steps(name, domain))
            point[name] = _at(domain, place)
        return {name: point[name] for name in self._space}


class RandomSearch:
    """`ports.ParameterSearch`: independent draws, the trial's number choosing the stream of a counter-based generator
    (Philox; Salmon et al., 2011)."""

    def __init__(self, space: Mapping[str, Domain], batch: int, seed: int) -> None:
        self._space, self._batch, self._seed = dict(space), batch, seed

    def ask(self, batch: int, count: int) -> Sequence[Parameters]:
        """See `ports.ParameterSearch`."""
        first = batch * self._batch
        return [self._point(number) for number in range(first, first + count)]

    def tell(self, trials: Sequence[Trial]) -> None:
        """Nothing depends on it."""

    def _point(self, number: int) -> Parameters:
        dice = Generator(Philox(key=self._seed, counter=[0, 0, 0, number]))
        return {name: _drawn(domain, dice) for name, domain in self._space.items()}


def _steps(name: str, domain: Domain) -> int:
    match domain:
        case Choice(values=values):
            return len(values)
        case Whole(low=low, high=high, step=step):
            return (high - low) // step + 1
        case Real(low=low, high=high, step=step):
            if step is None:
                raise DataError("endless_grid", f"{name}: a grid needs a step: write {name}={low}:{high}:STEP")
            # A hair of tolerance: 0.1:0.3:0.1 has three points although 0.1 + 0.1 + 0.1 is above 0.3.
            return math.floor((high - low) / step + 1e-9) + 1


def _at(domain: Domain, place: int) -> Value:
    match domain:
        case Choice(values=values):
            return values[place]
        case Whole(low=low, step=step):
            return low + place * step
        case Real(low=low, high=high, step=step):
            return min(low + place * (step or 0.0), high)


def _drawn(domain: Domain, dice: Generator) -> Value:
    match domain:
        case Real(low=low, high=high, step=None, log=log):
            share = float(dice.random())
            if not log:
                return min(low + share * (high - low), high)
            return min(max(math.exp(math.log(low) + share * math.log(high / low)), low), high)
        case _:
            return _at(domain, int(dice.integers(_steps("", domain))))
