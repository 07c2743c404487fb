"""Until when a signal may reach its target."""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec

from argo_core.errors import ConfigError
from argo_core.model.asset import AssetType
from argo_core.model.sessions import Sessions


class HorizonPolicy(msgspec.Struct, frozen=True, kw_only=True):
    """Equities live for a number of exchange sessions, crypto for a number of days."""

    equity_sessions: int = 5
    crypto_days: float = 5.0

    def __post_init__(self) -> None:
        if self.equity_sessions < 1 or self.crypto_days <= 0:
            raise ConfigError("horizon: equity_sessions is at least 1, crypto_days above 0")


def horizon_after(asset_type: AssetType, as_of: datetime, policy: HorizonPolicy, sessions: Sessions) -> datetime:
    """The market time at which an unresolved signal expires. Raises DataError `outside_calendar`."""
    if asset_type is AssetType.CRYPTO:
        return as_of + timedelta(days=policy.crypto_days)
    return sessions.close_after(as_of, policy.equity_sessions)
