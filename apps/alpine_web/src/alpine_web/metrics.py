"""What this process counts, in a Prometheus registry of its own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from alpine_web.metrics_reading import Reading, ReadingCollector

SECONDS_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5)
CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


class Metrics:
    """Everything starts at zero with the process."""

    def __init__(self) -> None:
        self._registry = to = CollectorRegistry()
        self._deliveries = Counter("alpine_deliveries_total", "Items delivered.", ["kind", "status"], registry=to)
        self._alarms = Counter("alpine_alarms_total", "Contradictions received.", ["kind"], registry=to)
        self._seconds = Histogram(
            "alpine_delivery_seconds",
            "One delivery, from its body to the disk.",
            ["kind"],
            buckets=SECONDS_BUCKETS,
            registry=to,
        )
        self._streams = Gauge("alpine_open_streams", "Readers of live streams.", ["kind"], registry=to)
        self._sign_ins = Counter("alpine_sign_ins_total", "Attempts to sign in.", ["result"], registry=to)
        self._mails = Counter("alpine_mails_total", "Attempts to send a mail.", ["state"], registry=to)
        self._webhooks = Counter("alpine_webhooks_total", "Attempts to call a webhook.", ["state"], registry=to)
        self._refusals = Counter("alpine_rate_refusals_total", "Requests that came too often.", ["kind"], registry=to)
        self._notices = Counter("alpine_payment_notices_total", "Webhooks of payments.", ["result"], registry=to)
        self._rejections = Counter(
            "alpine_rejections_total", "Delivered items refused, by rule.", ["kind", "code"], registry=to
        )
        self._requests = Counter(
            "alpine_http_requests_total", "Requests answered.", ["method", "route", "status"], registry=to
        )
        self._request_seconds = Histogram(
            "alpine_http_request_seconds",
            "From a request to the last byte of its answer, live streams apart.",
            ["route"],
            buckets=SECONDS_BUCKETS,
            registry=to,
        )

    def count(self, kind: str, status: str, items: int = 1) -> None:
        """Delivered items and what became of them."""
        self._deliveries.labels(kind, status).inc(items)

    def count_rejection(self, kind: str, code: str) -> None:
        """One item, or a whole delivery, that a rule refused: `hash_mismatch` and the like."""
        self._rejections.labels(kind, code).inc()

    def count_request(self, method: str, route: str, status: int, seconds: float | None) -> None:
        """One request that was answered; `seconds` None where it is not to be timed."""
        self._requests.labels(method, route, str(status)).inc()
        if seconds is not None:
            self._request_seconds.labels(route).observe(seconds)

    def instruments(self) -> tuple[Any, ...]:
        """What counts here, for the reference of names."""
        return tuple(self._registry._collector_to_names)

    def count_alarms(self, kind: str, items: int = 1) -> None:
        """Items that contradict what is stored."""
        self._alarms.labels(kind).inc(items)

    def count_sign_in(self, result: str) -> None:
        """One attempt: `accepted` or `refused`."""
        self._sign_ins.labels(result).inc()

    def count_refusal(self, kind: str) -> None:
        """One request that was answered 429, by its class of routes."""
        self._refusals.labels(kind).inc()

    def count_notice(self, result: str) -> None:
        """One webhook of the payment house, by what became of it."""
        self._notices.labels(result).inc()

    def deliveries(self) -> list[tuple[dict[str, str], int]]:
        """How many items were delivered to this process, by kind and status."""
        return _counted(self._deliveries)

    def refusals(self) -> list[tuple[dict[str, str], int]]:
        """How many requests this process refused because they came too often, by class."""
        return _counted(self._refusals)

    def count_mail(self, state: str) -> None:
        """One attempt: `sent`, `waiting` for another one, or `dead`."""
        self._mails.labels(state).inc()

    def count_webhook(self, state: str) -> None:
        """One attempt: `delivered`, `waiting` for another one, or `dead`."""
        self._webhooks.labels(state).inc()

    @contextmanager
    def delivery(self, kind: str) -> Iterator[None]:
        """Time a delivery."""
        with self._seconds.labels(kind).time():
            yield

    def streams(self, kind: str) -> Gauge:
        """How many readers of one kind there are: each adds itself when it comes and takes itself away when it goes."""
        return self._streams.labels(kind)

    def families(self, reading: Reading) -> list[Metric]:
        """Everything that this process knows."""
        return [*self._registry.collect(), *ReadingCollector(reading).collect()]


def rendered(families: Iterable[Metric]) -> bytes:
    """As Prometheus text, format 0.0.4."""
    told = CollectorRegistry()
    told.register(_Collected(families))
    return generate_latest(told)


class _Collected(Collector):
    def __init__(self, families: Iterable[Metric]) -> None:
        self._families = families

    def collect(self) -> Iterable[Metric]:
        return self._families


def _counted(counter: Counter) -> list[tuple[dict[str, str], int]]:
    found = [sample for metric in counter.collect() for sample in metric.samples if sample.name.endswith("_total")]
    return [(dict(sample.labels), int(sample.value)) for sample in found]
