"""What an executor trades through, and what it remembers by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from argo_core.ports import (
    BarWindow,
    Broker,
    ExecutionJournal,
    FlattenLog,
    HaltLog,
    MarketMarks,
    OrderFeed,
    OrderSweep,
    SignalInbox,
    VenueSync,
    WatchLog,
)


class WholeVenue(Broker, OrderFeed, MarketMarks, VenueSync, OrderSweep, Protocol):
    """A venue in one piece, as the simulated exchange and Alpaca's adapter are."""


@dataclass(frozen=True, slots=True)
class VenuePorts:
    """One account at one venue."""

    broker: Broker
    orders: OrderFeed
    marks: MarketMarks
    sync: VenueSync
    sweep: OrderSweep

    @classmethod
    def of(cls, venue: WholeVenue) -> VenuePorts:
        """The five ports of a venue that is all of them."""
        return cls(venue, venue, venue, venue, venue)


@dataclass(frozen=True, slots=True)
class ExecutorStores:
    """What outlives the process."""

    inbox: SignalInbox
    journal: ExecutionJournal
    halts: HaltLog
    flattens: FlattenLog
    watch: WatchLog
    window: BarWindow
