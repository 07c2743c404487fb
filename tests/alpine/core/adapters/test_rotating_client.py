"""Requests of parts that know the secret of the start, over loopback."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest

from alpine_core.adapters.rotating_client import RotatingClient
from alpine_core.intake.kept_secrets import KeptSecrets
from alpine_core.testing.fixed_clock import START, FixedClock
from alpine_core.testing.memory_secret_shelf import MemorySecretShelf

NAME, OLD, NEW = "a-key", "old-secret-000000", "new-secret-000000"


@asynccontextmanager
async def receiver(key: str) -> AsyncIterator[tuple[str, list[bytes]]]:
    """Its address, and the requests that came: 200 for those that hold the key anywhere, 401 for others."""
    came: list[bytes] = []

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        lengths = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
        came.append(head + await reader.readexactly(int(lengths[0].split(b":")[1]) if lengths else 0))
        status = b"200 OK" if key.encode() in came[-1] else b"401 Unauthorized"
        writer.write(b"HTTP/1.1 " + status + b"\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        await writer.drain()
        writer.close()
        await writer.wait_closed()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", came


def client_of(stored: str) -> httpx.AsyncClient:
    shelf = MemorySecretShelf()
    shelf.put(NAME, stored, START)
    return httpx.AsyncClient(auth=RotatingClient(KeptSecrets(shelf, {NAME: OLD}, FixedClock())))


@pytest.mark.parametrize("place", ["header", "address", "body"])
async def test_a_refused_secret_is_sent_anew_as_the_store_has_it_now(place: str) -> None:
    async with receiver(NEW) as (address, came), client_of(NEW) as client:
        sent = {
            "header": client.build_request("POST", address, headers={"Authorization": f"Bearer {OLD}"}),
            "address": client.build_request("POST", f"{address}/services/{OLD}", json={"text": "x"}),
            "body": client.build_request("POST", address, json={"routing_key": OLD}),
        }[place]
        assert (await client.send(sent)).status_code == 200
        assert len(came) == 2
        assert (await client.send(sent)).status_code == 200
        assert len(came) == 3


async def test_with_no_other_secret_a_refusal_stands_and_a_strange_one_asks_nobody() -> None:
    async with receiver(NEW) as (address, came), client_of(OLD) as client:
        assert (await client.get(address, headers={"X-API-Key": OLD})).status_code == 401
        assert (await client.get(address, headers={"X-API-Key": "somebody-elses"})).status_code == 401
        assert len(came) == 2
