"""Bodies as a generator sends them to executors, made of the sample signals."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import msgspec

from argo_core.model.instant import to_text
from argo_core.model.signal import SealedSignal

Row = tuple[datetime, float, float, float, float]


def signal_body_of(sealed: SealedSignal, **changes: object) -> bytes:
    """A signal in the sync format. `changes` replace or add members; a member changed to `...` is left out."""
    signal = sealed.signal
    members: dict[str, object] = {
        **signal.hashed_fields(),
        "verification_hash": sealed.verification_hash,
        "scheme": sealed.scheme,
        "asset_type": signal.asset_type,
        "data_source": signal.data_source,
        "regime": signal.regime,
        "reasoning": signal.reasoning,
        "as_of": to_text(signal.as_of),
        "votes": [],
        **changes,
    }
    return msgspec.json.encode({name: value for name, value in members.items() if value is not ...})


def marks_body_of(symbol: str, rows: Sequence[Row], timeframe: str = "1d") -> bytes:
    """Bars (start, open, high, low, close) of one symbol in the sync format."""
    bars = [(to_text(start), opened, high, low, close, 1.0) for start, opened, high, low, close in rows]
    series = [{"symbol": symbol, "timeframe": timeframe, "bars": bars}]
    as_of = to_text(max(row[0] for row in rows)) if rows else "2026-03-02T00:00:00.000000Z"
    return msgspec.json.encode({"origin": "replay_sample", "as_of": as_of, "series": series})
