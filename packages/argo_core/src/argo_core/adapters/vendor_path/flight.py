"""A question on its way to a vendor, and everybody who waits for its answer."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from argo_core.adapters.vendor_path.fetched import Fetched
from argo_core.errors import SourceError


@dataclass(frozen=True, slots=True)
class Question:
    """What a flight is to bring. `safe`: asking twice does no harm. `endpoint`: whose breaker it passes."""

    key: str
    shape: type[Any]
    fetch: Callable[[], Awaitable[Any]]
    ttl_seconds: float
    deadline_at: float
    fresh: bool
    safe: bool
    endpoint: str


@dataclass(frozen=True, slots=True)
class Flight:
    """A fetch under way for everybody who asks for the same. Its task returns errors: each caller raises its own."""

    task: asyncio.Task[Fetched[Any] | SourceError]
    deadline_at: float
