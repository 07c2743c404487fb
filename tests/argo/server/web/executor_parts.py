"""An executor's whole application over a folder of its own, as it runs in its process."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from argo_core.testing.sample_bodies import marks_body_of, signal_body_of
from argo_core.testing.sample_cycles import MOMENT, sample_signal
from argo_server.jobs import executing
from argo_server.services import ExecutorServices
from argo_server.settings import executor_role, own_credential
from argo_server.web.executor_app import create_executor_app
from argo_server.wiring.executor import open_executor
from tests.argo.server.executors import KEY, REGULAR, settings_of

EXECUTE, MARKS, STATUS = "/api/v1/trading/execute", "/api/v1/trading/marks", "/api/v1/trading/status"
HALT, RESUME, TEST = "/api/v1/trading/halt", "/api/v1/trading/resume", "/api/v1/trading/test"
AUTH = {"X-API-Key": KEY}
ORIGIN = {"Origin": "http://127.0.0.1:8000"}
TOKEN = re.compile(r'name="token" value="([^"]+)"')


@dataclass(frozen=True, slots=True)
class RunningExecutor:
    """Its services, and a caller on its own machine."""

    services: ExecutorServices
    client: httpx.AsyncClient

    async def status(self) -> dict[str, Any]:
        """All that it tells machines."""
        answer: dict[str, Any] = (await self.client.get(STATUS)).json()
        return answer

    async def trade(self, signal_id: str, symbol: str = "AAPL", **changed: Any) -> None:
        """Send a signal and wait until it is decided and, if allowed, filled."""
        before = await self.services.reader.counts()
        body = signal_body_of(sample_signal(signal_id, symbol=symbol, **changed))
        assert (await self.client.post(EXECUTE, content=body, headers=AUTH)).status_code == 202
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline:
            counts = await self.services.reader.counts()
            if counts.allowed + counts.denied > before.allowed + before.denied and counts.filled >= counts.allowed:
                return
            await asyncio.sleep(0.005)
        raise AssertionError("the executor did not decide in time")

    async def price(self, symbol: str, close: float) -> None:
        """A bar of the sample's day for the simulated exchange."""
        body = marks_body_of(symbol, [(MOMENT, close, close, close, close)], "1m")
        assert (await self.client.post(MARKS, content=body, headers=AUTH)).status_code == 200

    async def halt(self, **said: str) -> dict[str, Any]:
        """The kill switch over HTTP."""
        answer = await self.client.post(HALT, json=said, headers=AUTH)
        assert answer.status_code == 200, answer.text
        done: dict[str, Any] = answer.json()
        return done

    async def token(self) -> str:
        """The one that this process's forms hold."""
        found = TOKEN.search((await self.client.get("/halts")).text)
        assert found is not None
        return found.group(1)


def same_loop_client(app: Any, port: int) -> httpx.AsyncClient:
    """A caller in the loop of the application itself, as in its process: a client with a loop of its own would wait for
    locks that are held in the one that it blocks. `app` is typed by another library's words for the same protocol."""
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url=f"http://127.0.0.1:{port}")


@asynccontextmanager
async def running_executor(
    folder: Path,
    document: dict[str, Any] = REGULAR,
    *,
    recovered: bool = True,
    prepared: Callable[[str], Awaitable[None]] | None = None,
) -> AsyncIterator[RunningExecutor]:
    """The real parts on the database in `folder`; without `recovered` nothing has been finished or looked at yet.
    `prepared` gets at the database, by its address, before they do."""
    role = executor_role(settings_of(folder, document), None)
    if prepared is not None:
        await prepared(role.settings.database_url)
    async with AsyncExitStack() as stack:
        services = await stack.enter_async_context(open_executor(role, own_credential(role, {})))
        client = await stack.enter_async_context(same_loop_client(create_executor_app(services, 5.0), 8000))
        if recovered:
            await stack.enter_async_context(executing(services, 5.0))
            while not services.minder.status().ready:
                await asyncio.sleep(0)
        yield RunningExecutor(services, client)
