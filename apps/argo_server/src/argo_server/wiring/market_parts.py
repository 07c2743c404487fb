"""What a cycle needs of a market, live or recorded."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from argo_core.measures.feature_tracker import FeatureTracker
from argo_core.model.market_view import MarketView
from argo_core.model.sessions import Sessions
from argo_core.pipeline import CycleReport
from argo_core.ports import Source
from argo_core.ports.market_feed import MarketFeed
from argo_server.services import LiveServices


@dataclass(frozen=True, slots=True)
class MarketParts:
    """`before`: what is known before the first view, loaded so that no cycle is long; `live`: None in a replay.
    `learn` takes secrets that no text of a vendor may show from now on."""

    feed: MarketFeed
    sessions: Sessions
    sources: tuple[Source, ...]
    tracker: FeatureTracker
    before: MarketView
    live: LiveServices | None
    learn: Callable[[Iterable[str]], None] = lambda _: None

    @property
    def listeners(self) -> tuple[Callable[[CycleReport], None], ...]:
        """Who of the live market wants to hear of every cycle."""
        return () if self.live is None else self.live.listeners
