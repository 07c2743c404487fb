"""One year of one series as a Parquet file that is named by its content's hash."""

from __future__ import annotations

import io
import os
from pathlib import Path
from urllib.parse import quote

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from argo_core.adapters.parquet.kept_file import file_errors, keep
from argo_core.errors import StoreError
from argo_core.model.bars import COLUMNS, Bars
from argo_core.model.bars_hash import bars_hash
from argo_core.model.instant import InstantArray
from argo_core.model.stored_series import SeriesKey, StoredPart

BARS = "bars"
SCHEMA = pa.schema(
    [
        ("start", pa.timestamp("us", tz="UTC")),
        ("end", pa.timestamp("us", tz="UTC")),
        *((name, pa.float64()) for name in COLUMNS),
    ]
)

Columns = tuple[InstantArray, InstantArray, NDArray[np.float64]]


def part_path(folder: Path, key: SeriesKey, part: StoredPart) -> Path:
    """`bars/symbol=S/timeframe=T/adjustment=A/year=Y/HASH.parquet`, the symbol with what no path may hold escaped."""
    return (
        folder
        / BARS
        / f"symbol={quote(key.symbol, safe='')}"
        / f"timeframe={key.timeframe}"
        / f"adjustment={key.adjustment}"
        / f"year={part.year}"
        / f"{part.content_hash}.parquet"
    )


def years_of(bars: Bars) -> list[tuple[StoredPart, Bars]]:
    """The bars by the year (UTC) in which they start, each with its hash."""
    years = bars.start.astype("datetime64[Y]").astype(np.int64) + 1970
    found = []
    for year in np.unique(years):
        first, last = (int(np.searchsorted(years, year, side=side)) for side in ("left", "right"))
        rows = bars.first(last).last(last - first)
        found.append((StoredPart(int(year), len(rows), bars_hash(rows)), rows))
    return found


def write_part(path: Path, bars: Bars) -> None:
    """Whole or not at all, and durable. A file that has this content already is left alone. Raises StoreError."""
    columns = [_times(bars.start), _times(bars.end), *(pa.array(column) for column in bars.values)]
    buffer = io.BytesIO()
    # Prices rarely repeat: a dictionary and statistics of each column would only cost time.
    pq.write_table(
        pa.table(columns, schema=SCHEMA), buffer, compression="lz4", use_dictionary=False, write_statistics=False
    )
    content = buffer.getvalue()
    with file_errors(path):
        kept = path.exists() and path.read_bytes() == content
    if not kept:
        keep(path, content)


def read_part(path: Path) -> Columns:
    """Starts, ends and values (5, T) as they lie in the file. Raises StoreError for a file that is none."""
    try:
        with pq.ParquetFile(os.fspath(path), memory_map=True) as file:
            table = file.read(use_threads=False)
        if table.schema != SCHEMA:
            raise StoreError(f"{path} has other columns than a file of bars: restore it from a backup")
        start, end = (table.column(name).to_numpy().astype("datetime64[us]") for name in ("start", "end"))
        return start, end, np.array([table.column(name).to_numpy() for name in COLUMNS], dtype=np.float64)
    except (OSError, pa.ArrowException) as error:
        reason = " ".join(str(error).split())
        raise StoreError(f"{path} cannot be read ({reason}): restore it from a backup, or import it again") from error


def _times(instants: InstantArray) -> pa.Array:
    return pa.array(instants.astype(np.int64), type=pa.int64()).cast(pa.timestamp("us", tz="UTC"))
