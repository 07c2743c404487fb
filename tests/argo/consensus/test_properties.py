"""What holds for any votes: many symbols at once equal one by one, and early exit never stops a signal."""

from __future__ import annotations

import msgspec
import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from argo_core.consensus import ConsensusEngine, ConsensusPolicy, Missing, VoteTable, Weights, undecided
from argo_core.consensus.early_exit import can_reach
from argo_core.consensus.group_votes import group_votes
from argo_core.model.bars import Bars
from argo_core.model.instant import NOT_A_TIME, to_instant64
from argo_core.model.market_view import MarketView
from argo_core.model.regime import Regime
from argo_core.model.vote import Absence, VoteColumn
from tests.argo.consensus.cases import NOW

WEIGHTS = Weights.default()
MEMBERS = len(WEIGHTS.members)
ONE = st.tuples(st.sampled_from([-1, 0, 1]), st.integers(0, 100), st.booleans(), st.sampled_from([0, 15, 40, 90]))
SYMBOL = st.lists(ONE, min_size=MEMBERS, max_size=MEMBERS)


def column(member: int, symbols: list[list[tuple[int, int, bool, int]]]) -> VoteColumn:
    cells = [symbol[member] for symbol in symbols]
    present = np.array([cell[2] for cell in cells])
    seen = np.array([to_instant64(NOW) - np.timedelta64(cell[3], "s") for cell in cells])
    return VoteColumn(
        source=WEIGHTS.members[member].name,
        direction=np.where(present, [cell[0] for cell in cells], 0).astype(np.int8),
        confidence=np.where(present, [float(cell[1]) for cell in cells], 0.0),
        price=np.where(present, 100.0, np.nan),
        observed_at=np.where(present, seen, NOT_A_TIME),
        received_at=np.where(present, seen, NOT_A_TIME),
        absence=np.where(present, Absence.NONE, Absence.NO_DATA).astype(np.uint8),
        expected=np.ones(len(cells), dtype=np.bool_),
    )


def view(count: int) -> MarketView:
    names = tuple(f"S{number}" for number in range(count))
    return MarketView(
        NOW, names, tuple(map(Bars.empty, names)), np.full(count, 100.0), np.full(count, to_instant64(NOW))
    )


def table_of(symbols: list[list[tuple[int, int, bool, int]]], members: range | list[int]) -> VoteTable:
    return VoteTable.of(WEIGHTS, view(len(symbols)).symbols, [column(member, symbols) for member in members], NOW)


def regimes(count: int) -> NDArray[np.int8]:
    return (np.arange(count) % len(Regime)).astype(np.int8)


@given(st.lists(SYMBOL, min_size=1, max_size=6), st.sampled_from(list(Missing)))
def test_many_symbols_at_once_equal_one_by_one(
    symbols: list[list[tuple[int, int, bool, int]]], missing: Missing
) -> None:
    engine = ConsensusEngine(WEIGHTS, ConsensusPolicy(threshold=60, missing=missing))
    codes = regimes(len(symbols))
    whole = engine.decide(table_of(symbols, range(MEMBERS)), view(len(symbols)), codes)
    for position, symbol in enumerate(symbols):
        alone = engine.decide(table_of([symbol], range(MEMBERS)), view(1), codes[position : position + 1])
        assert alone.confidence[0] == whole.confidence[position]
        assert alone.veto[0] == whole.veto[position]
        assert alone.direction[0] == whole.direction[position]


@given(SYMBOL)
def test_figures_stay_in_their_ranges(symbol: list[tuple[int, int, bool, int]]) -> None:
    row = ConsensusEngine(WEIGHTS).decide(table_of([symbol], range(MEMBERS)), view(1)).row(0)
    assert 0 <= row.confidence <= row.raw <= 100
    assert 0 <= row.agreement <= 1 + 1e-12
    assert 0 <= row.coverage <= 1 + 1e-12


