"""One trace from a cycle to an order, and to what a subscriber is pushed, over three processes and a real exporter."""

from __future__ import annotations

import contextlib
import http.client
import json
import threading
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.interop.collector import CollectorPeer, collector
from tests.interop.system import ALPINE, DISTRIBUTION_KEY, GENERATOR, REGULAR, SYNC_KEY, LiveSystem

pytestmark = pytest.mark.timeout(300)
STARTED = (ALPINE, REGULAR, GENERATOR)
SECRET = "Bearer of-the-collector-alone"
TO_ORDER = ["argo cycle", "argo deliver", "argo send", "argo receive", "argo execute", "argo order"]
TO_PUSH = ["argo cycle", "argo deliver", "argo send", "alpine intake", "alpine announce", "alpine push"]


class TracedSystem(LiveSystem):
    """Everybody is told of one collector by the environment."""

    def __init__(self, folder: Path, cache: Path, url: str) -> None:
        self.url = url
        super().__init__(folder, cache, interval_seconds=0.1)

    def _environment(self, name: str) -> dict[str, str]:
        whose = "ALPINE" if name == ALPINE else "ARGO"
        told = {f"{whose}_TRACING_ENDPOINT": self.url, f"{whose}_TRACING_SECRET": SECRET}
        return super()._environment(name) | told


@pytest.fixture(scope="module", name="traced")
def spans_of_a_system_with_a_subscriber(
    tmp_path_factory: pytest.TempPathFactory, replay_cache: Path
) -> Iterator[CollectorPeer]:
    """Until an executor has ordered, and somebody was pushed a signal. The other executor is away."""
    with collector() as peer:
        system = TracedSystem(tmp_path_factory.mktemp("traced"), replay_cache, peer.url)
        try:
            system.start(ALPINE)
            reading = subscribed(system)
            system.start(REGULAR, GENERATOR)
            system.wait_until(lambda: TO_ORDER in peer.way_to("order") and TO_PUSH in peer.way_to("push"), *STARTED)
        finally:
            system.close()
        reading.join()
        yield peer


def subscribed(system: LiveSystem) -> threading.Thread:
    """Somebody reads the live stream from here on, in this thread, for as long as it lasts."""
    address = f"http://127.0.0.1:{system.ports[ALPINE]}"
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
    body = json.dumps({"email": "reader@example.test", "password": "a password for tests"}).encode()
    asked = urllib.request.Request(f"{address}/api/auth/login", body, {"Content-Type": "application/json"})
    opener.open(asked, timeout=20).close()
    stream = opener.open(f"{address}/stream/signals", timeout=200)
    assert stream.readline() == b"retry: 1000\n"

    def read() -> None:
        with stream, contextlib.suppress(OSError, http.client.HTTPException):  # it ends with its server, by a kill
            stream.read()

    reading = threading.Thread(target=read, daemon=True)
    reading.start()
    return reading


def test_one_trace_leads_from_a_cycle_to_an_order_and_to_a_push(traced: CollectorPeer) -> None:
    ordered = {span.trace_id for span in traced.spans.values() if span.name == "order"}
    pushed = {span.trace_id for span in traced.spans.values() if span.name == "push"}
    assert TO_ORDER in traced.way_to("order")
    assert TO_PUSH in traced.way_to("push")
    assert ordered & pushed


@pytest.mark.parametrize(
    ("name", "way"),
    [
        ("source", ["argo cycle", "argo source"]),
        ("consensus", ["argo cycle", "argo consensus"]),
        ("append", ["argo cycle", "argo append"]),
        ("risk", ["argo cycle", "argo deliver", "argo send", "argo receive", "argo execute", "argo risk"]),
        ("verify", ["argo cycle", "argo deliver", "argo send", "alpine intake", "alpine verify"]),
        ("store", ["argo cycle", "argo deliver", "argo send", "alpine intake", "alpine store"]),
    ],
)
def test_each_step_between_is_of_that_trace(traced: CollectorPeer, name: str, way: list[str]) -> None:
    assert way in traced.way_to(name)


def test_a_source_says_what_it_was_asked_and_an_executor_which_signal_it_took(traced: CollectorPeer) -> None:
    sources = [span.facts for span in traced.spans.values() if span.name == "source"]
    assert {facts["source"] for facts in sources} >= {"x_sentiment"}
    assert any("AAPL" in facts["symbols"].split() for facts in sources)
    received = [span.facts for span in traced.spans.values() if span.name == "receive"]
    assert {facts["executor_id"] for facts in received} == {"argo"}
    assert all(facts["signal_id"].startswith("SIG-") for facts in received)


def test_no_key_no_address_of_a_person_and_no_account_leaves_with_the_spans(traced: CollectorPeer) -> None:
    told = b"".join(traced.bodies)
    secrets = (SECRET, SYNC_KEY, DISTRIBUTION_KEY, "example.test", "password", "SIMULATED", "traceparent", "Cookie")
    assert len(told) > 1000
    assert [secret for secret in secrets if secret.encode() in told] == []
