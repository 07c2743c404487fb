"""A command's use of the services: open them, call once, close them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from argo_server.services import Services
from argo_server.settings import Settings
from argo_server.wiring import open_services

T = TypeVar("T")


def with_services(settings: Settings, call: Callable[[Services], Awaitable[T]]) -> T:
    """The answer of `call`, given the services of these settings."""

    async def run() -> T:
        async with open_services(settings) as services:
            return await call(services)

    return asyncio.run(run())
