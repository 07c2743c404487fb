"""What the way to each vendor is made of in one process."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import httpx

from argo_core.adapters.live.shared_state import SharedState
from argo_core.adapters.vendor_path import Redacted, VendorPath
from argo_core.model.sessions import Sessions
from argo_core.ports.call_budget import CallBudget
from argo_core.ports.clock import Clock
from argo_core.ports.silent_tracer import SILENT
from argo_core.ports.tracer import Tracer
from argo_core.sources.price_moves import PriceMoves


@dataclass(frozen=True, slots=True)
class VendorTools:
    """`secrets` are all of the process's: whichever a vendor's answer shows is struck out. `chance` in [0, 1) spreads
    retries; `sessions` are the equities' exchange's; `moves` is what all vendors tell of prices that leave the
    answers behind."""

    client: httpx.AsyncClient
    shared: SharedState
    secrets: Redacted
    sessions: Sessions
    clock: Clock
    chance: Callable[[], float]
    moves: PriceMoves
    tracer: Tracer = SILENT

    def path(self, source: str, budget: CallBudget, timeout_seconds: float, of: Sequence[str]) -> VendorPath:
        """The path of one source, under its name. `of`: all that says whose answers they are (feed, address, model)."""
        return VendorPath(
            source,
            cache=self.shared.cache,
            budget=budget,
            clock=self.clock,
            ticks=self.shared.ticks,
            jitter=self.chance,
            secrets=self.secrets,
            timeout_seconds=timeout_seconds,
            sleep=self.shared.sleep,
            of=of,
            tracer=self.tracer,
        )
