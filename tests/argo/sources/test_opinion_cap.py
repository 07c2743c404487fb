"""With the cap on, no answer of a model raises a confidence or turns a direction."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from argo_core.consensus.group_votes import group_votes
from argo_core.consensus.side_sums import side_sums
from argo_core.consensus.vote_table import VoteTable
from argo_core.consensus.weights import Weights
from argo_core.model.instant import to_instant64
from argo_core.model.source import Group, SourceSpec
from argo_core.model.vote import Absence, VoteColumn
from argo_core.sources.opinion_cap import may_only_veto
from argo_core.testing.sample_cycles import MOMENT

WEIGHTS = Weights(
    (
        SourceSpec(name="prices", group=Group.MARKET_DATA, weight=0.40),
        SourceSpec(name="technical", group=Group.TECHNICAL, weight=0.25),
        SourceSpec(name="x_sentiment", group=Group.SENTIMENT, weight=0.20),
        SourceSpec(name="sonar", group=Group.AI, weight=0.15),
    )
)


def column(source: str, direction: int, confidence: float) -> VoteColumn:
    now = np.array([to_instant64(MOMENT)], dtype="datetime64[us]")
    return VoteColumn(
        source=source, direction=np.array([direction], dtype=np.int8), confidence=np.array([confidence]),
        price=np.array([100.0]), observed_at=now, received_at=now, absence=np.zeros(1, dtype=np.uint8),
        expected=np.array([True]), rationale={0: "r"},
    )  # fmt: skip


def capped(direction: int, confidence: float, lead: int, lead_confidence: float) -> VoteColumn:
    return may_only_veto(
        column("sonar", direction, confidence), np.array([lead], dtype=np.int8), np.array([lead_confidence])
    ).checked()


def raw_of(*columns: VoteColumn) -> tuple[int, float]:
    sums = side_sums(group_votes(VoteTable.of(WEIGHTS, ("AAPL",), columns, MOMENT)))
    long, short, present = sums.long[0], sums.short[0], sums.present[0]
    return int(np.sign(long - short)), float(max(long, short) / present) if present else 0.0


def test_a_vote_against_the_lead_weighs_and_takes_no_side() -> None:
    vote = capped(-1, 90.0, 1, 80.0)
    assert (vote.direction[0], vote.confidence[0], vote.absence[0]) == (0, 90.0, Absence.NONE)


def test_a_weaker_vote_with_the_lead_stays_and_a_stronger_one_is_absent() -> None:
    assert capped(1, 79.0, 1, 80.0).direction[0] == 1
    stronger = capped(1, 81.0, 1, 80.0)
    assert (stronger.direction[0], stronger.absence[0], stronger.expected[0]) == (0, Absence.NOT_EXPECTED, False)
    assert stronger.rationale == {}


def test_where_nothing_leads_a_model_has_no_say() -> None:
    assert capped(1, 99.0, 0, 0.0).absence[0] == Absence.NOT_EXPECTED


def test_an_absence_keeps_its_reason() -> None:
    gone = column("sonar", 0, 0.0)
    gone.absence[0] = Absence.TIMEOUT
    gone.observed_at[0] = gone.received_at[0] = np.datetime64("NaT", "us")
    assert may_only_veto(gone, np.array([0], dtype=np.int8), np.zeros(1)).absence[0] == Absence.TIMEOUT


directions = st.sampled_from([-1, 0, 1])
confidences = st.floats(0, 100)


@given(*[directions, confidences] * 4)
def test_the_decision_is_never_stronger_nor_turned(
    d1: int, c1: float, d2: int, c2: float, d3: int, c3: float, d4: int, c4: float
) -> None:
    prices = (column("prices", d1, c1), column("technical", d2, c2))
    lead, raw = raw_of(*prices)
    arrays = np.array([lead], dtype=np.int8), np.array([raw])
    models = [may_only_veto(each, *arrays) for each in (column("x_sentiment", d3, c3), column("sonar", d4, c4))]
    after, weaker = raw_of(*prices, *models)
    assert after in (lead, 0)
    if lead:
        assert weaker <= raw + 1e-9
