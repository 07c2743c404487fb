"""A creation time as text, and back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from argo_core.adapters.sql.created_at import created_instant, created_text
from argo_core.errors import DataError


@given(st.datetimes(min_value=datetime.fromisoformat("1000-01-01"), timezones=st.just(UTC)))
def test_the_text_reads_back_as_its_whole_second(instant: datetime) -> None:
    assert created_instant(created_text(instant)) == instant.replace(microsecond=0)


def test_the_text_is_utc_whatever_the_zone() -> None:
    new_york = timezone(timedelta(hours=-5))
    assert created_text(datetime(2026, 3, 2, 22, 30, 59, 999_999, tzinfo=new_york)) == "2026-03-03 03:30:59"


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(DataError, match="has no timezone"):
        created_text(datetime.fromisoformat("2026-03-02"))
