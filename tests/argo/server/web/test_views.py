"""Values in words."""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec
import pytest

from argo_core.model.cycle import CycleSummary
from argo_core.model.origin import Origin
from argo_core.testing.sample_cycles import sample_decision
from argo_server.web.views import words
from argo_server.web.views.cycle import cycle_view
from argo_server.web.views.decision import decision_view
from argo_server.web.views.shell import origin_words


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        (words.utc(datetime(2026, 3, 2, 15, 30, 9, 999_999, tzinfo=UTC)), "2026-03-02 15:30:09"),
        (words.utc(None), "–"),
        (words.price(1234.5), "1,234.50"),
        (words.price(0.2045123), "0.2045123"),
        (words.price(175.0), "175.00"),
        (words.price(None), "–"),
        (words.percent(58.3456), "58.3 %"),
        (words.signed(-2.5), "-2.50 %"),
        (words.signed(2.5), "+2.50 %"),
        (words.share(0.4), "40 %"),
        (words.milliseconds(12.34), "12.3 ms"),
        (words.milliseconds(1500), "1.50 s"),
        (words.age(1.5), "1.5 s"),
        (words.age(180), "3 min"),
        (words.age(7200), "2 h"),
        (words.age(432_000), "5 d"),
        (words.words("below_threshold"), "below threshold"),
    ],
)
def test_a_figure_is_written(shown: str, expected: str) -> None:
    assert shown.replace("\N{NO-BREAK SPACE}", " ") == expected


@pytest.mark.parametrize(
    ("veto", "measured", "limit", "expected"),
    [
        ("below_threshold", 58.3, 60.0, "below threshold: 58.3 % measured, 60.0 % needed"),
        ("low_coverage", 0.4, 0.5, "low coverage: 40 % measured, 50 % needed"),
        ("stale_data", 420.0, 300.0, "stale data: 7 min measured, 5 min allowed"),
        ("price_deviation", 6.25, 5.0, "price deviation: 6.2 % measured, 5.0 % allowed"),
        ("no_votes", 0.0, None, "no votes: no source answered"),
        ("no_price", None, None, "no price: the market data holds none"),
        ("a_later_rule", None, None, "a later rule"),
    ],
)
def test_a_veto_is_a_sentence(veto: str, measured: float | None, limit: float | None, expected: str) -> None:
    decision = msgspec.structs.replace(sample_decision("d", veto=veto), measured=measured, limit=limit)
    view = decision_view(decision)
    assert view.sentence.replace("\N{NO-BREAK SPACE}", " ") == expected
    assert (view.tone, view.signal_id) == ("warn", None)


def test_a_repeat_points_at_the_open_signal() -> None:
    view = decision_view(sample_decision("d", status="repeat", veto="already_open", repeat_of="SIG-1"))
    assert (view.sentence, view.signal_id, view.tone) == ("already open:", "SIG-1", "calm")


def test_replayed_data_without_a_period_is_still_called_replayed() -> None:
    assert origin_words(Origin(name="replay", description="", replayed=True)) == "replayed history"


def test_stages_are_drawn_against_the_longest_and_durations_as_a_line() -> None:
    at = datetime(2026, 3, 2, tzinfo=UTC)
    summary = CycleSummary(
        cycle_id="c",
        started_at=at,
        as_of=at,
        data_source="replay",
        symbols=2,
        skipped=1,
        evaluated=1,
        published=0,
        repeats=0,
        vetoed=1,
        outcomes=0,
        stage_ms={"view": 1.0, "votes": 4.0},
    )
    view = cycle_view([summary], [10.0, 20.0, 5.0])
    assert view.stages == (("view", 1.0, 25.0), ("votes", 4.0, 100.0))
    assert (view.total_ms, view.p50_ms, view.p95_ms, view.recent) == (5.0, 10.0, 20.0, 3)
    assert view.line == "0.0,20.0 120.0,0.0 240.0,30.0"


def test_no_cycle_has_no_figures() -> None:
    view = cycle_view([], [])
    assert (view.newest, view.total_ms, view.stages, view.p50_ms, view.line) == (None, None, (), None, "")
