"""Bars that are kept for backtests."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from argo_core.model.bars import Bars
from argo_core.model.raw_bars import RawBars
from argo_core.model.stored_series import BarImport, Imported, SeriesVersions, StoredSeries


class BarLibrary(Protocol):
    """Promise: `store` is whole or nothing for all that it is given, and durable when it returns; whoever is killed in
    it leaves the library as it was, or with all of it. Bars that are stored already change nothing. A version that was
    ever stored stays readable. One writer at a time, a second one is refused; any number of readers. Any thread.
    Raises StoreError where the storage fails or is not what was written.
    """

    def series(self) -> tuple[SeriesVersions, ...]:
        """All that there is, by key."""
        ...

    def store(self, incoming: Sequence[BarImport], *, replace: bool = False) -> tuple[Imported, ...]:
        """New bars, in their order. Raises DataError `bars_differ` where they contradict stored ones and
        `other_origin` where those came from another source or time zone, unless `replace` says that the given ones
        hold; `no_bars` for an import without any; `series_twice` for two of one series."""
        ...

    def load(self, series: StoredSeries) -> Bars:
        """Exactly the bars of this version. Raises StoreError if what is stored has another hash."""
        ...

    def raw(self, series: StoredSeries) -> RawBars:
        """Whatever is stored for this version, unchecked: for looking into what `load` refuses."""
        ...
