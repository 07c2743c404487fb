"""A collector of OpenTelemetry's on loopback: takes what the real exporter sends, as OTLP over HTTP in protobuf."""

from __future__ import annotations

import gzip
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)

ROOT = ""


@dataclass(frozen=True)
class Seen:
    """One span as it was sent. `parent` and each of `links` is a span id; `facts` are texts."""

    service: str
    name: str
    trace_id: str
    span_id: str
    parent: str
    facts: dict[str, str]
    links: tuple[str, ...]
    failed: bool
    events: int


class CollectorPeer:
    """`url` is where it listens. It answers `status`; while `held` is clear it answers nothing."""

    def __init__(self) -> None:
        self.status = 200
        self.held = threading.Event()
        self.held.set()
        self.spans: list[Seen] = []
        self.headers: list[dict[str, str]] = []
        self.bodies: list[bytes] = []
        self.asked = threading.Semaphore(0)
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}/v1/traces"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})
        self._thread.start()

    def close(self) -> None:
        """Nobody listens any more."""
        self.held.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def named(self, name: str) -> list[Seen]:
        """Every span of this name."""
        return [span for span in self.spans if span.name == name]

    def take(self, body: bytes) -> None:
        """Read one request."""
        self.bodies.append(body)
        request = ExportTraceServiceRequest.FromString(body)
        for resource in request.resource_spans:
            about = {each.key: each.value.string_value for each in resource.resource.attributes}
            for scope in resource.scope_spans:
                for span in scope.spans:
                    facts = {each.key: _text(each.value) for each in span.attributes}
                    self.spans.append(
                        Seen(
                            about["service.name"], span.name, span.trace_id.hex(), span.span_id.hex(),
                            span.parent_span_id.hex(), facts, tuple(link.span_id.hex() for link in span.links),
                            span.status.code == 2, len(span.events),
                        )
                    )  # fmt: skip


@contextmanager
def collector() -> Iterator[CollectorPeer]:
    """One that listens until the end."""
    peer = CollectorPeer()
    try:
        yield peer
    finally:
        peer.close()


def _text(value: object) -> str:
    kind = value.WhichOneof("value")  # type: ignore[attr-defined]
    return str(getattr(value, kind))


def _handler(peer: CollectorPeer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            peer.headers.append({name.lower(): value for name, value in self.headers.items()})
            if self.headers.get("Content-Encoding") == "gzip":
                body = gzip.decompress(body)
            peer.asked.release()
            peer.held.wait()
            if peer.status == 200:
                peer.take(body)
            answer = ExportTraceServiceResponse().SerializeToString()
            self.send_response(peer.status)
            self.send_header("Content-Type", "application/x-protobuf")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *words: object) -> None:
            return

    return Handler
