"""A collector of OpenTelemetry's on loopback, to which every process of a system sends its spans."""

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


@dataclass(frozen=True)
class Seen:
    """One span as it was sent. `parent` is a span id, empty for the first of a trace; `facts` are texts."""

    service: str
    name: str
    trace_id: str
    span_id: str
    parent: str
    facts: dict[str, str]


class CollectorPeer:
    """`url` is where it listens; `bodies` are requests as they came, unpacked."""

    def __init__(self) -> None:
        self.spans: dict[str, Seen] = {}
        self.bodies: list[bytes] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})
        self._thread.start()

    def close(self) -> None:
        """Nobody listens any more."""
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def take(self, body: bytes) -> None:
        """Read one request."""
        self.bodies.append(body)
        for resource in ExportTraceServiceRequest.FromString(body).resource_spans:
            about = {each.key: each.value.string_value for each in resource.resource.attributes}
            for scope in resource.scope_spans:
                for span in scope.spans:
                    facts = {each.key: _text(each.value) for each in span.attributes}
                    self.spans[span.span_id.hex()] = Seen(
                        about["service.name"], span.name, span.trace_id.hex(), span.span_id.hex(),
                        span.parent_span_id.hex(), facts,
                    )  # fmt: skip

    def way_to(self, name: str) -> list[list[str]]:
        """For each span of this name the names of those that led to it, first one first, as far as they have come."""
        return [self._way(span) for span in list(self.spans.values()) if span.name == name]

    def _way(self, span: Seen) -> list[str]:
        names = [f"{span.service} {span.name}"]
        while span.parent in self.spans:
            above = self.spans[span.parent]
            assert above.trace_id == span.trace_id
            span = above
            names.append(f"{span.service} {span.name}")
        return names[::-1]


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
            peer.take(gzip.decompress(body) if self.headers.get("Content-Encoding") == "gzip" else body)
            answer = ExportTraceServiceResponse().SerializeToString()
            self.send_response(200)
            self.send_header("Content-Type", "application/x-protobuf")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *words: object) -> None:
            return

    return Handler
