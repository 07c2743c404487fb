"""Whatever is delivered, the answer is 4xx and never 5xx, and nothing is stored."""

from __future__ import annotations

import asyncio
import itertools
import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from litestar import Litestar

from alpine_core.testing.samples import DETAILS, sample_account, sample_body, sample_members
from alpine_web.web.app import create_app
from tests.alpine.web.parts import EMAIL, KEY, PASSWORD, SYNC, Rig, rig_of

PATHS = [f"{SYNC}/{name}" for name in ("signal", "signals", "outcomes", "marks", "check")]
PATHS.append("/api/v1/argo/sync/signal")
AWKWARD: list[Any] = [None, True, -0.0, 1e400, float("nan"), 2**64, "", "\x00", "\ud800", [], {}, [[]], "é" * 300, -1]

scalars = st.sampled_from(AWKWARD) | st.text(max_size=20) | st.floats() | st.integers()
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=8,
)
SAMPLE = sample_members("SIG-1", **DETAILS)
# One field of a good signal replaced, removed or added: its hash no longer holds, or it cannot be read.
HASHED = [name for name in sample_members("SIG-1") if name != "scheme"]
changed = st.tuples(st.sampled_from([*HASHED, "more"]), values).map(lambda pair: {**SAMPLE, pair[0]: pair[1]})
WRONG_DETAILS: list[dict[str, Any]] = [
    {"votes": "x"},
    {"votes": [{"source": 1}]},
    {"decision": []},
    {"reasoning": 5},
    {"win_probability": 2},
]
beside = st.sampled_from(WRONG_DETAILS).map(lambda wrong: {**SAMPLE, **wrong})
removed = st.sampled_from(HASHED).map(lambda name: {key: value for key, value in SAMPLE.items() if key != name})
wrapped = st.tuples(st.sampled_from(["signals", "outcomes", "series"]), st.lists(changed | values, max_size=3)).map(
    lambda pair: {pair[0]: pair[1]}
)
texts = (changed | removed | beside | wrapped | values).map(
    lambda value: json.dumps(value).encode("utf-8", "surrogatepass")
)
flipped = st.tuples(st.integers(0, len(sample_body()) - 1), st.integers(1, 255)).map(
    lambda at: bytes(byte ^ at[1] if index == at[0] else byte for index, byte in enumerate(sample_body()))
)
cut = st.integers(0, len(sample_body()) - 1).map(lambda length: sample_body()[:length])
deep = st.sampled_from([b"[" * 100_000, b'{"a":' * 50_000, b'{"signals":' + b"[" * 90_000])
bodies = st.binary(max_size=200) | texts | flipped | cut | deep


@pytest.fixture(scope="module")
def runner() -> Iterator[asyncio.Runner]:
    with asyncio.Runner() as opened:
        yield opened


@pytest.fixture(scope="module")
def rig() -> Rig:
    return rig_of(ingest_per_minute=10_000_000)


@pytest.fixture(scope="module")
def app(rig: Rig) -> Litestar:
    return create_app(rig.services)


