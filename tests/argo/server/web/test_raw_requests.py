"""Bytes on the wire that are hardly HTTP: each is refused, and the server goes on."""

from __future__ import annotations

import asyncio
from urllib.parse import urlsplit

import pytest

from tests.argo.server.web.parts import served, services_after

HEAD = b" HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n"


@pytest.mark.parametrize(
    "request_bytes",
    [
        b"GET /\xff\xfe" + HEAD + b"\r\n",
        b"GET /signals/%ff%00" + HEAD + b"\r\n",
        b"GET /api/v1/signals?symbol=\xff" + HEAD + b"\r\n",
        b"GET /api/v1/signals?symbol=%ff" + HEAD + b"\r\n",
        b"GET /api/v1/signals?" + b"a" * 60_000 + HEAD + b"\r\n",
        b"GET /static/../../app.py" + HEAD + b"\r\n",
        b"GET /static/%2e%2e/%2e%2e/app.py" + HEAD + b"\r\n",
        b"GET /static//etc/passwd" + HEAD + b"\r\n",
        b"GET http://attacker.example/" + b" HTTP/1.1\r\nHost: attacker.example\r\nConnection: close\r\n\r\n",
        b"GET /api/v1/signals HTTP/1.1\r\nConnection: close\r\n\r\n",
        b"POST /api/v1/signals" + HEAD + b"Content-Length: 3\r\n\r\n{}}",
        b"POST /api/v1/signals" + HEAD + b"Content-Length: -1\r\n\r\n",
        b"BREW / HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\r\n\r\n",
    ],
)
async def test_a_malformed_request_is_refused_and_the_next_one_answered(request_bytes: bytes) -> None:
    async with asyncio.timeout(20), served(await services_after([])) as (address, _, _):
        status = await exchange(address, request_bytes)
        assert 400 <= status < 500
        assert await exchange(address, b"GET /health" + HEAD + b"\r\n") == 200


async def exchange(address: str, request_bytes: bytes) -> int:
    """The status that the server answers to these bytes."""
    parts = urlsplit(address)
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
    writer.write(request_bytes)
    answer = await reader.read()
    writer.close()
    await writer.wait_closed()
    return int(answer.split(b" ", 2)[1])
