"""Everything that can be said against stored bars."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import msgspec

from argo_core.errors import DataError, StoreError
from argo_core.measures.adjustment_faults import dividend_steps, split_jumps
from argo_core.measures.calendar_faults import calendar_faults
from argo_core.measures.row_faults import row_faults
from argo_core.measures.small_splits import small_splits
from argo_core.model.bars import Bars
from argo_core.model.series_finding import Finding, Level
from argo_core.model.sessions import Sessions
from argo_core.model.stored_series import Adjustment, SeriesKey, StoredSeries
from argo_core.ports.bar_library import BarLibrary

CODES = (
    "adjusted_end", "bad_end", "bad_price", "bad_range", "bad_volume", "closed_day", "dividend", "dividend_backwards",
    "duplicate", "gap", "hash_mismatch", "not_finite", "small_split", "split", "time_shift", "unsorted",
)  # fmt: skip
"""Every code that a finding can have."""
SessionsOf = Callable[[StoredSeries], Sessions | None]


class LibraryCheck(msgspec.Struct, frozen=True, kw_only=True):
    """`checked`: series looked at; `errors`: how many of the findings are errors."""

    checked: int
    errors: int
    findings: tuple[Finding, ...]


def check_library(
    library: BarLibrary, sessions_of: SessionsOf, *, symbols: Sequence[str] = (), ignored: Sequence[str] = ()
) -> LibraryCheck:
    """The newest version of every series of `symbols` (all, without any), findings with a code in `ignored` left out.

    Raises DataError `bad_code` for a code that no finding has, `not_stored` for a symbol without a series or a library
    without any; StoreError for a manifest that cannot be read.
    """
    strange = next((code for code in ignored if code not in CODES), None)
    if strange is not None:
        raise DataError("bad_code", f"no finding is called {strange!r}: ignore some of {', '.join(CODES)}")
    series = [versions.newest for versions in library.series() if not symbols or versions.key.symbol in symbols]
    unknown = sorted(set(symbols) - {each.key.symbol for each in series})
    if unknown or not series:
        raise DataError("not_stored", f"no bars of {', '.join(unknown) or 'anything'} are stored: run argo data import")
    sound: dict[SeriesKey, Bars] = {}
    findings = [found for each in series for found in _of_one(library, each, sessions_of(each), sound)]
    findings += _of_pairs(sound)
    kept = tuple(found for found in findings if found.code not in ignored)
    return LibraryCheck(checked=len(series), errors=sum(found.level is Level.ERROR for found in kept), findings=kept)


def _of_one(
    library: BarLibrary, series: StoredSeries, sessions: Sessions | None, sound: dict[SeriesKey, Bars]
) -> Iterator[Finding]:
    name = str(series.key)
    try:
        bars = library.load(series)
    except StoreError as error:
        yield Finding(
            series=name, code="hash_mismatch", level=Level.ERROR, at=None, amount=None, count=1, what=str(error)
        )
        try:
            yield from row_faults(name, library.raw(series))
        except StoreError:
            return
        return
    sound[series.key] = bars
    yield from calendar_faults(name, bars, series.time_zone, sessions)
    yield from split_jumps(name, bars, series.key.adjustment)
    yield from small_splits(name, bars)


def _of_pairs(sound: dict[SeriesKey, Bars]) -> Iterator[Finding]:
    """Dividends show between a symbol's total series and its split-adjusted one; without that the raw one, which
    differs from it by splits as well, says nothing."""
    for key, total in sound.items():
        if key.adjustment is Adjustment.TOTAL:
            before = sound.get(SeriesKey(key.symbol, key.timeframe, Adjustment.SPLIT))
            if before is not None:
                yield from dividend_steps(str(key), before, total)
