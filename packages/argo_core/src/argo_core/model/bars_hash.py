"""One name for a content: equal bars have equal hashes on every machine, other bars have others."""

from __future__ import annotations

import hashlib

from argo_core.model.bars import Bars

FORM = b"argo bars 1\n"


def bars_hash(bars: Bars) -> str:
    """SHA-256 in hex of the canonical content: form, symbol, timeframe and count as text lines, then `start` and `end`
    as little-endian int64 microseconds since 1970, then open, high, low, close, volume as little-endian float64, each
    column whole. A volume of minus zero counts as zero."""
    digest = hashlib.sha256(FORM)
    digest.update(f"{bars.symbol}\n{bars.timeframe.name}\n{len(bars)}\n".encode())
    for times in (bars.start, bars.end):
        digest.update(times.astype("datetime64[us]").astype("<i8").tobytes())
    for column in bars.values:
        digest.update((column + 0.0).astype("<f8").tobytes())
    return digest.hexdigest()
