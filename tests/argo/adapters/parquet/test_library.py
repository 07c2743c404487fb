"""Stored bars in files: the port's promises, a second writer, damage, and what lies where."""

from __future__ import annotations

import fcntl
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from argo_core.adapters.parquet import ParquetLibrary
from argo_core.errors import StoreError
from argo_core.testing.contracts.bar_library import BarLibraryContract
from argo_core.testing.sample_history import sample_history, sample_import, with_close


@pytest.fixture
def library(tmp_path: Path) -> ParquetLibrary:
    return ParquetLibrary(tmp_path / "library")


class TestParquetLibrary(BarLibraryContract):
    pass


def part_files(folder: Path) -> list[Path]:
    return sorted((folder / "library" / "bars").rglob("*.parquet"))


def test_bars_lie_by_symbol_timeframe_adjustment_and_year(library: ParquetLibrary, tmp_path: Path) -> None:
    library.store([sample_import(sample_history("BRK/B"))])
    folders = [path.parent.relative_to(tmp_path / "library").as_posix() for path in part_files(tmp_path)]
    assert folders == [
        "bars/symbol=BRK%2FB/timeframe=1Day/adjustment=raw/year=2019",
        "bars/symbol=BRK%2FB/timeframe=1Day/adjustment=raw/year=2020",
    ]


def test_other_programs_read_the_files(library: ParquetLibrary, tmp_path: Path) -> None:
    library.store([sample_import(sample_history())])
    frame = pq.read_table(part_files(tmp_path)[0]).to_pandas()
    assert frame["close"].iloc[0] == 100.5
    assert str(frame["start"].iloc[0]) == "2019-12-02 05:00:00+00:00"


def test_a_year_that_did_not_change_is_not_written_again(library: ParquetLibrary, tmp_path: Path) -> None:
    bars = sample_history()
    library.store([sample_import(bars.first(40))])
    first = {path: path.stat().st_mtime_ns for path in part_files(tmp_path)}
    library.store([sample_import(bars)])
    later = {path: path.stat().st_mtime_ns for path in part_files(tmp_path)}
    assert {path: later[path] for path in first} == first
    assert len(later) == 3


def test_a_second_writer_is_refused(library: ParquetLibrary, tmp_path: Path) -> None:
    library.store([sample_import(sample_history())])
    with (tmp_path / "library" / "library.lock").open("ab") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        with pytest.raises(StoreError, match="another import is under way"):
            library.store([sample_import(sample_history("MSFT"))])
        assert len(library.series()) == 1


def test_a_changed_file_is_refused(library: ParquetLibrary, tmp_path: Path) -> None:
    bars = sample_history()
    library.store([sample_import(bars)])
    library.store([sample_import(with_close(bars, 0, 100.25))], replace=True)
    old, new = library.series()[0].versions
    genuine, forged = (
        next(path for path in part_files(tmp_path) if path.stem == version.parts[0].content_hash)
        for version in (old, new)
    )
    genuine.write_bytes(forged.read_bytes())
    with pytest.raises(StoreError, match="its hash differs"):
        library.load(old)
    assert library.raw(old).values[3, 0] == 100.25
    assert library.load(new).close[0] == 100.25


@pytest.mark.parametrize("damage", [b"", b"PAR1", None])
def test_a_cut_or_lost_file_is_refused_and_replacing_mends_it(
    library: ParquetLibrary, tmp_path: Path, damage: bytes | None
) -> None:
    bars = sample_history()
    library.store([sample_import(bars)])
    file = part_files(tmp_path)[0]
    if damage is None:
        file.unlink()
    else:
        file.write_bytes(damage)
    series = library.series()[0].newest
    with pytest.raises(StoreError, match="cannot be read"):
        library.load(series)
    with pytest.raises(StoreError, match="cannot be read"):
        library.store([sample_import(bars)])
    library.store([sample_import(bars)], replace=True)
    assert np.array_equal(library.load(series).values, bars.values)


def test_a_damaged_manifest_is_refused(library: ParquetLibrary, tmp_path: Path) -> None:
    library.store([sample_import(sample_history())])
    (tmp_path / "library" / "manifest.json").write_text('{"form": 1, "series"')
    with pytest.raises(StoreError, match="is damaged"):
        library.series()


def test_a_manifest_of_a_later_form_is_refused(library: ParquetLibrary, tmp_path: Path) -> None:
    library.store([sample_import(sample_history())])
    (tmp_path / "library" / "manifest.json").write_text('{"form": 2, "series": []}')
    with pytest.raises(StoreError, match="has form 2"):
        library.series()
