"""What is told of a vendor: each change once, and nothing while nothing changes."""

from __future__ import annotations

import msgspec

from argo_core.model.path_statistics import PathStatistics
from argo_core.model.source_standing import SourceStanding
from argo_core.model.stream_standing import StreamStanding
from argo_core.pipeline.standing_watch import StandingChange, changes

COUNTS = "calls cache_hits cache_misses coalesced requests fetches failures retries throttled queue_depth"
FIGURES: dict[str, int] = dict.fromkeys(COUNTS.split(), 0)


def path(breaker: str = "closed", opened: int = 0, why: str | None = None) -> PathStatistics:
    return msgspec.convert(
        {
            **FIGURES, "name": "v", "errors": {}, "breaker": breaker, "transitions": {"open": opened},
            "waited_seconds": 0.0, "last_error": why, "breaker_open_seconds": None, "latency_mean_ms": None,
            "latency_p50_ms": None, "latency_p95_ms": None, "success_rate_pct": None, "hit_age_p50_seconds": None,
            "hit_age_p95_seconds": None, "quota_left": None, "rate_limit_left": None, "last_error_at": None,
            "last_answer_at": None,
        },
        PathStatistics,
    )  # fmt: skip


def standing(path: PathStatistics | None = None, *streams: StreamStanding) -> SourceStanding:
    return SourceStanding(source="alpaca_pro", vendor="alpaca", place="x", path=path, streams=streams)


def told(before: SourceStanding | None, now: SourceStanding) -> list[tuple[str, str | None]]:
    return [(change.what, change.why) for change in changes(before, now)]


def test_a_breaker_is_told_when_it_opens_and_when_it_is_closed_again() -> None:
    well, broken = standing(path()), standing(path("open", 1, "500"))
    trying, back = standing(path("half_open", 1, "500")), standing(path("closed", 1))
    assert told(None, well) == told(well, well) == told(broken, broken) == told(broken, trying) == []
    assert told(well, broken) == told(None, broken) == [("breaker_opened", "500")]
    assert told(trying, back) == [("breaker_closed", None)]


def test_what_came_and_went_between_two_looks_is_told() -> None:
    assert told(standing(path()), standing(path("closed", 1, "500"))) == [
        ("breaker_opened", "500"),
        ("breaker_closed", None),
    ]
    one = StreamStanding(kind="equity", connected=True, connections=1)
    two = StreamStanding(kind="equity", connected=True, connections=2, last_error="cut")
    assert told(standing(None, one), standing(None, two)) == [("stream_dropped", "cut"), ("stream_connected", None)]


def test_a_stream_is_told_when_it_connects_drops_and_ends() -> None:
    new = StreamStanding(kind="crypto")
    here = StreamStanding(kind="crypto", connected=True, connections=1)
    gone = StreamStanding(kind="crypto", connections=1, failures=1, last_error="cut")
    ended = StreamStanding(kind="crypto", connections=1, ended=True, last_error="wrong key")
    assert told(None, standing(None, new)) == []
    assert told(standing(None, new), standing(None, here)) == [("stream_connected", None)]
    assert told(standing(None, here), standing(None, gone)) == [("stream_dropped", "cut")]
    assert told(standing(None, gone), standing(None, ended)) == [("stream_ended", "wrong key")]
    assert told(standing(None, ended), standing(None, ended)) == []


def test_what_got_worse_is_told_from_what_got_better() -> None:
    assert StandingChange(source="s", what="breaker_opened").is_worse
    assert not StandingChange(source="s", what="stream_connected").is_worse
