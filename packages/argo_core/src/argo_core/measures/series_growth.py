"""What a library does with an import, decided without touching any storage."""

from __future__ import annotations

from collections.abc import Sequence

from argo_core.errors import DataError
from argo_core.measures.series_merge import merged, replaced
from argo_core.model.bars import Bars
from argo_core.model.stored_series import BarImport, SeriesKey, StoredSeries


def require_storable(incoming: Sequence[BarImport]) -> None:
    """Raises DataError `no_bars` for an import without any, `series_twice` for two imports of one series."""
    if not incoming:
        raise DataError("no_bars", "there is nothing to import: name at least one symbol or file")
    seen: set[SeriesKey] = set()
    for each in incoming:
        if not len(each.bars):
            raise DataError("no_bars", f"{each.key}: there is no bar in this period: choose another FROM..TO or symbol")
        if each.key in seen:
            raise DataError("series_twice", f"{each.key} is given twice in one import: join its bars first")
        seen.add(each.key)


def grown(stored: StoredSeries | None, known: Bars | None, incoming: BarImport, *, replace: bool) -> Bars:
    """The bars that hold after the import. `known` are the bars of `stored`, None without them.

    Raises DataError `bars_differ`, `other_origin`; with `replace` neither: bars of another origin then take the place
    of the whole series, since two vendors' histories are never mixed, others that of their own period.
    """
    if stored is None or known is None:
        return incoming.bars
    if (stored.source, stored.time_zone) != (incoming.source, incoming.time_zone):
        if replace:
            return incoming.bars
        raise DataError(
            "other_origin",
            f"{incoming.key} is stored from {stored.source} in {stored.time_zone}, not {incoming.source} in "
            f"{incoming.time_zone}: import with --replace to store these in the place of all of it",
        )
    try:
        return replaced(known, incoming.bars) if replace else merged(known, incoming.bars)
    except DataError as error:
        hint = "import with --replace to store the given bars; the old version stays readable"
        raise DataError(error.code, f"{error}: {hint}") from error
