"""Requests over HTTP, counted by route."""

from __future__ import annotations

import time
from collections.abc import Callable

from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from alpine_web.metrics import Metrics

NO_ROUTE = "none"
ELSEWHERE = frozenset({401, 404, 421})


class CountedRequests:
    """Wraps the application. A route is named by its template, so that identifiers make no series of their own."""

    def __init__(self, app: ASGIApp, metrics: Metrics, ticks: Callable[[], float] = time.perf_counter) -> None:
        self._app, self._metrics, self._ticks = app, metrics, ticks

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != ScopeType.HTTP:
            await self._app(scope, receive, send)
            return
        began, status, live = self._ticks(), 500, False

        async def send_noted(message: Message) -> None:
            nonlocal status, live
            if message["type"] == "http.response.start":
                status = message["status"]
                live = any(value.startswith(b"text/event-stream") for _, value in message["headers"])
            await send(message)

        try:
            await self._app(scope, receive, send_noted)
        finally:
            route = NO_ROUTE if status in ELSEWHERE else str(scope.get("path_template") or NO_ROUTE)
            taken = None if live else self._ticks() - began
            self._metrics.count_request(scope["method"], route, status, taken)
