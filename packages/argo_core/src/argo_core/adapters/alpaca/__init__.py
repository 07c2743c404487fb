"""Alpaca: orders over our own transport, its stream of trade updates, account and clock through alpaca-py."""

from argo_core.adapters.alpaca.following import follow
from argo_core.adapters.alpaca.opening import (
    OpenVenue,
    VenueParts,
    open_live_venue,
    open_paper_venue,
    open_prop_venue,
)
from argo_core.adapters.alpaca.placing import Patience
from argo_core.adapters.alpaca.token_bucket import Pace
from argo_core.adapters.alpaca.trade_stream import Connected, TradeStream
from argo_core.adapters.alpaca.transport import Deadlines, KeyRefused
from argo_core.adapters.alpaca.venue import AlpacaVenue

__all__ = [
    "AlpacaVenue",
    "Connected",
    "Deadlines",
    "KeyRefused",
    "OpenVenue",
    "Pace",
    "Patience",
    "TradeStream",
    "VenueParts",
    "follow",
    "open_live_venue",
    "open_paper_venue",
    "open_prop_venue",
]
