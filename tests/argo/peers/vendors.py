"""The six vendors over one living market, each on a port of its own, with the limits of its plan."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from tests.argo.peers import faults
from tests.argo.peers.alpaca import alpaca
from tests.argo.peers.alpha_vantage import alpha_vantage
from tests.argo.peers.distorted import Distorted
from tests.argo.peers.http_peer import HttpPeer, Reply, Replying, Request, serving
from tests.argo.peers.keys import (
    ALPACA_KEY,
    ALPACA_SECRET,
    ALPHA_VANTAGE_KEY,
    MASSIVE_KEY,
    PERPLEXITY_KEY,
    XAI_KEY,
)
from tests.argo.peers.living_market import LivingMarket
from tests.argo.peers.living_streams import Line, alpaca_line, massive_line
from tests.argo.peers.massive import massive
from tests.argo.peers.peer_clock import PeerClock
from tests.argo.peers.perplexity import perplexity
from tests.argo.peers.plan_limit import PlanLimit
from tests.argo.peers.refusals import refused
from tests.argo.peers.stream_peer import StreamPeer, streaming
from tests.argo.peers.xai import xai
from tests.argo.peers.yahoo import yahoo

KEYS = {
    "alpaca": ALPACA_KEY,
    "massive": MASSIVE_KEY,
    "yahoo": "",
    "alpha_vantage": ALPHA_VANTAGE_KEY,
    "xai": XAI_KEY,
    "perplexity": PERPLEXITY_KEY,
}
VENDORS = tuple(KEYS)


@dataclass(frozen=True)
class Vendor:
    """One vendor that can be made to fail while it runs."""

    name: str
    http: HttpPeer
    quotes: Distorted
    stream: StreamPeer | None = None
    line: Line | None = None

    def fail(self, fault: str | None) -> None:
        """From now on this fault, or none. Raises KeyError for one that is unknown."""
        if fault is not None and fault not in faults.FAULTS:
            raise KeyError(fault)
        name, key = fault or "", KEYS[self.name]
        self.http.fault = faults.wire(name, key)
        self.http.spoiling = faults.spoiling(name, self.name, key)
        told = None if self.http.spoiling else faults.distortion(name)
        seen = told or faults.Distortion()
        self.quotes.factor, self.quotes.lag_seconds = seen.factor, seen.lag_seconds
        self.quotes.bars_until = self.quotes.now() if seen.bars_stopped else float("inf")

    def counted(self) -> dict[str, int]:
        """`calls` that came, `limited` of them beyond the plan, connections of the stream."""
        connections = 0 if self.stream is None else len(self.stream.paths)
        return {"calls": len(self.http.requests), "limited": self.http.limited, "connections": connections}

    def forget(self) -> None:
        """Count from nothing."""
        self.http.requests.clear()
        self.http.limited = 0


def replying(name: str, quotes: Distorted) -> Replying:
    """The vendor's answers."""
    if name == "alpaca":
        return alpaca(quotes, ALPACA_KEY, ALPACA_SECRET)
    if name == "yahoo":
        return yahoo(quotes)
    made = {"massive": massive, "alpha_vantage": alpha_vantage, "xai": xai, "perplexity": perplexity}[name]
    return made(quotes, KEYS[name])


def plan_of(name: str, clock: PeerClock) -> tuple[PlanLimit | None, Reply]:
    """What the plan of a small customer allows, and what the vendor says beyond it. Yahoo tells nobody."""
    if name == "alpaca":
        headers = ("X-RateLimit-Limit: 200", "X-RateLimit-Remaining: 0")
        return PlanLimit(200, 60.0, clock.ticks), Reply(refused(name, "rate").body, 429, headers=headers)
    if name == "massive":
        return PlanLimit(100, 1.0, clock.ticks), refused(name, "rate")
    if name == "alpha_vantage":
        return PlanLimit(1, 1.0, clock.ticks, daily=25), refused(name, "burst")
    if name in faults.MODEL_VENDORS:
        return PlanLimit(60, 60.0, clock.ticks), refused(name, "rate")
    return None, Reply({}, 429)


def is_data(request: Request) -> bool:
    """Not the cookie and the crumb of Yahoo, which no vote may depend on."""
    return "crumb" not in request.path and request.path != "/"


@asynccontextmanager
async def all_vendors(
    symbols: Sequence[str],
    clock: PeerClock,
    *,
    delay_seconds: float = 0.0,
    seed: int = 6,
    history_days: int = 400,
    volatility: float = 0.0008,
    rise_per_day: float | None = None,
) -> AsyncIterator[dict[str, Vendor]]:
    """All six behind real listeners, the streams of two of them beside."""
    market = LivingMarket(
        symbols, clock.now, seed=seed, history_days=history_days, volatility=volatility, rise_per_day=rise_per_day
    )
    async with AsyncExitStack() as stack:
        found: dict[str, Vendor] = {}
        for name in VENDORS:
            quotes = Distorted(market)
            http = await stack.enter_async_context(serving(replying(name, quotes)))
            http.delay_seconds, http.faulty = delay_seconds, is_data
            http.limit, http.refusal = plan_of(name, clock)
            http.tells_left, http.now = name == "alpaca", clock.now
            found[name] = Vendor(name, http, quotes)
            if name in faults.STREAMS:
                line = Line(quotes)
                play = (
                    alpaca_line(line, ALPACA_KEY, ALPACA_SECRET)
                    if name == "alpaca"
                    else massive_line(line, MASSIVE_KEY)
                )
                stream = await stack.enter_async_context(streaming(play))
                found[name] = Vendor(name, http, quotes, stream, line)
        yield found
