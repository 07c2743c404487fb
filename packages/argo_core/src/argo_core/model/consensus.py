"""What the votes of one symbol add up to."""

from __future__ import annotations

import enum

import msgspec

from argo_core.model.direction import Direction
from argo_core.model.regime import Regime


class Veto(enum.IntEnum):
    """Why a decision did not become a signal. NONE means that nothing stood against it."""

    NONE = 0
    NO_VOTES = 1
    NO_PRICE = 2
    STALE_DATA = 3
    PRICE_DEVIATION = 4
    LOW_COVERAGE = 5
    ALL_NEUTRAL = 6
    TIED = 7
    BELOW_THRESHOLD = 8
    ALREADY_OPEN = 9
    NO_LEVELS = 10
    NO_HORIZON = 11
    NOT_CANONICAL = 12
    CORPORATE_ACTION = 13

    @property
    def code(self) -> str:
        """The recorded form, lower case, for instance `below_threshold`."""
        return self.name.lower()


class Contribution(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """The one vote that a group cast. `weight` and `age_factor` are ratios 0–1, `confidence` 0–100."""

    group: str
    source: str
    direction: str
    confidence: float
    weight: float
    age_factor: float


class Consensus(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """The consensus of one symbol at one time.

    `direction` is NEUTRAL whenever `veto` is not NONE. `leaning` keeps the side that led. `raw`, `confidence`,
    `threshold`: 0–100. `agreement`, `coverage`, `regime_factor`: ratios.
    """

    symbol: str
    direction: Direction
    leaning: Direction
    confidence: float
    raw: float
    agreement: float
    coverage: float
    regime: Regime
    regime_factor: float
    threshold: float
    veto: Veto
    measured: float | None
    limit: float | None
    contributions: tuple[Contribution, ...]
