"""The rules over readings: what fires, what is raised once, and what ends by itself. Expected values are literal."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from argo_core.alerts.evaluate import Finding, Verdict, evaluate, resumed
from argo_core.alerts.figures import Figure, figures_of, kept
from argo_core.alerts.readings import RateReading, Readings, SourceReading
from argo_core.alerts.rules import RULES, with_limits
from argo_core.errors import ConfigError, InvariantError
from argo_core.model.alert import Severity

AT = datetime(2026, 3, 2, 15, tzinfo=UTC)


def judge(*figures: Figure, before: tuple[Finding, ...] = (), after: float = 0.0) -> Verdict:
    return evaluate(RULES, figures, before, AT + timedelta(seconds=after), "generator")


def raised(verdict: Verdict) -> list[tuple[str, str]]:
    return [(one.dedup_key, "over" if one.resolved else one.severity.value) for one in verdict.alerts]


# Each line: the figure, its name, what is still right, what is wrong, and what is raised then.
CASES = [
    ("error_rate", "", 10.0, 10.1, [("error_rate", "critical")]),
    ("sources_failing", "", 1.0, 2.0, [("sources_failing", "critical")]),
    ("breakers_open", "", 1.0, 2.0, [("breakers_open", "critical")]),
    ("breaker_open_seconds", "massive", 300.0, 301.0, [("breaker_open:massive", "critical")]),
    ("call_volume", "", 3.0, 3.1, [("call_volume", "critical")]),
    ("generation_mean", "", 0.3, 0.31, [("generation_degraded", "warning")]),
    ("generation_mean", "", 0.3, 0.51, [("generation_slow", "critical")]),
    ("generation_p95", "", 1.0, 1.01, [("generation_p95", "critical")]),
    ("cache_hit_rate", "", 70.0, 69.0, [("cache_degraded", "warning")]),
    ("cache_hit_rate", "", 70.0, 49.0, [("cache_hit_rate", "critical")]),
    ("signal_rate_hour", "both", 50.0, 49.0, [("signal_rate_hour:both", "critical")]),
    ("signal_rate_five_minutes", "both", 50.0, 49.0, [("signal_rate_five_minutes:both", "warning")]),
    ("memory", "", 85.0, 85.1, [("memory_high", "warning")]),
    ("disk", "", 90.0, 90.1, [("disk_high", "warning")]),
    ("breaker_changes", "massive", 6.0, 7.0, [("breaker_flapping:massive", "warning")]),
    ("limit_hits", "massive", 60.0, 61.0, [("limit_hits:massive", "warning")]),
    ("down", "redis", 0.0, 1.0, [("service_down:redis", "critical")]),
    ("broken", "audit", 0.0, 1.0, [("integrity_failed:audit", "critical")]),
    ("refused", "alpine", 0.0, 1.0, [("messages_refused:alpine", "warning")]),
]


@pytest.mark.parametrize(("figure", "subject", "right", "wrong", "told"), CASES)
def test_each_rule_fires_past_its_limit_and_only_past_it(
    figure: str, subject: str, right: float, wrong: float, told: list[tuple[str, str]]
) -> None:
    assert raised(judge(Figure(name=figure, value=right, subject=subject))) == []
    assert raised(judge(Figure(name=figure, value=wrong, subject=subject))) == told
    assert raised(judge(Figure(name=figure, value=float("nan"), subject=subject))) != []


def test_every_rule_is_tried_here() -> None:
    held = {"cpu_high", "limiter_queue", "witness_silent"}
    assert {key.partition(":")[0] for *_, told in CASES for key, _ in told} | held == {rule.name for rule in RULES}


def test_a_rule_that_stays_broken_is_told_once_and_its_end_once() -> None:
    disk = Figure(name="disk", value=93.0)
    first = judge(disk)
    assert raised(first) == [("disk_high", "warning")]
    again = judge(disk, before=first.findings, after=5)
    assert raised(again) == []
    over = judge(Figure(name="disk", value=89.0), before=again.findings, after=10)
    assert raised(over) == [("disk_high", "over")]
    assert raised(judge(Figure(name="disk", value=89.0), before=over.findings, after=15)) == []


def test_a_busy_minute_is_no_alert_a_longer_one_is() -> None:
    busy = Figure(name="cpu", value=97.0)
    standing = judge(busy).findings
    for seconds in (30, 59):
        verdict = judge(busy, before=standing, after=seconds)
        assert raised(verdict) == []
        standing = verdict.findings
    assert raised(judge(busy, before=standing, after=60)) == [("cpu_high", "warning")]
    calm = judge(Figure(name="cpu", value=10.0), before=standing, after=59.5)
    assert raised(judge(busy, before=calm.findings, after=61)) == []


def test_what_gets_worse_passes_from_the_mild_rule_to_the_strong_one() -> None:
    mild = judge(Figure(name="generation_mean", value=0.4))
    worse = judge(Figure(name="generation_mean", value=0.7), before=mild.findings, after=5)
    assert raised(worse) == [("generation_slow", "critical"), ("generation_degraded", "over")]


def test_what_is_not_measured_for_a_quarter_of_an_hour_is_over() -> None:
    gone = judge(Figure(name="breaker_open_seconds", value=400.0, subject="massive"))
    waiting = judge(before=gone.findings, after=899)
    assert raised(waiting) == []
    over = judge(before=waiting.findings, after=900)
    assert raised(over) == [("breaker_open:massive", "over")]
    assert over.findings == ()


def test_after_a_restart_an_open_matter_is_not_told_again_and_ends_by_itself() -> None:
    standing = judge(Figure(name="disk", value=93.0)).alerts
    foreign = msgspec.structs.replace(standing[0], dedup_key="prop_firm-halt")
    findings = resumed(RULES, [*standing, foreign], AT)
    assert [one.key for one in findings] == ["disk_high"]
    assert raised(judge(Figure(name="disk", value=93.0), before=findings, after=5)) == []
    assert raised(judge(Figure(name="disk", value=50.0), before=findings, after=5)) == [("disk_high", "over")]


def test_an_alert_says_what_was_measured_and_names_its_runbook() -> None:
    (alert,) = judge(Figure(name="error_rate", value=25.0, words="5 of 20 calls")).alerts
    assert (alert.title, alert.message) == ("many calls fail", "25 %: 5 of 20 calls")
    assert (alert.severity, alert.source, alert.raised_at) == (Severity.CRITICAL, "generator", AT)
    assert alert.runbook == "error_rate"
    assert alert.details == {"rule": "error_rate", "limit": "above 10", "measured": "25"}


def test_no_rules_are_no_answer() -> None:
    with pytest.raises(InvariantError):
        evaluate((), (), (), AT, "generator")


def test_an_operator_may_move_a_limit_and_not_misspell_a_rule() -> None:
    (rule,) = [one for one in with_limits({"disk_high": 95.0}) if one.name == "disk_high"]
    assert (rule.limit, rule.broken_by(94.0), rule.broken_by(96.0)) == (95.0, False, True)
    with pytest.raises(ConfigError, match="no rule is called 'disk_hihg'"):
        with_limits({"disk_hihg": 95.0})


def history(*counts: tuple[float, int, int]) -> tuple[Readings, ...]:
    """Readings of one source: minutes since the start, requests and failures so far."""
    return tuple(
        Readings(
            at=AT + timedelta(minutes=minutes),
            sources=(SourceReading(source="massive", requests=requests, failures=failures),),
        )
        for minutes, requests, failures in counts
    )


def value_of(name: str, readings: tuple[Readings, ...]) -> float | None:
    return next((one.value for one in figures_of(readings) if one.name == name), None)


def test_the_error_rate_is_of_the_last_five_minutes() -> None:
    assert value_of("error_rate", history((0, 1000, 900), (5, 1040, 906))) == 15.0
    assert value_of("error_rate", history((0, 1000, 900), (5, 1019, 905))) is None


def test_call_volume_is_beside_the_hour_before_and_only_after_one() -> None:
    steady = [(minutes, 10 * minutes, 0) for minutes in range(0, 61, 5)]
    assert value_of("call_volume", history(*steady)) is None
    assert value_of("call_volume", history(*steady, (65, 800, 0))) == 4.0


def test_rates_of_a_cache_and_of_a_breaker_are_of_their_windows() -> None:
    first = Readings(at=AT, cache_hits=900, cache_misses=0, sources=(SourceReading(source="m", transitions=3),))
    now = Readings(
        at=AT + timedelta(minutes=10),
        cache_hits=940,
        cache_misses=60,
        sources=(SourceReading(source="m", transitions=11, open_seconds=12.0),),
    )
    found = {one.name: one.value for one in figures_of((first, now))}
    assert (found["cache_hit_rate"], found["breaker_changes"], found["breaker_open_seconds"]) == (40.0, 8.0, 12.0)
    assert (found["breakers_open"], found["sources_failing"]) == (1.0, 0.0)


def test_signal_rates_are_told_in_percent_of_the_usual() -> None:
    rate = RateReading(service_type="both", window="hour", signals=3, expected=12.0)
    (figure,) = [one for one in figures_of((Readings(at=AT, rates=(rate,)),)) if one.name == "signal_rate_hour"]
    assert (figure.value, figure.subject, figure.words) == (25.0, "both", "3 signals where 12.0 are usual")


def test_five_cycles_are_needed_to_judge_their_speed() -> None:
    assert value_of("generation_mean", (Readings(at=AT, generation_seconds=(9.0,) * 4),)) is None
    assert value_of("generation_mean", (Readings(at=AT, generation_seconds=(0.2, 0.2, 0.2, 0.2, 1.2)),)) == 0.4


def test_readings_older_than_every_window_are_left_out_and_a_clock_that_jumps_back_begins_anew() -> None:
    old = history((0, 0, 0), (30, 1, 0), (71, 2, 0))
    newest = Readings(at=AT + timedelta(minutes=75))
    assert [one.at for one in kept(old, newest)] == [old[1].at, old[2].at, newest.at]
    assert kept(old, Readings(at=AT - timedelta(hours=1))) == (Readings(at=AT - timedelta(hours=1)),)
