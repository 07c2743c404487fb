"""Which stored series a backtest goes over: the newest of what is wanted, or the very versions of an earlier answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from argo_core.errors import DataError
from argo_core.model.stored_series import Adjustment, SeriesKey, StoredSeries
from argo_core.model.timeframe import Timeframe
from argo_core.ports.bar_library import BarLibrary


@dataclass(frozen=True, slots=True)
class StoredChoice:
    """Bars of the library. `hashes` None: the versions in force; else the content wanted, by symbol. `folder` None: the
    settings' library."""

    timeframe: str = "1Day"
    adjustment: Adjustment = Adjustment.SPLIT
    hashes: Mapping[str, str] | None = None
    folder: str | None = None


def newest_series(
    library: BarLibrary, symbols: Sequence[str] | None, timeframe: str, adjustment: Adjustment
) -> tuple[StoredSeries, ...]:
    """The version in force of each symbol, in their order; of all that are stored so with `symbols` None.

    Raises DataError: `not_stored` names the first that is missing, `bad_timeframe`; StoreError.
    """
    name = Timeframe.parse(timeframe).name
    stored = {versions.key: versions.newest for versions in library.series()}
    keys = [key for key in stored if (key.timeframe, key.adjustment) == (name, adjustment)]
    if symbols is not None:
        keys = [SeriesKey(symbol, name, adjustment) for symbol in symbols]
    missing = next((key for key in keys if key not in stored), None)
    if missing is not None or not keys:
        what = f"{missing} is not stored" if missing else f"no series {name} {adjustment} is stored"
        raise DataError("not_stored", f"{what}: see argo data list, and argo data import")
    return tuple(stored[key] for key in keys)


def pinned_series(
    library: BarLibrary, hashes: Mapping[str, str], timeframe: str, adjustment: Adjustment
) -> tuple[StoredSeries, ...]:
    """The versions with these content hashes by symbol, whatever is newest by now. Raises DataError `not_stored`, for
    instance where the library is another one; StoreError."""
    name = Timeframe.parse(timeframe).name
    known = {(each.key, each.content_hash): each for every in library.series() for each in every.versions}
    found = []
    for symbol, content in hashes.items():
        key = SeriesKey(symbol, name, adjustment)
        if (key, content) not in known:
            raise DataError("not_stored", f"{key} with content {content[:16]} is not stored any more: ask for it anew")
        found.append(known[key, content])
    return tuple(found)
