"""A language model votes with what is kept, as old as it is, and is absent with a reason where nothing is."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest

from argo_core.consensus import vote_table
from argo_core.consensus.quality import price_deviation_pct
from argo_core.consensus.vote_table import VoteTable
from argo_core.consensus.weights import Weights
from argo_core.errors import DataError, SourceError
from argo_core.model.bars import Bars
from argo_core.model.instant import to_instant64
from argo_core.model.market_view import MarketView
from argo_core.model.opinion_answer import OpinionAnswer
from argo_core.model.source import Group, SourceSpec, Wave
from argo_core.model.vote import Absence, VoteColumn
from argo_core.sources import recorded_opinion
from argo_core.sources.opinion_schedule import ScheduleState, asking, failed
from argo_core.sources.recorded_opinion import RecordedOpinionSource
from argo_core.testing.contracts.opinion_log import sample_answer
from argo_core.testing.contracts.source import SourceContract
from argo_core.testing.memory_opinions import MemoryOpinions
from argo_core.testing.sample_cycles import MOMENT

SPEC = SourceSpec(
    name="sonar", group=Group.AI, weight=0.15, wave=Wave.LATER, ttl_equity_seconds=120.0, ttl_crypto_seconds=120.0
)
SYMBOLS = ("AAPL", "NVDA", "BTC-USD")


def view_at(seconds: float) -> MarketView:
    """Three symbols, whose last bar ended at `MOMENT`."""
    start = [to_instant64(MOMENT) - np.timedelta64(1, "D")]
    bars = [Bars.of(symbol, "1Day", start, [[100.0], [101.0], [99.0], [100.0], [1e6]]) for symbol in SYMBOLS]
    return MarketView.of(bars, MOMENT + timedelta(seconds=seconds))


def log_of(*answers: OpinionAnswer) -> MemoryOpinions:
    opinions = MemoryOpinions()
    opinions.answers.extend(answers)
    return opinions


async def column_at(seconds: float, *answers: OpinionAnswer, state: ScheduleState | None = None) -> VoteColumn:
    schedule = None if state is None else lambda: state
    source = RecordedOpinionSource(SPEC, log_of(*answers), schedule)
    return (await source.vote(view_at(seconds), np.ones(3, dtype=np.bool_))).checked()


def labels(column: VoteColumn) -> list[str]:
    return [Absence(each).name for each in column.absence]


class TestRecordedOpinionSource(SourceContract):
    @pytest.fixture
    def source(self) -> RecordedOpinionSource:
        return RecordedOpinionSource(SPEC, log_of(sample_answer(), sample_answer(9.0, symbol="NVDA")))

    @pytest.fixture
    def view(self) -> MarketView:
        return view_at(10.0)


async def test_a_kept_answer_is_a_vote_of_its_own_market_time() -> None:
    asked = MOMENT + timedelta(days=900)  # by the wall clock
    answer = sample_answer(asked_at=asked, answered_at=asked + timedelta(seconds=40))
    column = await column_at(60.0, answer)
    assert labels(column) == ["NONE", "NO_RECORDING", "NO_RECORDING"]
    assert (column.direction[0], column.confidence[0]) == (1, 62.0)
    assert column.observed_at[0] == to_instant64(MOMENT)
    assert column.received_at[0] == to_instant64(MOMENT + timedelta(seconds=40))
    assert column.rationale == {0: "Raised guidance — 10 % above."}
    assert column.evidence["citations"][0] == 1.0
    assert np.isnan(column.evidence["citations"][1:]).all()


async def test_a_vote_names_no_price_of_a_vendor_and_the_question_s_as_evidence() -> None:
    column = await column_at(60.0, sample_answer())
    assert np.isnan(column.price).all()
    assert column.evidence["price_when_asked"][0] == 271.3
    assert np.isnan(column.evidence["price_when_asked"][1:]).all()


async def test_an_old_question_s_price_is_no_deviation_from_the_vendors() -> None:
    market = SourceSpec(name="alpaca_pro", group=Group.MARKET_DATA, weight=0.4)
    seen = (await column_at(60.0)).checked()
    told = VoteColumn(
        source="alpaca_pro", direction=np.ones(3, np.int8), confidence=np.full(3, 50.0), price=np.full(3, 100.0),
        observed_at=np.full(3, to_instant64(MOMENT)), received_at=np.full(3, to_instant64(MOMENT)),
        absence=np.zeros(3, seen.absence.dtype), expected=np.ones(3, np.bool_),
    )  # fmt: skip
    model = await column_at(60.0, sample_answer(price=271.3))
    table = VoteTable.of(Weights((market, SPEC)), SYMBOLS, [told, model], view_at(60.0).as_of)
    assert price_deviation_pct(table).tolist() == [0.0, 0.0, 0.0]


async def test_no_answer_votes_before_the_model_had_given_it() -> None:
    slow = sample_answer(answered_at=MOMENT + timedelta(seconds=110))
    assert labels(await column_at(109.0, slow))[0] == "NO_RECORDING"
    voted = await column_at(110.0, slow)
    assert labels(voted)[0] == "NONE"
    assert voted.received_at[0] == to_instant64(MOMENT + timedelta(seconds=110))


async def test_an_answer_of_a_later_market_is_not_known_yet() -> None:
    column = await column_at(59.0, sample_answer(0.0, direction=-1), sample_answer(1.0, direction=1))
    assert column.direction[0] == -1
    assert labels(await column_at(59.0, sample_answer(1.0)))[0] == "NO_RECORDING"


@pytest.mark.parametrize(("seconds", "label"), [(599.999, "NONE"), (600.0, "AGED_OUT"), (90_000.0, "AGED_OUT")])
async def test_an_answer_ages_out_at_five_times_its_time_to_live(seconds: float, label: str) -> None:
    column = await column_at(seconds, sample_answer())
    assert labels(column)[0] == label
    assert bool(column.expected[0]) is (label == "NONE")


def test_the_age_of_death_is_the_consensus_own() -> None:
    assert recorded_opinion.DEAD_TTLS == vote_table.DEAD_TTLS


async def test_the_consensus_counts_an_older_answer_less() -> None:
    table = VoteTable.of(Weights((SPEC,)), SYMBOLS, [await column_at(360.0, sample_answer())], view_at(360.0).as_of)
    assert table.age_factor[0].tolist() == [0.5, 0.0, 0.0]


async def test_in_a_replay_nothing_is_expected_without_a_recording() -> None:
    column = await column_at(10.0)
    assert labels(column) == ["NO_RECORDING"] * 3
    assert not column.expected.any()


async def test_live_only_what_was_asked_about_within_the_time_to_live_is_expected() -> None:
    state = asking(asking(ScheduleState(), "AAPL", MOMENT), "NVDA", MOMENT - timedelta(seconds=111))
    column = await column_at(10.0, state=state)
    assert labels(column) == ["NO_DATA", "NOT_EXPECTED", "NOT_EXPECTED"]
    assert column.expected.tolist() == [True, False, False]


@pytest.mark.parametrize("reason", ["TIMEOUT", "RATE_LIMITED", "BREAKER_OPEN", "REFUSED_ANSWER", "DISABLED"])
async def test_a_failed_question_leaves_its_reason_and_stays_expected(reason: str) -> None:
    state = failed(asking(ScheduleState(), "AAPL", MOMENT), "AAPL", SourceError(reason, "x"), MOMENT)
    column = await column_at(10.0, state=state)
    assert (labels(column)[0], bool(column.expected[0])) == (reason, True)
    aged = await column_at(10.0, sample_answer(-60.0), state=state)
    assert (labels(aged)[0], bool(aged.expected[0])) == (reason, True)


async def test_an_unknown_reason_is_an_error_of_the_vendor() -> None:
    state = failed(asking(ScheduleState(), "AAPL", MOMENT), "AAPL", SourceError("odd", "x"), MOMENT)
    assert labels(await column_at(10.0, state=state))[0] == "VENDOR_ERROR"


async def test_an_earlier_answer_still_votes_while_the_next_question_fails() -> None:
    state = failed(asking(ScheduleState(), "AAPL", MOMENT), "AAPL", SourceError("TIMEOUT", "x"), MOMENT)
    assert labels(await column_at(10.0, sample_answer(-1.0), state=state))[0] == "NONE"


async def test_answers_of_other_sources_and_symbols_are_left_alone() -> None:
    others = (sample_answer(source="x_sentiment"), sample_answer(symbol="TSLA"))
    assert labels(await column_at(10.0, *others)) == ["NO_RECORDING"] * 3


async def test_a_log_that_is_down_is_a_fault_of_the_source_and_no_vote() -> None:
    opinions = log_of(sample_answer())
    opinions.down = True
    with pytest.raises(SourceError, match="its answers cannot be read") as caught:
        await RecordedOpinionSource(SPEC, opinions).vote(view_at(1.0), np.ones(3, dtype=np.bool_))
    assert caught.value.reason == "VENDOR_ERROR"


async def test_a_bad_figure_in_the_log_stops_at_the_door() -> None:
    with pytest.raises(DataError, match="outside 0–100"):
        await column_at(1.0, sample_answer(confidence=101.0))
