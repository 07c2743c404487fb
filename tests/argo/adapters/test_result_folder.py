"""Results by content, in a folder and in memory."""

from __future__ import annotations

from pathlib import Path

import pytest

from argo_core.adapters.result_folder import ResultFolder
from argo_core.backtest.content_key import ComputedFrom, content_key, hashes_of
from argo_core.errors import ConfigError
from argo_core.testing.contracts.result_store import KEY, ResultStoreContract
from argo_core.testing.memory_results import MemoryResults
from argo_core.testing.sample_history import sample_history, with_close


class TestResultFolder(ResultStoreContract):
    @pytest.fixture
    def results(self, tmp_path: Path) -> ResultFolder:
        return ResultFolder(tmp_path)


class TestMemoryResults(ResultStoreContract):
    @pytest.fixture
    def results(self) -> MemoryResults:
        return MemoryResults()


def test_one_changed_bar_finds_no_kept_result(tmp_path: Path) -> None:
    results, bars = ResultFolder(tmp_path), sample_history()
    keys = [
        content_key(ComputedFrom(bars=hashes_of({"AAPL": each}), strategy="s", source_hash="", engine=""))
        for each in (bars, with_close(bars, 59, 100.3), sample_history(days=90).first(60))
    ]
    results.put(keys[0], b"kept")
    assert [results.get(key) for key in keys] == [b"kept", None, b"kept"]


def test_another_process_finds_it(tmp_path: Path) -> None:
    ResultFolder(tmp_path).put(KEY, b"kept")
    assert ResultFolder(tmp_path).get(KEY) == b"kept"


def test_a_folder_that_cannot_be_written_is_said_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "results").write_text("a file in the way")
    with pytest.raises(ConfigError) as error:
        ResultFolder(tmp_path).put(KEY, b"x")
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("content", [b"", b"short", b"\x00" * 40])
def test_a_file_that_was_cut_or_changed_counts_as_not_there(tmp_path: Path, content: bytes) -> None:
    results = ResultFolder(tmp_path)
    results.put(KEY, b"kept")
    (tmp_path / "results" / KEY[:2] / KEY).write_bytes(content)
    assert results.get(KEY) is None
    results.put(KEY, b"anew")
    assert results.get(KEY) == b"anew"
