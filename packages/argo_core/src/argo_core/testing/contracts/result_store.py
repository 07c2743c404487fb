"""What every ResultStore promises."""

from __future__ import annotations

import pytest

from argo_core.errors import DataError
from argo_core.ports.result_store import ResultStore

KEY, OTHER = "a" * 64, "b" * 64


class ResultStoreContract:
    """Subclass it, and give a fixture `results` that is empty."""

    def test_what_was_never_put_is_none(self, results: ResultStore) -> None:
        assert results.get(KEY) is None

    def test_a_result_comes_back_under_its_key_alone(self, results: ResultStore) -> None:
        results.put(KEY, b"\x00result")
        assert (results.get(KEY), results.get(OTHER)) == (b"\x00result", None)

    def test_the_last_word_counts(self, results: ResultStore) -> None:
        results.put(KEY, b"first")
        results.put(KEY, b"")
        assert results.get(KEY) == b""

    @pytest.mark.parametrize("key", ["", "AAPL 2019-01-01..2020-01-01", "A" * 64, "../" + "a" * 61, "a" * 65])
    def test_a_name_or_a_date_range_is_no_key(self, results: ResultStore, key: str) -> None:
        with pytest.raises(DataError):
            results.put(key, b"x")
        with pytest.raises(DataError):
            results.get(key)
