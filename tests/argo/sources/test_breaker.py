"""The breaker opens after five failures in a row, tries one call after a minute, and closes after two good ones."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from argo_core.sources.breaker import (
    CLOSED,
    BreakerMode,
    BreakerPolicy,
    BreakerState,
    after_failure,
    after_success,
    may_call,
    released,
    seconds_shut,
    started,
)

POLICY = BreakerPolicy()


def failed(state: BreakerState, times: int, now: float = 0.0) -> BreakerState:
    for _ in range(times):
        state = after_failure(state, POLICY, now, trial=False)
    return state


OPEN = failed(CLOSED, 5, now=100.0)


def test_the_seeds_figures_are_the_defaults() -> None:
    assert (POLICY.failures, POLICY.open_seconds, POLICY.successes) == (5, 60.0, 2)


def test_four_failures_leave_it_closed_and_the_fifth_opens_it() -> None:
    assert failed(CLOSED, 4).mode is BreakerMode.CLOSED
    assert BreakerState(mode=BreakerMode.OPEN, opened_at=100.0) == OPEN


def test_a_success_between_failures_starts_the_count_again() -> None:
    state = after_success(failed(CLOSED, 4), POLICY, trial=False)
    assert failed(state, 4).mode is BreakerMode.CLOSED
    assert failed(state, 5).mode is BreakerMode.OPEN


def test_no_call_passes_for_sixty_seconds() -> None:
    assert [may_call(OPEN, POLICY, now) for now in (100.0, 159.999, 160.0)] == [False, False, True]
    assert [seconds_shut(OPEN, POLICY, now) for now in (100.0, 159.5, 160.0, 900.0)] == [60.0, 0.5, 0.0, 0.0]


def test_a_call_that_may_not_go_changes_nothing() -> None:
    assert started(OPEN, POLICY, 159.0) == OPEN


def test_half_open_lets_one_trial_out_at_a_time() -> None:
    trial = started(OPEN, POLICY, 160.0)
    assert (trial.mode, trial.on_trial) == (BreakerMode.HALF_OPEN, True)
    assert not may_call(trial, POLICY, 160.0)
    assert not may_call(trial, POLICY, 1e9)


def test_two_good_trials_close_it_and_one_does_not() -> None:
    first = after_success(started(OPEN, POLICY, 160.0), POLICY, trial=True)
    assert (first.mode, first.count) == (BreakerMode.HALF_OPEN, 1)
    assert may_call(first, POLICY, 160.0)
    assert after_success(started(first, POLICY, 161.0), POLICY, trial=True) == CLOSED


def test_a_failed_trial_opens_it_for_another_minute() -> None:
    again = after_failure(started(OPEN, POLICY, 160.0), POLICY, 163.0, trial=True)
    assert again == BreakerState(mode=BreakerMode.OPEN, opened_at=163.0)
    assert not may_call(again, POLICY, 222.0)
    assert may_call(again, POLICY, 223.0)


def test_a_good_trial_before_a_failed_one_counts_no_more() -> None:
    first = after_success(started(OPEN, POLICY, 160.0), POLICY, trial=True)
    again = after_failure(started(first, POLICY, 161.0), POLICY, 161.0, trial=True)
    trial = after_success(started(again, POLICY, 221.0), POLICY, trial=True)
    assert (trial.mode, trial.count) == (BreakerMode.HALF_OPEN, 1)


def test_a_trial_that_says_nothing_about_health_gives_its_place_free() -> None:
    trial = released(started(OPEN, POLICY, 160.0), trial=True)
    assert trial.mode is BreakerMode.HALF_OPEN
    assert may_call(trial, POLICY, 160.0)
    assert released(failed(CLOSED, 3), trial=False) == failed(CLOSED, 3)


def test_stragglers_from_before_it_opened_decide_nothing() -> None:
    trial = started(OPEN, POLICY, 160.0)
    for state in (OPEN, trial):
        assert after_success(state, POLICY, trial=False) == state
        assert after_failure(state, POLICY, 170.0, trial=False) == state
        assert released(state, trial=False) == state


EVENTS = st.lists(
    st.tuples(st.sampled_from(["start", "good", "bad", "none", "stray good", "stray bad"]), st.floats(0.0, 40.0)),
    max_size=80,
)


@given(EVENTS)
def test_whatever_happens_at_most_one_trial_and_never_a_call_within_the_minute(
    events: list[tuple[str, float]],
) -> None:
    state, now, in_flight, opened_at = CLOSED, 0.0, 0, None
    for event, step in events:
        now += step
        before = state
        if event == "start" and may_call(state, POLICY, now):
            assert opened_at is None or now - opened_at >= 60.0 or state.mode is not BreakerMode.OPEN
            state = started(state, POLICY, now)
            in_flight = 1 if state.mode is BreakerMode.HALF_OPEN else 0
        elif event.startswith("stray") and state.mode is not BreakerMode.CLOSED:
            good = event.endswith("good")
            state = (
                after_success(state, POLICY, trial=False) if good else after_failure(state, POLICY, now, trial=False)
            )
            assert state == before
        elif event in ("good", "bad", "none") and (in_flight or state.mode is BreakerMode.CLOSED):
            trial = bool(in_flight)
            if event == "good":
                state = after_success(state, POLICY, trial=trial)
            elif event == "bad":
                state = after_failure(state, POLICY, now, trial=trial)
            else:
                state = released(state, trial=trial)
            in_flight = 0
        assert state.on_trial == bool(in_flight)
        if state.mode is BreakerMode.OPEN and before.mode is not BreakerMode.OPEN:
            opened_at = now
