"""Instants as text: one form, read and written."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from argo_core.errors import DataError
from argo_core.model.instant import from_text, to_text


def test_what_is_written_is_read() -> None:
    instant = datetime(2024, 2, 29, 3, 4, 5, 6, tzinfo=UTC)
    assert to_text(instant) == "2024-02-29T03:04:05.000006Z"
    assert from_text("2024-02-29T03:04:05.000006Z") == instant


@pytest.mark.parametrize(
    "text",
    (
        "2024-02-29T03:04:05.5Z",
        "2024-02-29T03:04:05Z",
        "2024-02-29T03:04:05.000006+00:00",
        "2024-02-29T03:04:05.000006",
        "2024-02-29 03:04:05.000006Z",
        "20240229T030405.000006Z",
        "2023-02-29T03:04:05.000006Z",
        "0001-01-01T00:00:00.000000+23:00",
        "2024-02-29",
        "",
    ),
)
def test_no_other_form_is_read(text: str) -> None:
    with pytest.raises(DataError) as refused:
        from_text(text)
    assert refused.value.code == "bad_timestamp"
