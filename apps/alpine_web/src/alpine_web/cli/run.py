"""A command's use of the services: open them, call once, close them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from alpine_web.services import Services
from alpine_web.settings import load_settings
from alpine_web.web.lines import lines_of
from alpine_web.web.site import open_site
from alpine_web.wiring.open_services import open_services

T = TypeVar("T")


def with_services(call: Callable[[Services], Awaitable[T]]) -> T:
    """The answer of `call`, given the services of the settings in force."""

    async def run() -> T:
        async with open_services(load_settings(), lines_of(open_site())) as services:
            return await call(services)

    return asyncio.run(run())
