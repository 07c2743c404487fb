"""Net is gross less a stated round trip."""

from __future__ import annotations

import pytest

from argo_core.errors import ConfigError
from argo_core.testing.sample_cycles import sample_outcome, sample_signal
from argo_core.tracking import CostPolicy


@pytest.mark.parametrize(
    ("symbol", "gross", "net"),
    [("AAPL", 2.5, 2.4), ("BTC-USD", 2.5, 2.0), ("AAPL", -1.0, -1.1), ("AAPL", 0.1, 0.0), ("BTC-USD", 0.0, -0.5)],
)
def test_a_round_trip_costs_ten_basis_points_in_stocks_and_fifty_in_crypto(
    symbol: str, gross: float, net: float
) -> None:
    ended = sample_outcome(sample_signal("s", symbol=symbol), profit_loss_pct=gross)
    applied = CostPolicy().applied(ended)
    assert (applied.profit_loss_pct, applied.net_pct) == (gross, net)
    assert str(applied.net_pct) != "-0.0"


def test_the_policy_says_what_it_takes() -> None:
    assert CostPolicy(stock_bps=12.5).text.endswith("stocks 0.1250 %, crypto 0.5000 %.\n")


@pytest.mark.parametrize("bps", [-1.0, 1000.1, float("nan")])
def test_costs_outside_the_range_are_refused(bps: float) -> None:
    with pytest.raises(ConfigError):
        CostPolicy(crypto_bps=bps)