@given(SYMBOL)
def test_turning_every_vote_round_turns_the_consensus_round(symbol: list[tuple[int, int, bool, int]]) -> None:
    turned = [(-direction, confidence, present, age) for direction, confidence, present, age in symbol]
    engine = ConsensusEngine(WEIGHTS)
    one = engine.decide(table_of([symbol], range(MEMBERS)), view(1)).row(0)
    other = engine.decide(table_of([turned], range(MEMBERS)), view(1)).row(0)
    assert (one.leaning, one.confidence) == (-other.leaning, other.confidence)


@given(SYMBOL, st.integers(1, MEMBERS - 1), st.integers(0, 100), st.sampled_from(list(Missing)))
def test_no_answer_exceeds_the_maximum_that_was_called_possible(
    symbol: list[tuple[int, int, bool, int]], answered: int, threshold: int, missing: Missing
) -> None:
    policy = ConsensusPolicy(threshold=threshold, missing=missing, min_coverage=0.0)
    before = table_of([symbol], list(range(answered)))
    remaining = np.zeros((MEMBERS, 1), dtype=np.bool_)
    remaining[answered:] = True
    final = ConsensusEngine(WEIGHTS, policy).decide(table_of([symbol], range(MEMBERS)), view(1), regimes(1))
    side, needed = int(final.leaning[0]) or 1, final.raw - 1e-4
    assert can_reach(before, group_votes(before), remaining, side, needed, policy)[0]


def test_a_symbol_that_can_still_pass_is_asked_on_and_one_that_cannot_is_not() -> None:
    policy = ConsensusPolicy(threshold=75)
    cells = [(1, 90, True, 0), (0, 0, False, 0)]
    neutral = [(0, 50, True, 0), (0, 0, False, 0)]
    blank = [(0, 0, False, 0)] * 4
    table = table_of([[*cells, *blank], [*neutral, *blank]], [0])
    remaining = np.ones((MEMBERS, 2), dtype=np.bool_)
    remaining[:2] = False
    codes = np.array([Regime.BULL, Regime.BULL], dtype=np.int8)
    assert undecided(table, remaining, codes, policy).tolist() == [True, False]


def test_half_the_weight_below_fifty_percent_stops_the_questions() -> None:
    policy = ConsensusPolicy(threshold=40, min_coverage=0.0)
    weak = [(1, 49, True, 0), (0, 0, False, 0), (1, 49, True, 0), (0, 0, False, 0), (0, 0, False, 0), (0, 0, False, 0)]
    table = table_of([weak], range(MEMBERS))
    remaining = np.zeros((MEMBERS, 1), dtype=np.bool_)
    remaining[4:] = True
    assert not undecided(table, remaining, np.array([Regime.BULL], dtype=np.int8), policy)[0]


def test_half_the_weight_means_half_of_all_that_may_answer() -> None:
    policy = ConsensusPolicy(threshold=60)
    first = table_of([[(1, 45, True, 0), *[(0, 0, False, 0)] * 5]], [0])
    remaining = np.zeros((MEMBERS, 1), dtype=np.bool_)
    remaining[3:] = True
    assert undecided(first, remaining, np.array([Regime.BULL], dtype=np.int8), policy)[0]


def test_a_light_member_that_may_still_answer_does_not_hide_a_consensus_that_stands() -> None:
    members = [
        spec if spec.name != "alpha_vantage" else msgspec.structs.replace(spec, weight=0.05) for spec in WEIGHTS.members
    ]
    weights = Weights.of(members)
    symbol = [(1, 50, True, 0), (0, 0, False, 0), (1, 95, True, 0), *[(0, 0, False, 0)] * 3]
    columns = [column(member, [symbol]) for member in (0, 2)]
    table = VoteTable.of(weights, ("S0",), columns, NOW)
    remaining = np.zeros((MEMBERS, 1), dtype=np.bool_)
    remaining[3] = True
    assert undecided(table, remaining, np.array([Regime.BULL], dtype=np.int8), ConsensusPolicy(threshold=60))[0]
