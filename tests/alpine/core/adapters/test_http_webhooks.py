"""Calls over real HTTP: what goes out is what was given, to nobody but whom it was judged to reach."""

from __future__ import annotations

import asyncio
import os
import re
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from alpine_core.adapters.http_webhooks import HttpWebhooks, Resolve
from alpine_core.errors import DeliveryError
from alpine_core.model import WebhookAnswer
from alpine_core.notices.signature import signed_headers
from alpine_core.testing.samples import MOMENT
from tests.alpine.core.adapters.own_certificate import certificate_for
from tests.alpine.core.adapters.webhook_peer import Receiver, receiving

HOW_TO = Path(__file__).parents[4] / "docs" / "how-to" / "receive-webhooks.md"


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as started:
        yield started


@asynccontextmanager
async def sending(*, allow_private: bool = True, resolve: Resolve | None = None) -> AsyncIterator[HttpWebhooks]:
    sender = HttpWebhooks(allow_private=allow_private, resolve=resolve)
    try:
        yield sender
    finally:
        await sender.close()


def leading_to(*addresses: str) -> Resolve:
    """A name service that says so of every name."""

    async def resolve(_host: str, _port: int) -> Sequence[str]:
        return addresses

    return resolve


async def test_the_body_and_the_headers_arrive_as_they_were_given(receiver: Receiver) -> None:
    async with sending() as sender:
        answer = await sender.post(f"{receiver.url}/hook?a=b", {"X-Alpine-Delivery": "d1"}, b'{"a":1}')
    (got,) = receiver.got
    assert answer == WebhookAnswer(status=200)
    assert (got.path, got.body) == ("/hook?a=b", b'{"a":1}')
    assert (got.headers["x-alpine-delivery"], got.headers["host"]) == ("d1", f"127.0.0.1:{receiver.port}")
    assert "cookie" not in got.headers


async def test_a_redirect_is_not_followed_and_a_wish_for_time_is_heard(receiver: Receiver) -> None:
    receiver.answers = [
        (302, {"Location": f"{receiver.url}/elsewhere"}),
        (503, {"Retry-After": "7", "Set-Cookie": "a=b"}),
        (200, {}),
    ]
    async with sending() as sender:
        answers = [await sender.post(receiver.url, {}, b"") for _ in range(3)]
    assert answers == [
        WebhookAnswer(status=302),
        WebhookAnswer(status=503, retry_after="7"),
        WebhookAnswer(status=200),
    ]
    assert [got.path for got in receiver.got] == ["/", "/", "/"]
    assert "cookie" not in receiver.got[2].headers


async def test_the_name_is_looked_up_once_and_the_connection_goes_to_what_was_judged(receiver: Receiver) -> None:
    asked: list[str] = []

    async def changing(host: str, port: int) -> Sequence[str]:
        asked.append(f"{host}:{port}")
        return ["127.0.0.1"] if len(asked) == 1 else ["192.0.2.1"]

    async with sending(resolve=changing) as sender:
        answer = await sender.post(f"http://hooks.example.com:{receiver.port}/", {}, b"")
    assert (answer.status, asked) == (200, [f"hooks.example.com:{receiver.port}"])
    assert receiver.got[0].headers["host"] == f"hooks.example.com:{receiver.port}"


@pytest.mark.parametrize(
    "addresses",
    [["127.0.0.1"], ["10.0.0.1"], ["8.8.8.8", "127.0.0.1"], ["169.254.169.254"], ["::1"], ["::ffff:10.0.0.1"]],
)
async def test_a_name_that_leads_into_a_private_network_is_called_never(
    receiver: Receiver, addresses: list[str]
) -> None:
    async with sending(allow_private=False, resolve=leading_to(*addresses)) as sender:
        with pytest.raises(DeliveryError, match="private network") as refused:
            await sender.post(f"https://hooks.example.com:{receiver.port}/", {}, b"")
    assert refused.value.retry is False
    assert receiver.got == []


@pytest.mark.parametrize("url", ["http://hooks.example.com/", "https://127.0.0.1/", "https://[::1]/", "nonsense"])
async def test_an_address_that_would_not_be_taken_is_not_called_either(url: str) -> None:
    async with sending(allow_private=False, resolve=leading_to("8.8.8.8")) as sender:
        with pytest.raises(DeliveryError, match="will not do") as refused:
            await sender.post(url, {}, b"")
    assert refused.value.retry is False


async def test_nobody_there_is_worth_another_try_and_is_told_without_the_address() -> None:
    async with sending() as sender:
        with pytest.raises(DeliveryError, match=r"no connection: ConnectError\Z") as failed:
            await sender.post("http://127.0.0.1:1/secret", {}, b"")
    assert failed.value.retry is True