async def put(
    app: Litestar, path: str, body: bytes, headers: list[tuple[bytes, bytes]], method: str = "POST", query: bytes = b""
) -> tuple[int, bytes]:
    """Status and content type of one request, put to the application as a server would, its body in two parts."""
    parts = [body[: len(body) // 2], body[len(body) // 2 :]]
    started: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": parts.pop(0) if parts else b"", "more_body": bool(parts)}

    async def send(message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            started.append(message)

    scope = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": query,
        "root_path": "",
        "headers": [(b"host", b"127.0.0.1"), *headers],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 9001),
        "state": {},
    }
    await app(scope, receive, send)  # type: ignore[arg-type]
    (start,) = started
    return int(start["status"]), dict(start["headers"]).get(b"content-type", b"")


@given(path=st.sampled_from(PATHS), body=bodies)
def test_no_body_makes_the_server_fail_or_leaves_a_trace(
    runner: asyncio.Runner, app: Litestar, rig: Rig, path: str, body: bytes
) -> None:
    status, kind = runner.run(put(app, path, body, [(b"x-api-key", KEY.encode())]))
    batch_of_refusals = status == 200 and path.endswith(("signals", "outcomes", "marks"))
    assert batch_of_refusals or (400 <= status < 500 and kind == b"application/problem+json")
    assert runner.run(rig.store.newest_cursor()) == 0
    assert runner.run(rig.store.newest(1)) == ()


@given(
    path=st.sampled_from(PATHS),
    key=st.binary(max_size=80),
    digest=st.binary(max_size=80),
    length=st.binary(max_size=30),
)
def test_no_header_makes_the_server_fail(
    runner: asyncio.Runner, app: Litestar, rig: Rig, path: str, key: bytes, digest: bytes, length: bytes
) -> None:
    headers = [(b"x-api-key", key), (b"content-digest", digest), (b"content-length", length)]
    status, _ = runner.run(put(app, path, b"{}", headers))
    assert status == 401
    status, _ = runner.run(put(app, path, b"{}", [(b"x-api-key", KEY.encode()), *headers[1:]]))
    assert 400 <= status < 500


@given(
    path=st.sampled_from(["/login", "/logout", "/api/auth/login", "/api/auth/logout"]),
    body=st.binary(max_size=100) | texts,
    cookie=st.binary(max_size=60),
    token=st.binary(max_size=40),
)
def test_no_form_makes_the_server_fail(
    runner: asyncio.Runner, app: Litestar, path: str, body: bytes, cookie: bytes, token: bytes
) -> None:
    headers = [
        (b"cookie", b"alpine_session=" + cookie),
        (b"x-csrf-token", token),
        (b"content-type", b"application/json"),
    ]
    status, _ = runner.run(put(app, path, body, headers))
    assert 400 <= status < 500


TAKEN = ["1970-01-01T00:00:00Z", "2200-12-31T23:59:59Z", "2026-01-02T14:30:00.123456+05:30", "2026-01-02 14:30:00z"]
ODD = ["9999-12-31T23:59:59Z", "9999-12-31T23:59:59-23:59", "0001-01-01T00:00:00Z", "0001-01-01T00:00:00+23:59"]
MOMENTS = st.sampled_from(TAKEN) | st.sampled_from(TAKEN) | st.sampled_from(ODD)
LABELS = st.none() | st.text(max_size=40)
PLAIN = st.text(max_size=9)
FLOATS = st.none() | st.floats(allow_nan=False, allow_infinity=False)
VOTES = st.fixed_dictionaries(
    {"source": st.text(max_size=20), "direction": st.text(max_size=9), "confidence": st.floats(-1e300, 1e300)},
    optional={
        "weight": FLOATS,
        "age_seconds": FLOATS,
        "age_factor": FLOATS,
        "price": FLOATS,
        "observed_at": MOMENTS,
        "received_at": MOMENTS,
        "evidence": st.dictionaries(PLAIN, st.floats(-1e300, 1e300), max_size=3),
        "rationale": LABELS,
    },
)
DETAILED = st.fixed_dictionaries(
    {},
    optional={
        "as_of": st.none() | MOMENTS,
        "timestamp": st.sampled_from(["0001-01-01T00:00:00.000000Z", "9999-12-31T23:59:59.999999Z"]),
        "entry_price": st.sampled_from([5e-324, 2**53 - 1, 1e-7]),
        "confidence": st.sampled_from([0, 100, 1e-300]),
        "strategy": st.sampled_from(["<b>", "{{ 7 }}", "\u0130"]),
        "asset_type": LABELS,
        "data_source": LABELS | st.just("replay"),
        "regime": LABELS,
        "reasoning": LABELS,
        "win_probability": st.none() | st.floats(0, 1),
        "votes": st.lists(VOTES, max_size=3),
        "decision": st.dictionaries(PLAIN, FLOATS | LABELS | st.integers(-(10**300), 10**300), max_size=4),
        "service_type": LABELS,
        "generated_by": LABELS,
        "generation_latency_ms": FLOATS,
    },
)
READ = [
    "/",
    "/dashboard",
    "/dashboard/open",
    "/signals",
    "/signals?sort=result",
    "/api/v1/signals/subscribed",
    "/api/v1/signals/history",
]
READ_OF_ONE = ["/signals/{}", "/api/v1/signals/{}", "/api/v1/signals/{}/marks"]
numbers = itertools.count()


@pytest.fixture(scope="module")
def reader(runner: asyncio.Runner) -> tuple[Rig, Litestar, list[tuple[bytes, bytes]]]:
    """An application of its own, and the headers of a premium reader who is signed in."""
    rig = rig_of(ingest_per_minute=10_000_000)
    runner.run(rig.accounts.put(sample_account(EMAIL, f"plain:{PASSWORD}")))
    token = getattr(runner.run(rig.services.sign_in.sign_in(EMAIL, PASSWORD)), "token", "")
    return rig, create_app(rig.services), [(b"cookie", b"alpine_session=" + token.encode()), (b"accept", b"text/html")]


@given(details=DETAILED)
def test_whatever_is_accepted_every_page_and_route_can_show(
    runner: asyncio.Runner, reader: tuple[Rig, Litestar, list[tuple[bytes, bytes]]], details: dict[str, Any]
) -> None:
    rig, app, headers = reader
    name = f"SIG-{next(numbers)}"
    plain = {"target_price": None, "stop_price": None, **details}
    members = sample_members(name, **plain)
    if "timestamp" not in details:
        state = runner.run(rig.store.ledger.state(rig.log.origin))
        # Each in a stream of its own: what is refused leaves no gap before the next.
        members = rig.log.seal(members, old_size=0 if state is None else state.size, stream=name, seq=0)
    body = json.dumps(members).encode("utf-8", "surrogatepass")
    status, _ = runner.run(put(app, f"{SYNC}/signal", body, [(b"x-api-key", KEY.encode())]))
    assert status in {201, 400, 422}
    paths = [*READ, *(path.format(name) for path in READ_OF_ONE)] if status == 201 else READ[:1]
    for path in paths:
        address, _, query = path.partition("?")
        assert runner.run(put(app, address, b"", headers, "GET", query.encode()))[0] == 200, path
