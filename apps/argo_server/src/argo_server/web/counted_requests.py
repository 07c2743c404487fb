"""Stands before every request and counts it, for the metrics."""

from __future__ import annotations

import time
from collections.abc import Callable

from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from argo_server.metrics.requests import RequestCounts

NO_ROUTE = "none"


class CountedRequests:
    """Wraps the application. A route is named by its template, so that identifiers make no series of their own."""

    def __init__(self, app: ASGIApp, counts: RequestCounts, ticks: Callable[[], float] = time.perf_counter) -> None:
        self._app, self._counts, self._ticks = app, counts, ticks

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
            route = str(scope.get("path_template") or NO_ROUTE) if status not in (401, 404, 421) else NO_ROUTE
            self._counts.answered.labels(scope["method"], route, str(status)).inc()
            if not live:
                self._counts.seconds.labels(route).observe(self._ticks() - began)
