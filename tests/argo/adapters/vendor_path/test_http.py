"""An answer over HTTP is complete and JSON, or it is an error that says whose fault it is."""

from __future__ import annotations

import asyncio
import gzip
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest

from argo_core.adapters.vendor_path import Document, HttpLimits, Redacted, VendorHttp
from argo_core.errors import ConfigError, SourceError
from argo_core.testing.fixed_clock import FixedClock
from tests.argo.adapters.vendor_path.raw_peer import (
    Answering,
    RawPeer,
    answer,
    drip,
    raw,
    reset,
    running_peer,
    silence,
)
from tests.argo.adapters.vendor_path.virtual_time import START
from tests.ports import free_port

KEY = "PKq7+/Zs9xVt3LmR"
QUICK = HttpLimits(connect_seconds=1.0, total_seconds=0.4, body_bytes=10_000)
PATIENT = HttpLimits(connect_seconds=20.0, total_seconds=20.0, body_bytes=10_000)
UNIX_NOW = int(START.timestamp())


@asynccontextmanager
async def talking(answering: Answering, limits: HttpLimits = PATIENT) -> AsyncIterator[tuple[VendorHttp, RawPeer]]:
    async with running_peer(answering) as peer, httpx.AsyncClient() as client:
        headers = {"X-Key": KEY}
        yield (
            VendorHttp(client, peer.url, headers, Redacted([KEY]), clock=FixedClock(START), name="v", limits=limits),
            peer,
        )


async def failure_of(answering: Answering, limits: HttpLimits = PATIENT) -> SourceError:
    async with talking(answering, limits) as (http, _):
        with pytest.raises(SourceError) as caught:
            await http.get_json("/v2/bars", {"symbols": "AAPL"})
    return caught.value


async def test_a_get_brings_the_document_and_sends_the_key_as_a_header() -> None:
    async with talking(answer("200 OK", b'{"bars":[1]}', "X-Request-Id: r1")) as (http, peer):
        document = await http.get("/v2/bars", {"symbols": "BTC/USD,BRK.B"})
    assert (document.status, document.body, document.json()) == (200, b'{"bars":[1]}', {"bars": [1]})
    assert document.headers["x-request-id"] == "r1"
    assert peer.requests[0].startswith(b"GET /v2/bars?symbols=BTC%2FUSD%2CBRK.B HTTP/1.1\r\n")
    assert f"x-key: {KEY}\r\n".encode() in peer.requests[0].lower().replace(KEY.lower().encode(), KEY.encode())


async def test_a_post_sends_json() -> None:
    async with talking(answer("200 OK", b"[]")) as (http, peer):
        assert await http.post_json("/v1/agent", {"model": "m"}) == []
    assert peer.requests[0].endswith(b'\r\n\r\n{"model":"m"}')
    assert b"content-type: application/json\r\n" in peer.requests[0].lower()


@pytest.mark.parametrize("kind", ["application/json; charset=utf-8", "application/problem+json", "text/json", None])
async def test_what_says_it_is_json_is_read(kind: str | None) -> None:
    async with talking(answer("200 OK", b"{}", kind=kind)) as (http, _):
        assert await http.get_json("/") == {}


