"""Requests over HTTP, counted by route; `web.counted_requests` counts them."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Histogram

SECONDS_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


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
