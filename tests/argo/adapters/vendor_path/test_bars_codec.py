"""Bars survive a cache bit for bit, and a damaged blob is refused."""

from __future__ import annotations

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from argo_core.adapters.vendor_path import BarsBlob, from_blob, to_blob
from argo_core.errors import DataError
from argo_core.model.bars import Bars


def bars_of(closes: list[float]) -> Bars:
    count = len(closes)
    start = np.datetime64("2026-11-20T14:30:00", "us") + np.arange(count) * np.timedelta64(60, "s")
    prices = np.array(closes)
    values = np.array([prices, prices * 1.01, prices * 0.99, prices, np.arange(count, dtype=float)])
    return Bars.of("BRK.B", "1Min", start, values.reshape(5, count))


@given(st.lists(st.floats(0.0001, 1e9), max_size=40))
def test_bars_come_back_bit_for_bit_through_msgpack(closes: list[float]) -> None:
    bars = bars_of(closes)
    body = msgspec.msgpack.encode(to_blob(bars))
    again = from_blob(msgspec.msgpack.decode(body, type=BarsBlob))
    assert (again.symbol, again.timeframe) == ("BRK.B", bars.timeframe)
    assert again.values.tobytes() == bars.values.tobytes()
    assert (again.start.tobytes(), again.end.tobytes()) == (bars.start.tobytes(), bars.end.tobytes())


def test_a_history_costs_56_bytes_a_bar() -> None:
    blob = to_blob(bars_of([100.0] * 1000))
    assert len(blob.start) + len(blob.end) + len(blob.values) == 56_000


def test_the_bytes_are_little_endian_whatever_the_machine() -> None:
    blob = to_blob(bars_of([1.0]))
    assert int.from_bytes(blob.start, "little") == 1_795_185_000_000_000
    assert blob.values[:8] == b"\x00\x00\x00\x00\x00\x00\xf0\x3f"


@pytest.mark.parametrize("field", ["start", "end", "values"])
@pytest.mark.parametrize("cut", [1, 8])
def test_a_cut_off_blob_is_refused(field: str, cut: int) -> None:
    blob = to_blob(bars_of([1.0, 2.0, 3.0]))
    with pytest.raises(DataError):
        from_blob(msgspec.structs.replace(blob, **{field: getattr(blob, field)[:-cut]}))


def test_a_flipped_sign_is_refused() -> None:
    blob = to_blob(bars_of([1.0]))
    with pytest.raises(DataError) as caught:
        from_blob(msgspec.structs.replace(blob, values=blob.values[:7] + b"\xbf" + blob.values[8:]))
    assert caught.value.code in ("bad_price", "bad_range")
