"""Bars in Parquet files, by symbol, timeframe, adjustment and year; one manifest names what counts.

A version is never changed: its files are named by their content's hash, and stay when another version takes its place.
"""

from __future__ import annotations

import fcntl
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from argo_core.adapters.durable_file import PARTIAL
from argo_core.adapters.parquet.kept_file import file_errors
from argo_core.adapters.parquet.manifest import Manifest, read_manifest, write_manifest
from argo_core.adapters.parquet.part_file import BARS, part_path, read_part, write_part, years_of
from argo_core.errors import DataError, StoreError
from argo_core.measures.series_growth import grown, require_storable
from argo_core.model.bars import Bars
from argo_core.model.bars_hash import bars_hash
from argo_core.model.instant import from_instant64
from argo_core.model.raw_bars import RawBars
from argo_core.model.stored_series import BarImport, Imported, SeriesKey, SeriesVersions, StoredSeries
from argo_core.model.timeframe import Timeframe

WRITERS, READERS = 8, 4
THREADED_ROWS = 200_000


class ParquetLibrary:
    """`ports.BarLibrary` in a folder. The folder is made by the first import."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def series(self) -> tuple[SeriesVersions, ...]:
        """See `ports.BarLibrary`."""
        return read_manifest(self._folder).series

    def store(self, incoming: Sequence[BarImport], *, replace: bool = False) -> tuple[Imported, ...]:
        """See `ports.BarLibrary`."""
        require_storable(incoming)
        with self._writing():
            known = {versions.key: versions for versions in self.series()}
            plans = [self._planned(known.get(each.key), each, replace) for each in incoming]
            changed = [(done, bars) for done, bars in plans if done.changed]
            # Until the manifest names them these files count for nothing: a crash leaves the old library. Replacing
            # also mends files of bars that are the same.
            self._write([(done.series.key, bars) for done, bars in (plans if replace else changed)])
            for done, _ in changed:
                before = known.get(done.series.key)
                versions = () if before is None else before.versions
                known[done.series.key] = SeriesVersions(key=done.series.key, versions=(*versions, done.series))
            if changed:
                write_manifest(self._folder, Manifest(series=tuple(known[key] for key in sorted(known))))
        return tuple(done for done, _ in plans)

    def load(self, series: StoredSeries) -> Bars:
        """See `ports.BarLibrary`."""
        try:
            bars = self.raw(series).checked()
        except DataError as error:
            raise StoreError(f"{series.key} is not what was stored ({error}): run argo data check") from error
        if bars_hash(bars) != series.content_hash:
            raise StoreError(f"{series.key} is not what was stored (its hash differs): run argo data check")
        return bars

    def raw(self, series: StoredSeries) -> RawBars:
        """See `ports.BarLibrary`."""
        paths = [part_path(self._folder, series.key, part) for part in series.parts]
        if series.rows > THREADED_ROWS:  # of small files a thread costs more than it saves
            with ThreadPoolExecutor(READERS) as threads:
                parts = list(threads.map(read_part, paths))
        else:
            parts = [read_part(path) for path in paths]
        start, end = (np.concatenate([part[column] for part in parts]) for column in (0, 1))
        values = np.concatenate([part[2] for part in parts], axis=1)
        return RawBars(series.key.symbol, Timeframe.parse(series.key.timeframe), start, end, values)

    def _planned(self, stored: SeriesVersions | None, incoming: BarImport, replace: bool) -> tuple[Imported, Bars]:
        newest = None if stored is None else stored.newest
        known = self._known(newest, replace)
        bars = grown(newest, known, incoming, replace=replace)
        described = _described(incoming, bars)
        rows = 0 if newest is None else newest.rows
        return Imported(rows_before=rows, changed=described != newest, series=described), bars

    def _known(self, newest: StoredSeries | None, replace: bool) -> Bars | None:
        """The stored bars; a damaged series is as good as none to whoever replaces it."""
        try:
            return None if newest is None else self.load(newest)
        except StoreError:
            if replace:
                return None
            raise

    def _write(self, changed: Sequence[tuple[SeriesKey, Bars]]) -> None:
        parts = [(part_path(self._folder, key, part), rows) for key, bars in changed for part, rows in years_of(bars)]
        with ThreadPoolExecutor(WRITERS) as threads:
            for written in [threads.submit(write_part, path, rows) for path, rows in parts]:
                written.result()

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """The only writer, until the block or the process ends. What a killed one has left half-written is removed."""
        lock = self._folder / "library.lock"
        with file_errors(lock):
            self._folder.mkdir(parents=True, exist_ok=True)
            handle = lock.open("ab")
        with handle:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise StoreError(f"{self._folder}: another import is under way: wait until it has ended") from error
            with file_errors(self._folder):
                for left in (*self._folder.glob(f"*{PARTIAL}"), *(self._folder / BARS).rglob(f"*{PARTIAL}")):
                    left.unlink()
            yield


def _described(incoming: BarImport, bars: Bars) -> StoredSeries:
    return StoredSeries(
        key=incoming.key,
        source=incoming.source,
        time_zone=incoming.time_zone,
        first=from_instant64(bars.start[0]),
        last=from_instant64(bars.start[-1]),
        rows=len(bars),
        content_hash=bars_hash(bars),
        parts=tuple(part for part, _ in years_of(bars)),
    )
