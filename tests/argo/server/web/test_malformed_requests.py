"""Whatever comes in, nothing answers 5xx, and every refusal is problem details."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from urllib.parse import quote_from_bytes

import pytest
from hypothesis import given
from hypothesis import strategies as st
from litestar import Litestar

from argo_server.web.app import create_app
from tests.argo.server.web.parts import services_after, three_cycles

PATHS = (
    "/health /metrics /api/v1/health /api/v1/signals /api/v1/signals/AAPL /api/signals/latest /api/signals/stats "
    "/api/performance/win-rate /api/v1/decisions / /decisions /signals /signals/c1-s0 /sources /console/parts/board "
    "/schema /static/brand.css /api/v1/ledger/checkpoint /api/v1/ledger/proof/inclusion "
    "/api/v1/backtest /api/v1/backtests /lab /lab/compare "
    "/api/v1/ledger/proof/consistency /api/v1/ledger/entries /api/v1/ledger/anchors /ledger/checkpoint /ledger/tile"
).split()
NAMES = (
    "symbol action regime outcome open min_confidence since limit before status veto cycle_id index size from to start "
    "ids trades earlier"
).split()
AWKWARD = ["", "0", "-1", "nan", "inf", "1e999", "9" * 400, "true", "null", "\x00", "\ud7ff", "٣", "AAPL", "2026-01-01"]

values = st.sampled_from(AWKWARD).map(str.encode) | st.binary(max_size=40)
names = st.sampled_from(NAMES).map(str.encode) | st.binary(max_size=12)
escaped = st.builds(lambda raw: quote_from_bytes(raw, safe="").encode(), values)
fields = st.lists(
    st.tuples(names.map(lambda raw: quote_from_bytes(raw).encode()), escaped | st.binary(max_size=20)), max_size=4
)
queries = fields.map(lambda pairs: b"&".join(name + b"=" + value for name, value in pairs)) | st.binary(max_size=40)
tails = st.just("") | st.text(max_size=20).map(lambda text: f"/{text}")
methods = st.sampled_from(["GET", "GET", "GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "TRACE", "BREW"])
header_values = st.binary(max_size=30)


@pytest.fixture(scope="module")
def runner() -> Iterator[asyncio.Runner]:
    with asyncio.Runner() as opened:
        yield opened


@pytest.fixture(scope="module")
def app(runner: asyncio.Runner) -> Litestar:
    return create_app(runner.run(services_after(three_cycles())))


async def ask(
    app: Litestar, method: str, path: str, query: bytes, headers: list[tuple[bytes, bytes]]
) -> tuple[int, bytes]:
    """Status and content type of one request, put to the application as a server would."""
    started: list[dict[str, object]] = []

    async def receive() -> dict[str, object]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: dict[str, object]) -> None:
        if message["type"] == "http.response.start":
            started.append(message)

    scope = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": path,
        "raw_path": path.encode("utf-8", "surrogatepass"),
        "query_string": query,
        "root_path": "",
        "headers": [(b"host", b"127.0.0.1"), *headers],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 7999),
        "state": {},
    }
    await app(scope, receive, send)  # type: ignore[arg-type]
    (start,) = started
    sent = dict(start["headers"])  # type: ignore[call-overload]
    return int(str(start["status"])), sent.get(b"content-type", b"")


@given(
    method=methods, base=st.sampled_from(PATHS), tail=tails, query=queries, cookie=header_values, accept=header_values
)
def test_no_request_makes_the_server_fail(
    runner: asyncio.Runner, app: Litestar, method: str, base: str, tail: str, query: bytes, cookie: bytes, accept: bytes
) -> None:
    headers = [(b"cookie", cookie), (b"accept", accept), (b"if-none-match", cookie)]
    status, kind = runner.run(ask(app, method, base + tail, query, headers))
    assert status < 500
    if status >= 400:
        assert kind == b"application/problem+json" or (b"text/html" in accept and kind.startswith(b"text/html"))


@given(name=st.sampled_from(NAMES), value=values)
def test_no_value_of_a_known_field_makes_the_server_fail(
    runner: asyncio.Runner, app: Litestar, name: str, value: bytes
) -> None:
    query = f"{name}={quote_from_bytes(value, safe='')}".encode()
    for path in ("/api/v1/signals", "/api/v1/decisions", "/signals", "/decisions"):
        status, kind = runner.run(ask(app, "GET", path, query, []))
        assert status == 200 or (status == 400 and kind == b"application/problem+json")


@given(path=st.text(max_size=60).map(lambda text: f"/{text}"), query=queries)
def test_no_path_makes_the_server_fail(runner: asyncio.Runner, app: Litestar, path: str, query: bytes) -> None:
    status, _ = runner.run(ask(app, "GET", path, query, []))
    assert status < 500


@given(host=st.binary(max_size=40), authorization=st.binary(max_size=60))
def test_no_host_or_credential_makes_the_server_fail(
    runner: asyncio.Runner, app: Litestar, host: bytes, authorization: bytes
) -> None:
    headers = [(b"host", host), (b"authorization", authorization)]
    status, _ = runner.run(ask(app, "GET", "/api/v1/signals", b"", headers))
    assert status < 500
