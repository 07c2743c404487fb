"""Bars from CSV and Parquet files. What a file does not say unmistakably is asked for, never guessed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd

from argo_core.adapters.bar_times import read_times
from argo_core.adapters.vendors.complete_bars import NEW_YORK, UTC_ZONE, Days, bar_ends, midnights
from argo_core.errors import DataError
from argo_core.measures.row_faults import row_faults
from argo_core.model.asset import AssetType, asset_type_of, require_symbol
from argo_core.model.bars import COLUMNS
from argo_core.model.instant import InstantArray
from argo_core.model.raw_bars import RawBars
from argo_core.model.sessions import Sessions
from argo_core.model.stored_series import Adjustment, BarImport
from argo_core.model.timeframe import Timeframe

KNOWN_NAMES: Mapping[str, frozenset[str]] = {
    "time": frozenset({"time", "timestamp", "date", "datetime", "start", "index", "unnamed: 0"}),
    "symbol": frozenset({"symbol", "ticker"}),
    "open": frozenset({"open", "o"}),
    "high": frozenset({"high", "h"}),
    "low": frozenset({"low", "l"}),
    "close": frozenset({"close", "c", "adj close", "adj_close", "adjclose"}),
    "volume": frozenset({"volume", "vol", "v"}),
}
SessionsOf = Callable[[InstantArray], Sessions]


@dataclass(frozen=True, slots=True)
class FileTerms:
    """What is known of files. `symbol` is needed for files without a column of symbols; `time_zone` for times without
    an offset; `columns` says which of the file's columns is which of `KNOWN_NAMES`; `time_format` as in strptime."""

    timeframe: Timeframe
    adjustment: Adjustment
    symbol: str | None = None
    time_zone: str | None = None
    time_format: str | None = None
    columns: Mapping[str, str] = field(default_factory=dict)


def read_bar_file(path: Path, terms: FileTerms, sessions_of: SessionsOf) -> list[BarImport]:
    """Every symbol's bars of one file. `sessions_of` tells the exchange's sessions around such instants: a share's
    daily bar is known at its session's close.

    Raises DataError, one line that names the file: `unreadable`, `ambiguous_columns`, `ambiguous_time`, `bad_time`,
    `no_symbol`, and `bad_rows` for the first row that is no bar.
    """
    frame = _read(path)
    names = _columns(path, [str(name) for name in frame.columns], terms.columns)
    found = []
    for symbol, rows in _by_symbol(path, frame, names.get("symbol"), terms.symbol):
        zone = terms.time_zone or (UTC_ZONE if asset_type_of(symbol) is AssetType.CRYPTO else NEW_YORK)
        raw = _raw(path, symbol, rows, names, terms, zone, sessions_of)
        fault = next(row_faults(symbol, raw), None)
        if fault is not None:
            when = "" if fault.at is None else f" of {fault.at:%Y-%m-%d %H:%M}Z"
            raise DataError("bad_rows", f"{path}: {symbol}: the row{when}: {fault.what} ({fault.code}): mend the file")
        found.append(BarImport(raw.checked(), terms.adjustment, path.suffix.lstrip(".").lower(), zone))
    return found


def _read(path: Path) -> pd.DataFrame:
    readers = {".csv": pd.read_csv, ".parquet": pd.read_parquet, ".pq": pd.read_parquet}
    reader = readers.get(path.suffix.lower())
    if reader is None:
        raise DataError("unreadable", f"{path}: files end in .csv or .parquet, so that nobody guesses their form")
    try:
        frame = reader(path)
    except (OSError, ValueError, UnicodeDecodeError) as error:
        raise DataError("unreadable", f"{path} cannot be read: {' '.join(str(error).split())}") from error
    named = isinstance(frame.index, pd.DatetimeIndex) or frame.index.name is not None
    return frame.reset_index() if named else frame


def _columns(path: Path, there: Sequence[str], given: Mapping[str, str]) -> dict[str, str]:
    """Which column of the file is which of ours."""
    for role, name in given.items():
        if role not in KNOWN_NAMES or name not in there:
            raise DataError(
                "ambiguous_columns",
                f"{path}: --columns {role}={name}: use {', '.join(KNOWN_NAMES)} and one of {', '.join(there)}",
            )
    names = dict(given)
    for role, known in KNOWN_NAMES.items():
        fitting = [name for name in there if name.lower() in known]
        if role in names or (role == "symbol" and not fitting):
            continue
        if len(fitting) != 1:
            what = f"both {' and '.join(fitting)} may be" if fitting else f"none of {', '.join(there)} is named as"
            raise DataError("ambiguous_columns", f"{path}: {what} the {role}: say which with --columns {role}=NAME")
        names[role] = fitting[0]
    return names


def _by_symbol(
    path: Path, frame: pd.DataFrame, column: str | None, given: str | None
) -> Iterator[tuple[str, pd.DataFrame]]:
    if column is None:
        if given is None:
            raise DataError("no_symbol", f"{path} has no column of symbols: name its symbol with --symbols")
        yield require_symbol(given), frame
        return
    for symbol, rows in frame.groupby(frame[column].astype(str), sort=True):
        if given is None or symbol == given:
            yield require_symbol(str(symbol)), rows


def _raw(
    path: Path,
    symbol: str,
    rows: pd.DataFrame,
    names: Mapping[str, str],
    terms: FileTerms,
    zone: str,
    sessions_of: SessionsOf,
) -> RawBars:
    times = read_times(
        f"{path}: {symbol}", rows[names["time"]], terms.time_format, terms.time_zone, zone, terms.timeframe
    )
    daily = terms.timeframe.is_daily
    start = midnights(times, zone) if daily and len(times) else times
    sessions = None if asset_type_of(symbol) is AssetType.CRYPTO or not daily or not len(start) else sessions_of(start)
    try:
        values = rows[[names[name] for name in COLUMNS]].to_numpy(np.float64).T
    except (ValueError, TypeError) as error:
        raise DataError("bad_rows", f"{path}: {symbol}: a price or volume is no number: {error}") from error
    return RawBars(symbol, terms.timeframe, start, bar_ends(start, terms.timeframe, Days(zone, sessions)), values)
