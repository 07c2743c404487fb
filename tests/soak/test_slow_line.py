"""The line between two processes: it hands on everything, later where it is slow, and nothing while it is cut."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator

import pytest

from tests.soak.slow_line import SlowLine, slow_line


@pytest.fixture(name="line")
async def line_to_an_echo() -> AsyncIterator[SlowLine]:
    async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while said := await reader.read(100):
                writer.write(said)
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()

    conversations = set[asyncio.Task[None]]()

    def greet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        conversations.add(asyncio.ensure_future(echo(reader, writer)))

    server = await asyncio.start_server(greet, "127.0.0.1", 0)
    async with server, slow_line(server.sockets[0].getsockname()[1]) as line:
        yield line
    await asyncio.gather(*conversations)


async def closed(writer: asyncio.StreamWriter) -> None:
    writer.close()
    with contextlib.suppress(OSError):
        await writer.wait_closed()


async def test_what_is_said_comes_back(line: SlowLine) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", line.port)
    writer.write(b"hello")
    assert await reader.readexactly(5) == b"hello"
    writer.write_eof()
    assert await reader.read() == b""
    await closed(writer)


async def test_a_slow_line_takes_its_time_each_way(line: SlowLine) -> None:
    line.delay_seconds = 0.1
    reader, writer = await asyncio.open_connection("127.0.0.1", line.port)
    loop = asyncio.get_running_loop()
    began = loop.time()
    writer.write(b"hello")
    await reader.readexactly(5)
    assert loop.time() - began >= 0.2
    await closed(writer)


async def test_a_cut_line_ends_what_is_open_and_takes_nothing_until_it_is_mended(line: SlowLine) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", line.port)
    writer.write(b"hello")
    await reader.readexactly(5)
    line.cut()
    with pytest.raises((ConnectionResetError, asyncio.IncompleteReadError)):
        await reader.readexactly(1)
    await closed(writer)
    other, closing = await asyncio.open_connection("127.0.0.1", line.port)
    with pytest.raises((ConnectionResetError, asyncio.IncompleteReadError)):
        await other.readexactly(1)
    await closed(closing)
    line.mend()
    again, writing = await asyncio.open_connection("127.0.0.1", line.port)
    writing.write(b"again")
    assert await again.readexactly(5) == b"again"
    await closed(writing)