async def test_an_answer_that_is_no_http_or_has_no_end_is_given_up() -> None:
    async def endless(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\n")
        try:
            while True:
                writer.write(b"X-Filler: " + b"x" * 8000 + b"\r\n")
                await writer.drain()
        except OSError:
            writer.close()

    server = await asyncio.start_server(endless, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with server, sending() as sender:
        with pytest.raises(DeliveryError, match="no connection: RemoteProtocolError"):
            await sender.post(f"http://127.0.0.1:{port}/", {}, b"")


async def test_an_endless_body_is_not_read() -> None:
    ended = asyncio.Event()

    async def endless(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        try:
            while True:
                writer.write(b"x" * 65_536)
                await writer.drain()
        except OSError:
            ended.set()
            writer.close()

    server = await asyncio.start_server(endless, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with server, sending() as sender:
        assert await sender.post(f"http://127.0.0.1:{port}/", {}, b"") == WebhookAnswer(status=200)
        await ended.wait()


@pytest.mark.parametrize(("shown_for", "reached"), [("hooks.example.com", True), ("other.example.com", False)])
async def test_over_tls_the_certificate_is_checked_for_the_name_and_not_for_the_address(
    tmp_path: Path, shown_for: str, *, reached: bool
) -> None:
    server_side, client_side = certificate_for(shown_for, tmp_path)
    heard: list[bytes] = []

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(b"HTTP/1.1 204 No Content\r\n\r\n")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0, ssl=server_side)
    port = server.sockets[0].getsockname()[1]
    sender = HttpWebhooks(allow_private=True, resolve=leading_to("127.0.0.1"), context=client_side)
    async with server:
        if reached:
            answered = await sender.post(f"https://hooks.example.com:{port}/", {}, b"")
            assert answered == WebhookAnswer(status=204)
            assert f"Host: hooks.example.com:{port}".encode() in heard[0]
        else:
            with pytest.raises(DeliveryError, match="no connection: ConnectError"):
                await sender.post(f"https://hooks.example.com:{port}/", {}, b"")
            assert heard == []
    await sender.close()


def snippet() -> str:
    """The receiver that the how-to shows."""
    found = re.search(r"```python\n(.+?)```", HOW_TO.read_text("utf-8"), re.DOTALL)
    assert found is not None
    return found[1]


@pytest.fixture
def shown(tmp_path: Path) -> Iterator[str]:
    """The how-to's receiver as a program of its own: the address where it listens."""
    program = tmp_path / "receiver.py"
    program.write_text(snippet(), "utf-8")
    environment = {**os.environ, "ALPINE_WEBHOOK_SECRET": "whsec_present", "PORT": "0"}
    running = subprocess.Popen([sys.executable, "-u", str(program)], stdout=subprocess.PIPE, text=True, env=environment)
    assert running.stdout is not None
    try:
        yield f"http://127.0.0.1:{int(running.stdout.readline().rsplit(' ', 1)[1])}/"
    finally:
        running.kill()
        running.wait()
        running.stdout.close()


async def test_the_documented_receiver_takes_what_is_signed_once_and_nothing_else(shown: str) -> None:
    now, body = datetime.now(UTC), b'{"type":"test"}'
    old = now - timedelta(minutes=6)
    cases = [
        (signed_headers(("whsec_present",), "d1", body, now), body, 204),
        (signed_headers(("whsec_present",), "d1", body, now), body, 200),  # known already, and not done again
        (signed_headers(("whsec_next", "whsec_present"), "d2", body, now), body, 204),
        (signed_headers(("whsec_other",), "d3", body, now), body, 400),
        (signed_headers(("whsec_present",), "d4", body, now), b'{"type":"signal"}', 400),
        (signed_headers(("whsec_present",), "d5", body, old), body, 400),
        ({**signed_headers(("whsec_present",), "d6", body, now), "X-Alpine-Delivery": "d7"}, body, 400),
        ({"X-Alpine-Delivery": "d8"}, body, 400),
        ({"X-Alpine-Delivery": "d9", "X-Alpine-Signature": "t=soon,v1=,v1"}, body, 400),
    ]
    async with sending() as sender:
        answers = [(await sender.post(shown, headers, sent)).status for headers, sent, _ in cases]
    assert answers == [status for _, _, status in cases]


def test_a_signature_is_that_of_the_specification() -> None:
    assert signed_headers(("whsec_a",), "d1", b"{}", MOMENT) == {
        "X-Alpine-Signature": "t=1772463600,v1=c7302cca0406e7ade2bc6c06f82cf384f75aabcbd6412446a24a131e4257077d",
        "X-Alpine-Delivery": "d1",
    }
