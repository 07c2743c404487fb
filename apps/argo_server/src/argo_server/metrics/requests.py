"""Requests over HTTP, counted by route."""

from __future__ import annotations

import time
from collections.abc import Callable

from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send
from prometheus_client import CollectorRegistry, Counter, Histogram

SECONDS_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
NO_ROUTE = "none"


class RequestCounts:
    """Its families, in the registry that it is given."""

    def __init__(self, to: CollectorRegistry) -> None:
        self.answered = Counter(
            "argo_http_requests_total", "Requests answered.", ["method", "route", "status"], registry=to
        )
        self.seconds = Histogram(
            "argo_http_request_seconds",
            "From a request to the last byte of its answer, live streams apart.",
            ["route"],
            buckets=SECONDS_BUCKETS,
            registry=to,
        )


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
