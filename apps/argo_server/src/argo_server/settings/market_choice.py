"""Live market or recorded history: what the settings amount to."""

from __future__ import annotations

import msgspec

from argo_core.errors import ConfigError
from argo_server.settings.load import Settings
from argo_server.settings.vendor_keys import data_key, massive_key


class MarketChoice(msgspec.Struct, frozen=True, kw_only=True):
    """`why` is half a sentence for the log."""

    live: bool
    why: str


def market_choice(settings: Settings) -> MarketChoice:
    """What `market.feed` means here. Raises ConfigError for `live` without a vendor of prices."""
    file = settings.file
    vendors = [name for name, key in (("alpaca", data_key(settings)), ("massive", massive_key(file))) if key]
    if file.market.feed == "replay":
        return MarketChoice(live=False, why="market.feed is replay")
    if vendors:
        asked = "market.feed is live" if file.market.feed == "live" else "market.feed is auto"
        return MarketChoice(live=True, why=f"{asked} and {' and '.join(vendors)} have a key")
    if file.market.feed == "live":
        raise ConfigError(
            "market.feed is live and no vendor of prices has a key: set ALPACA_DATA_API_KEY and "
            "ALPACA_DATA_SECRET_KEY, or MASSIVE_API_KEY"
        )
    return MarketChoice(live=False, why="market.feed is auto and neither alpaca_data nor massive has a key")
