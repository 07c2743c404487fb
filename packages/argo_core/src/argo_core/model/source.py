"""Who may vote: a source's role, weight and freshness, as data."""

from __future__ import annotations

import enum
import re

import msgspec

from argo_core.errors import ConfigError
from argo_core.model.asset import AssetType

_NAME = re.compile(r"[a-z][a-z0-9_]{0,31}")


class Group(enum.StrEnum):
    """The role that sources share; a group casts one vote. The order is the order of summation."""

    MARKET_DATA = "market_data"
    TECHNICAL = "technical"
    SENTIMENT = "sentiment"
    AI = "ai"


GROUPS = tuple(Group)


class Wave(enum.IntEnum):
    """When a source is asked: PRICE sources together and first, the others one by one while they can still matter."""

    PRICE = 0
    LATER = 1


class SourceSpec(msgspec.Struct, frozen=True, kw_only=True):
    """`weight` is 0–1; `ttl_seconds` how long an answer counts in full; `cost` the price of one call, any unit, > 0.
    `veto_only`: a source of the later wave whose vote may hold a decision back, and never make or lift one."""

    name: str
    group: Group
    weight: float
    primary: bool = True
    wave: Wave = Wave.PRICE
    ttl_equity_seconds: float = 20.0
    ttl_crypto_seconds: float = 30.0
    cost: float = 1.0
    veto_only: bool = False

    def __post_init__(self) -> None:
        if not isinstance(self.group, Group):
            raise ConfigError(f"source {self.name}: group {self.group!r} is none of {', '.join(map(repr, GROUPS))}")
        if _NAME.fullmatch(self.name) is None:
            raise ConfigError(f"source name {self.name!r}: use lower case letters, digits and underscores")
        if not 0 < self.weight <= 1:
            raise ConfigError(f"source {self.name}: weight {self.weight} is outside (0, 1]")
        if not (self.ttl_equity_seconds > 0 and self.ttl_crypto_seconds > 0 and self.cost > 0):
            raise ConfigError(f"source {self.name}: time to live and cost must be positive")
        if self.veto_only and self.wave is not Wave.LATER:
            raise ConfigError(f"source {self.name}: who may only veto is asked after the others")

    def ttl_seconds(self, asset_type: AssetType) -> float:
        """How long an answer for this kind of asset counts in full."""
        return self.ttl_crypto_seconds if asset_type is AssetType.CRYPTO else self.ttl_equity_seconds


class SourceCall(msgspec.Struct, frozen=True, kw_only=True):
    """One question to a source: for how many symbols, how many votes came back, in how many milliseconds.

    `failure` is the reason (an `Absence` label) if the source failed as a whole, else None.
    """

    source: str
    asked: int
    answered: int
    saved: int
    duration_ms: float
    failure: str | None
