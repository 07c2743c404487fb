"""A library of bars in memory."""

from __future__ import annotations

from collections.abc import Sequence

from argo_core.errors import StoreError
from argo_core.measures.series_growth import grown, require_storable
from argo_core.model.bars import Bars
from argo_core.model.bars_hash import bars_hash
from argo_core.model.instant import from_instant64
from argo_core.model.raw_bars import RawBars
from argo_core.model.stored_series import BarImport, Imported, SeriesKey, SeriesVersions, StoredPart, StoredSeries


class MemoryLibrary:
    """`ports.BarLibrary` that forgets everything with its process."""

    def __init__(self) -> None:
        self._versions: dict[SeriesKey, SeriesVersions] = {}
        self._bars: dict[str, Bars] = {}

    def series(self) -> tuple[SeriesVersions, ...]:
        """See `ports.BarLibrary`."""
        return tuple(self._versions[key] for key in sorted(self._versions))

    def store(self, incoming: Sequence[BarImport], *, replace: bool = False) -> tuple[Imported, ...]:
        """See `ports.BarLibrary`."""
        require_storable(incoming)
        plans = [self._planned(each, replace) for each in incoming]
        for done, bars in plans:
            before = self._versions.get(done.series.key)
            self._bars[done.series.content_hash] = bars
            if done.changed:
                versions = () if before is None else before.versions
                self._versions[done.series.key] = SeriesVersions(key=done.series.key, versions=(*versions, done.series))
        return tuple(done for done, _ in plans)

    def load(self, series: StoredSeries) -> Bars:
        """See `ports.BarLibrary`."""
        if series.content_hash not in self._bars:
            raise StoreError(f"{series.key} is not what was stored: import it again")
        return self._bars[series.content_hash]

    def raw(self, series: StoredSeries) -> RawBars:
        """See `ports.BarLibrary`."""
        return RawBars.of(self.load(series))

    def _planned(self, each: BarImport, replace: bool) -> tuple[Imported, Bars]:
        versions = self._versions.get(each.key)
        newest = None if versions is None else versions.newest
        bars = grown(newest, None if newest is None else self.load(newest), each, replace=replace)
        years = bars.start.astype("datetime64[Y]").astype(int) + 1970
        described = StoredSeries(
            key=each.key,
            source=each.source,
            time_zone=each.time_zone,
            first=from_instant64(bars.start[0]),
            last=from_instant64(bars.start[-1]),
            rows=len(bars),
            content_hash=bars_hash(bars),
            parts=(StoredPart(int(years[0]), len(bars), bars_hash(bars)),),
        )
        rows = 0 if newest is None else newest.rows
        changed = newest is None or newest.content_hash != described.content_hash or newest.source != each.source
        return Imported(rows_before=rows, changed=changed, series=described), bars