FAULTS = {
    "silence": (silence, "TIMEOUT", False, None),
    "slow drip": (drip, "TIMEOUT", False, None),
    "reset": (reset, "VENDOR_ERROR", False, None),
    "end without an answer": (raw(b""), "VENDOR_ERROR", False, None),
    "no HTTP": (raw(b"hello\r\n\r\n"), "VENDOR_ERROR", False, None),
    "cut off body": (raw(b"HTTP/1.1 200 OK\r\nContent-Length: 90\r\n\r\n{"), "VENDOR_ERROR", False, None),
    "cut off chunks": (
        raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{"),
        "VENDOR_ERROR",
        False,
        None,
    ),
    "broken gzip": (answer("200 OK", b"no gzip", "Content-Encoding: gzip"), "VENDOR_ERROR", False, None),
    "truncated JSON": (answer("200 OK", b'{"bars":[{"o":1'), "REFUSED_ANSWER", False, None),
    "empty body": (answer("200 OK", b""), "REFUSED_ANSWER", False, None),
    "NaN": (answer("200 OK", b'{"o":NaN}'), "REFUSED_ANSWER", False, None),
    "not UTF-8": (answer("200 OK", b'{"o":"\xff"}'), "REFUSED_ANSWER", False, None),
    "deep nesting": (answer("200 OK", b"[" * 9000), "REFUSED_ANSWER", False, None),
    "HTML in 200": (answer("200 OK", b"<html>", kind="text/html"), "REFUSED_ANSWER", False, None),
    "HTML that says JSON": (answer("200 OK", b"<html>"), "REFUSED_ANSWER", False, None),
    "HTML without a type": (answer("200 OK", b"<html>", kind=None), "REFUSED_ANSWER", False, None),
    "redirect": (answer("302 Found", b"", "Location: http://127.0.0.1:9/"), "VENDOR_ERROR", True, None),
    "400": (answer("400 Bad Request", b'{"message":"invalid symbol"}'), "VENDOR_ERROR", True, None),
    "401": (answer("401 Unauthorized", b'{"message":"unauthorized."}'), "DISABLED", True, None),
    "402": (answer("402 Payment Required", b"{}"), "DISABLED", True, None),
    "403": (answer("403 Forbidden", b"<html>", kind="text/html"), "DISABLED", True, None),
    "404": (answer("404 Not Found", b"{}"), "VENDOR_ERROR", True, None),
    "408": (answer("408 Request Timeout", b""), "TIMEOUT", False, None),
    "429": (answer("429 Too Many Requests", b"Too Many Requests\r\n", kind="text/plain"), "RATE_LIMITED", False, None),
    "429 in seconds": (answer("429 X", b"{}", "Retry-After: 7"), "RATE_LIMITED", False, 7.0),
    "429 with a date": (
        answer("429 X", b"{}", "Retry-After: Fri, 20 Nov 2026 15:00:30 GMT"),
        "RATE_LIMITED",
        False,
        30.0,
    ),
    "429 with a date gone by": (
        answer("429 X", b"{}", "Retry-After: Fri, 20 Nov 2026 14:00:00 GMT"),
        "RATE_LIMITED",
        False,
        0.0,
    ),
    "429 for a century": (answer("429 X", b"{}", "Retry-After: 3155760000"), "RATE_LIMITED", False, 86_400.0),
    "429 with nonsense": (answer("429 X", b"{}", "Retry-After: soon"), "RATE_LIMITED", False, None),
    "429 with NaN": (answer("429 X", b"{}", "Retry-After: nan"), "RATE_LIMITED", False, None),
    "429 with a reset": (
        answer("429 X", b"{}", "X-RateLimit-Remaining: 0", f"X-RateLimit-Reset: {UNIX_NOW + 12}"),
        "RATE_LIMITED",
        False,
        12.0,
    ),
    "429 with a reset in ms": (
        answer("429 X", b"{}", f"X-RateLimit-Reset: {UNIX_NOW * 1000 + 2500}"),
        "RATE_LIMITED",
        False,
        2.5,
    ),
    "429 with seconds to the reset": (answer("429 X", b"{}", "X-RateLimit-Reset: 9"), "RATE_LIMITED", False, 9.0),
    "500": (answer("500 Oh", b"<html>", kind="text/html"), "VENDOR_ERROR", False, None),
    "503 with a wish": (answer("503 Busy", b"{}", "Retry-After: 20"), "VENDOR_ERROR", False, 20.0),
    "503 at its limit": (
        answer("503 Busy", b"{}", "X-RateLimit-Remaining: 3", f"X-RateLimit-Reset: {UNIX_NOW + 5}"),
        "VENDOR_ERROR",
        False,
        None,
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
async def test_each_fault_is_an_error_of_its_kind_in_one_line(fault: str) -> None:
    answering, reason, permanent, retry_after = FAULTS[fault]
    began = time.monotonic()
    error = await failure_of(answering, QUICK if answering in (silence, drip) else PATIENT)
    assert time.monotonic() - began < 3.0
    assert (error.reason, error.permanent, error.retry_after) == (reason, permanent, retry_after)
    assert str(error).startswith("v")
    assert "\n" not in str(error)


@pytest.mark.parametrize("kind", ["text/html", "text/plain", "application/octet-stream", "application/jsonp"])
async def test_json_that_says_it_is_something_else_is_refused(kind: str) -> None:
    async with talking(answer("200 OK", b"{}", kind=kind)) as (http, _):
        with pytest.raises(SourceError) as caught:
            await http.get("/")
    assert caught.value.reason == "REFUSED_ANSWER"


LONG = b'"' + b"x" * 5_000_000 + b'"'


@pytest.mark.parametrize(
    "answering",
    [
        answer("200 OK", LONG),
        answer("200 OK", gzip.compress(LONG), "Content-Encoding: gzip"),
        answer("500 Oh", LONG),
        raw(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n" + LONG),
    ],
)
async def test_more_than_the_limit_is_refused_whatever_it_says(answering: Answering) -> None:
    error = await failure_of(answering)
    assert (error.reason, str(error)) == (
        "REFUSED_ANSWER",
        "v: the answer is longer than 10000 bytes: ask for less at once",
    )


async def test_as_much_as_the_limit_is_read() -> None:
    async with talking(answer("200 OK", LONG[:9_999] + b'"')) as (http, _):
        assert await http.get_json("/") == "x" * 9_998


async def test_nobody_at_the_address_is_a_vendors_error() -> None:
    port = free_port()
    async with httpx.AsyncClient() as client:
        http = VendorHttp(client, f"http://127.0.0.1:{port}", {}, Redacted(), clock=FixedClock(START), limits=QUICK)
        with pytest.raises(SourceError) as caught:
            await http.get("/")
    assert caught.value.reason == "VENDOR_ERROR"


class NameUnknown(httpx.AsyncBaseTransport):
    """What httpx makes of a name that no server knows; asking a real one would leave this machine."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("[Errno -2] Name or service not known", request=request)


async def test_an_unknown_name_is_a_vendors_error() -> None:
    async with httpx.AsyncClient(transport=NameUnknown()) as client:
        http = VendorHttp(client, "http://data.vendor.invalid", {}, Redacted(), clock=FixedClock(START))
        with pytest.raises(SourceError) as caught:
            await http.get("/v2/bars")
    assert caught.value.reason == "VENDOR_ERROR"
    assert str(caught.value).startswith("data.vendor.invalid")


async def test_a_redirect_carries_the_key_nowhere() -> None:
    async with running_peer(answer("200 OK", b"{}")) as elsewhere:
        error = await failure_of(answer("307 Moved", b"", f"Location: {elsewhere.url}/"))
        assert (error.reason, elsewhere.requests) == ("VENDOR_ERROR", [])


async def test_a_status_that_the_caller_knows_is_no_error() -> None:
    async with talking(answer("404 Not Found", b'{"code":1}')) as (http, _):
        document = await http.get("/v2/assets/NONE", also=(404,))
    assert (document.status, document.json()) == (404, {"code": 1})


async def test_a_vendor_may_mean_an_error_by_200_and_its_words_are_redacted() -> None:
    def refusing(document: Document) -> SourceError | None:
        if b"Information" not in document.body:
            return None
        return SourceError("RATE_LIMITED", f"daily limit: {document.body.decode()}", retry_after=60.0)

    body = f'{{"Information":"your API key as {KEY} has 25 requests"}}'.encode()
    async with running_peer(answer("200 OK", body)) as peer, httpx.AsyncClient() as client:
        clock = FixedClock(START)
        http = VendorHttp(client, peer.url, {}, Redacted([KEY]), clock=clock, refusing=refusing)
        with pytest.raises(SourceError) as caught:
            await http.get("/query", {"apikey": KEY})
    error = caught.value
    assert (error.reason, error.retry_after) == ("RATE_LIMITED", 60.0)
    assert str(error) == 'daily limit: {"Information":"your API key as [secret] has 25 requests"}'


async def test_the_vendors_own_words_are_in_the_message() -> None:
    error = await failure_of(answer("500 Oh", b'{"error":{"message":"model at\\ncapacity"}}'))
    assert str(error) == "v answered 500 (model at capacity): it is asked again later"


async def test_a_cancelled_call_ends_at_once_and_leaves_the_client_usable() -> None:
    async with talking(silence, HttpLimits(total_seconds=30.0)) as (http, peer):
        call = asyncio.create_task(http.get("/"))
        async with asyncio.timeout(5.0):
            while not peer.requests:
                await asyncio.sleep(0.002)
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call
        peer.answering = answer("200 OK", b"{}")
        assert (await http.get("/")).status == 200


@pytest.mark.parametrize("url", ["", "data.vendor.example", "ftp://vendor", "http://", "file:///etc/passwd"])
def test_a_base_url_that_is_none_is_refused_at_the_start(url: str) -> None:
    with pytest.raises(ConfigError):
        VendorHttp(httpx.AsyncClient(), url, {}, Redacted(), clock=FixedClock(START))


@pytest.mark.parametrize("key", ["with\nnewline", " space", "schlüssel", "nul\x00"])
def test_a_key_that_no_header_takes_is_refused_at_the_start_without_showing_it(key: str) -> None:
    with pytest.raises(ConfigError) as caught:
        VendorHttp(httpx.AsyncClient(), "http://vendor", {"X-Key": key}, Redacted([key]), clock=FixedClock(START))
    assert key not in str(caught.value)
