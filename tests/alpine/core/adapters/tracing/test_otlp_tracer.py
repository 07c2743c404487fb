"""The tracer over OpenTelemetry: what reaches a collector, and what one that is gone, slow or failing costs."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest

from alpine_core.adapters.tracing import Collector, OtlpTracer
from alpine_core.model.trace import SpanCounts, TraceContext
from alpine_core.ports.silent_tracer import SilentTracer
from alpine_core.testing.contracts.tracer import SENDER, TracerContract
from alpine_core.testing.memory_tracer import MemoryTracer
from tests.alpine.core.adapters.tracing.collector import ROOT, CollectorPeer, collector

ABOUT = {"service.name": "alpine"}
NEVER_SECONDS = 3600.0


@pytest.fixture
def peer() -> Iterator[CollectorPeer]:
    with collector() as listening:
        yield listening


class TestOtlpTracer(TracerContract):
    @pytest.fixture
    def tracer(self, peer: CollectorPeer) -> Iterator[OtlpTracer]:
        tracer = OtlpTracer(Collector(peer.url), ABOUT)
        yield tracer
        tracer.close()


class TestSilentTracer(TracerContract):
    @pytest.fixture
    def tracer(self) -> SilentTracer:
        return SilentTracer()


class TestMemoryTracer(TracerContract):
    @pytest.fixture
    def tracer(self) -> MemoryTracer:
        return MemoryTracer()


def test_a_collector_is_sent_each_step_with_its_parent_and_its_links(peer: CollectorPeer) -> None:
    tracer = OtlpTracer(Collector(peer.url), ABOUT)
    with tracer.span("intake", kind="AAPL BA"):
        with tracer.span("store", messages=2) as append:
            append.note(accepted=True)
        here = tracer.current()
    assert here is not None
    with tracer.span("push", parent=SENDER, links=[here]):
        pass
    tracer.close()
    (cycle,), (append_,), (deliver,) = (peer.named(name) for name in ("intake", "store", "push"))
    assert (cycle.parent, cycle.facts, cycle.service) == (ROOT, {"kind": "AAPL BA"}, "alpine")
    assert (append_.parent, append_.trace_id) == (cycle.span_id, cycle.trace_id)
    assert append_.facts == {"messages": "2", "accepted": "True"}
    assert (deliver.trace_id, deliver.parent, deliver.links) == (SENDER.trace_id, SENDER.span_id, (cycle.span_id,))
    assert tracer.counts() == SpanCounts(exported=3)


def test_an_error_marks_its_step_by_its_class_and_never_by_its_words(peer: CollectorPeer) -> None:
    tracer = OtlpTracer(Collector(peer.url), ABOUT)
    with pytest.raises(ValueError, match="hunter2"), tracer.span("push"):
        raise ValueError("the key hunter2 of a@example.test is wrong")
    tracer.close()
    (send,) = peer.spans
    assert (send.failed, send.facts, send.events) == (True, {"reason": "ValueError"}, 0)
    assert not any(word in body for body in peer.bodies for word in (b"hunter2", b"example.test"))


def test_a_fact_without_a_name_of_ours_does_not_leave_the_process_and_a_text_is_cut(peer: CollectorPeer) -> None:
    tracer = OtlpTracer(Collector(peer.url), ABOUT)
    with tracer.span("push", api_key="hunter2", kind="A" * 1000):
        pass
    tracer.close()
    (send,) = peer.spans
    assert send.facts == {"kind": "A" * 256}


def test_the_headers_of_the_settings_go_with_each_batch_and_are_shown_by_nothing(peer: CollectorPeer) -> None:
    to = Collector(peer.url, {"authorization": "Bearer hunter2"})
    tracer = OtlpTracer(to, ABOUT)
    with tracer.span("intake"):
        pass
    tracer.close()
    assert [headers["authorization"] for headers in peer.headers] == ["Bearer hunter2"]
    assert "hunter2" not in repr(to)


@pytest.mark.parametrize(("sampled", "sample", "names"), [(False, 1.0, []), (True, 0.0, ["intake"])])
def test_who_sends_has_decided_whether_its_trace_is_recorded(
    peer: CollectorPeer, sampled: bool, sample: float, names: list[str]
) -> None:
    tracer = OtlpTracer(Collector(peer.url, sample=sample), ABOUT)
    with tracer.span("intake", parent=TraceContext(SENDER.trace_id, SENDER.span_id, sampled)) as span:
        assert span.context is not None
        assert span.context.sampled is sampled
    tracer.close()
    assert [span.name for span in peer.spans] == names


def test_nothing_of_a_trace_that_is_not_sampled_is_recorded(peer: CollectorPeer) -> None:
    tracer = OtlpTracer(Collector(peer.url, sample=0.0), ABOUT)
    with tracer.span("intake"), tracer.span("store"):
        pass
    tracer.close()
    assert peer.bodies == []
    assert tracer.counts() == SpanCounts()


@pytest.mark.parametrize("status", [400, 500])
def test_a_collector_that_fails_costs_spans_that_are_counted(peer: CollectorPeer, status: int) -> None:
    peer.status = status
    told: list[str] = []
    tracer = OtlpTracer(Collector(peer.url), ABOUT, told.append)
    for _ in range(3):
        with tracer.span("intake"):
            pass
    tracer.close()
    assert tracer.counts() == SpanCounts(dropped=3)
    assert told == ["the collector did not take a batch of spans"]


def test_a_collector_that_is_gone_costs_spans_that_are_counted() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound and not listening: whoever connects is refused
        tracer = OtlpTracer(Collector(f"http://127.0.0.1:{taken.getsockname()[1]}/v1/traces"), ABOUT)
        with tracer.span("intake"):
            pass
        tracer.close(0.5)
    assert tracer.counts() == SpanCounts(dropped=1)


def test_behind_a_collector_that_does_not_answer_only_so_many_spans_wait(peer: CollectorPeer) -> None:
    peer.held.clear()
    tracer = OtlpTracer(Collector(peer.url), ABOUT, most_waiting=10, batch_seconds=0.001)
    with tracer.span("intake"):
        pass
    assert peer.asked.acquire(timeout=30)  # the first is on its way, and stays there
    for _ in range(30):
        with tracer.span("intake"):
            pass
    assert tracer.counts() == SpanCounts(dropped=21)
    tracer.close(0.1)
    assert tracer.counts() == SpanCounts(dropped=31)


def test_what_is_told_of_a_collector_is_told_when_it_changes(peer: CollectorPeer) -> None:
    told: list[str] = []
    tracer = OtlpTracer(Collector(peer.url), ABOUT, told.append, batch_seconds=0.001)
    for status in (503, 200):
        peer.status = 500 if status == 503 else 200
        with tracer.span("intake"):
            pass
        assert peer.asked.acquire(timeout=30)
    tracer.close()
    assert told == ["the collector did not take a batch of spans", ""]
