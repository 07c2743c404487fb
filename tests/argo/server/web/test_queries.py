"""Query strings as questions to the log."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from argo_core.errors import DataError
from argo_core.model.query import DecisionQuery, SignalQuery
from argo_server.web.queries import DecisionFilter, SignalFilter, require_identifier


def test_an_empty_filter_asks_for_the_newest_fifty() -> None:
    assert SignalFilter().query_for(None) == SignalQuery(limit=50)
    assert DecisionFilter().query() == DecisionQuery(limit=50)


def test_since_is_asked_in_utc() -> None:
    since = datetime(2026, 3, 2, 16, 30, tzinfo=timezone(timedelta(hours=1)))
    assert SignalFilter(since=since).query_for("AAPL") == SignalQuery(
        symbol="AAPL", since=datetime(2026, 3, 2, 15, 30, tzinfo=UTC)
    )


def test_years_that_no_clock_has_seen_are_asked_as_1970_since_they_do_not_compare_as_text() -> None:
    since = datetime(1, 1, 2, tzinfo=UTC)
    assert SignalFilter(since=since).query_for(None).since == datetime(1970, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize("text", ["", "a b", "a/b", "a\n", "x" * 65, "\u00e4", "a\x00"])
def test_what_is_no_identifier_is_refused(text: str) -> None:
    with pytest.raises(DataError, match="is not an identifier"):
        require_identifier(text)


def test_an_identifier_is_kept_as_it_is() -> None:
    assert require_identifier("SIG-01KAY3N3Q5GQ6X4M0T4C6T8C8W") == "SIG-01KAY3N3Q5GQ6X4M0T4C6T8C8W"
