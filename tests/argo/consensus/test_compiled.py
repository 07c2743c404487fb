"""Machine code, numpy and one decision alone say the same, to the last bit."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from argo_core.consensus import ConsensusEngine, ConsensusPolicy, ConsensusTable, Missing, VoteTable, Weights
from argo_core.measures.consensus_kernels import BLOCK
from argo_core.model.regime import Regime
from argo_core.model.vote import Absence

# Members of a group that weigh differently: else it would not show who of them speaks, or is due.
WEIGHTS = Weights.of(
    msgspec.structs.replace(spec, weight=spec.weight if spec.primary else spec.weight / 2)
    for spec in Weights.default().members
)
MEMBERS = len(WEIGHTS.members)


@dataclass(frozen=True)
class Seen:
    """Prices as an engine asks for them."""

    price: NDArray[np.float64]
    age: NDArray[np.float64]
    doubtful: NDArray[np.bool_]

    def age_seconds(self) -> NDArray[np.float64]:
        return self.age

    def is_doubtful(self) -> NDArray[np.bool_]:
        return self.doubtful

    def one(self, place: int) -> Seen:
        cut = slice(place, place + 1)
        return Seen(self.price[cut], self.age[cut], self.doubtful[cut])


def table_of(rng: np.random.Generator, count: int) -> VoteTable:
    """Votes of every kind: silent, aged, tied, neutral, with prices apart, at nothing, or none."""
    shape = (MEMBERS, count)
    silent = rng.random(shape) < rng.choice([0.0, 0.3, 0.9, 1.0], count)
    factor = np.where(rng.random(shape) < 0.5, 1.0, rng.random(shape))
    price = 100.0 * (1.0 + rng.normal(0.0, 0.02, shape))
    return VoteTable(
        weights=WEIGHTS,
        symbols=tuple(f"S{number}" for number in range(count)),
        columns=(),
        direction=rng.integers(-1, 2, shape).astype(np.int8),
        confidence=np.round(rng.uniform(0.0, 100.0, shape), rng.choice([-1, 2, 12])),
        price=np.where(rng.random(shape) < 0.2, rng.choice([np.nan, np.inf, 0.0, -1.0], shape), price),
        age_seconds=np.where(silent, np.nan, 1.0),
        age_factor=np.where(silent, 0.0, factor),
        absence=np.where(silent, Absence.NO_DATA, Absence.NONE).astype(np.uint8),
        expected=rng.random(shape) < 0.7,
    )


def seen_of(rng: np.random.Generator, count: int) -> Seen:
    price = np.where(rng.random(count) < 0.1, rng.choice([np.nan, np.inf, 0.0, -5.0], count), 100.0)
    age = np.where(rng.random(count) < 0.1, np.nan, rng.uniform(0.0, 400.0, count))
    return Seen(price, age, rng.random(count) < 0.1)


def bits(found: ConsensusTable, place: int | slice) -> dict[str, tuple[str, bytes]]:
    """Every array of a result at a place."""
    arrays = {field.name: getattr(found, field.name) for field in dataclasses.fields(found)}
    arrays |= {f"votes.{field.name}": getattr(found.votes, field.name) for field in dataclasses.fields(found.votes)}
    cut = place if isinstance(place, slice) else slice(place, place + 1)
    return {
        name: (str(each.dtype), np.ascontiguousarray(each[..., cut]).tobytes())
        for name, each in arrays.items()
        if isinstance(each, np.ndarray)
    }


@pytest.fixture(scope="module", autouse=True)
def _loaded() -> None:
    """Compiling takes seconds, once: not the time of the first example."""
    rng = np.random.default_rng(0)
    ConsensusEngine(WEIGHTS, compiled=True).decide(table_of(rng, 1), seen_of(rng, 1))


@given(
    st.integers(0, 2**32 - 1),
    st.integers(1, 40),
    st.sampled_from(list(Missing)),
    st.sampled_from([0.0, 0.3, 0.9]),
    st.sampled_from([0.0, 40.0, 60.0]),
)
def test_machine_code_numpy_and_one_decision_alone_are_equal_to_the_last_bit(
    seed: int, count: int, missing: Missing, floor: float, threshold: float
) -> None:
    rng = np.random.default_rng(seed)
    policy = ConsensusPolicy(threshold=threshold, missing=missing, min_coverage=floor)
    table, seen = table_of(rng, count), seen_of(rng, count)
    regime = rng.integers(0, len(Regime), count).astype(np.int8)
    with np.errstate(all="ignore"):
        whole = ConsensusEngine(WEIGHTS, policy).decide(table, seen, regime)
        compiled = ConsensusEngine(WEIGHTS, policy, compiled=True).decide(table, seen, regime)
        assert bits(compiled, slice(None)) == bits(whole, slice(None))
        for place in range(count):
            column = table.of_rows(np.array([place]))
            alone = ConsensusEngine(WEIGHTS, policy).decide(column, seen.one(place), regime[place : place + 1])
            assert bits(alone, 0) == bits(compiled, place)


@pytest.mark.parametrize("count", [BLOCK - 1, BLOCK, BLOCK + 1, 3 * BLOCK + 7])
def test_cells_beyond_one_block_are_counted_like_those_of_the_first(count: int) -> None:
    rng = np.random.default_rng(count)
    table, seen = table_of(rng, count), seen_of(rng, count)
    with np.errstate(all="ignore"):
        whole = ConsensusEngine(WEIGHTS).decide(table, seen)
        compiled = ConsensusEngine(WEIGHTS, compiled=True).decide(table, seen)
    assert bits(compiled, slice(None)) == bits(whole, slice(None))
