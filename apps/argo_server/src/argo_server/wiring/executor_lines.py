"""The ways to the executors: for the generator, which asks them, and for commands, which tell them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx

from argo_core.adapters.http import Receiver
from argo_core.adapters.http.executor_client import ExecutorClient
from argo_core.errors import ConfigError
from argo_core.pipeline.executor_watch import ExecutorWatch
from argo_core.ports import Clock, Notifier
from argo_server.settings import ExecutorRole, Settings
from argo_server.settings.shape import ConfigFile


def executor_watch(file: ConfigFile, client: httpx.AsyncClient, clock: Clock, notifier: Notifier) -> ExecutorWatch:
    """Over every executor that the file names. Without a shared key none can be asked."""
    addresses = executor_addresses(file)
    key = file.distribution.api_key
    lines = {name: ExecutorClient(client, Receiver(url, key)) for name, url in addresses.items()} if key else {}
    return ExecutorWatch(lines, addresses, clock, notifier)


def executor_addresses(file: ConfigFile) -> dict[str, str]:
    """Executor → address without a slash at its end."""
    return {name: url.rstrip("/") for name, url in file.distribution.executors.items()}


@asynccontextmanager
async def open_executor_line(settings: Settings, executor_id: str) -> AsyncIterator[ExecutorClient]:
    """The way to one executor that these settings name. Raises ConfigError for an unknown one, or without a key."""
    addresses = executor_addresses(settings.file)
    if executor_id not in addresses:
        raise ConfigError(f"no executor {executor_id}: distribution.executors names {', '.join(addresses)}")
    async with _line(settings, addresses[executor_id]) as line:
        yield line


@asynccontextmanager
async def open_own_line(role: ExecutorRole) -> AsyncIterator[ExecutorClient]:
    """The way to the executor whose own settings these are. Raises ConfigError without a key."""
    server = role.settings.file.server
    host = f"[{server.host}]" if ":" in server.host else server.host
    # A process that listens everywhere is asked on this machine.
    name = {"0.0.0.0": "127.0.0.1", "[::]": "[::1]"}.get(host, host)
    async with _line(role.settings, f"http://{name}:{server.port}") as line:
        yield line


@asynccontextmanager
async def _line(settings: Settings, address: str) -> AsyncIterator[ExecutorClient]:
    key = settings.file.distribution.api_key
    if not key:
        raise ConfigError("executors are told with the key that all processes share: set ARGO_DISTRIBUTION_KEY")
    async with httpx.AsyncClient() as client:
        yield ExecutorClient(client, Receiver(address, key))
