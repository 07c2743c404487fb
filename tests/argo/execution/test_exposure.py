"""An opposite position is closed before anything is opened; crypto is never sold short."""

from __future__ import annotations

import msgspec
import pytest

from argo_core.execution import Exposure, exposure_of
from argo_core.testing.sample_cycles import sample_signal


@pytest.mark.parametrize(
    ("action", "asset_type", "held", "flip", "closing", "opening"),
    [
        ("BUY", "equity", 0.0, True, 0.0, 10.0),
        ("BUY", "equity", 4.0, True, 0.0, 10.0),
        ("BUY", "equity", -4.0, True, 4.0, 10.0),
        ("BUY", "equity", -4.0, False, 4.0, 0.0),
        ("SELL", "equity", 0.0, True, 0.0, 10.0),
        ("SELL", "equity", 4.0, True, 4.0, 10.0),
        ("SELL", "equity", 4.0, False, 4.0, 0.0),
        ("SELL", "crypto", 4.0, True, 4.0, 0.0),
        ("SELL", "crypto", 0.0, True, 0.0, 10.0),  # for the shorting layer to deny
        ("BUY", "crypto", 0.0, True, 0.0, 10.0),
    ],
)
def test_what_a_signal_asks_of_a_position(
    action: str, asset_type: str, held: float, flip: bool, closing: float, opening: float
) -> None:
    signal = msgspec.structs.replace(sample_signal("s1", action=action).signal, asset_type=asset_type)
    assert exposure_of(signal, held, 10.0, flip=flip) == Exposure(closing=closing, opening=opening)
