"""A command's use of the services: open them, call once, close them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from argo_server.process_log import write_log
from argo_server.services import ExecutorRecords, Records, ReportServices, Services
from argo_server.settings import Settings, executor_role, load_settings

T = TypeVar("T")


def with_services(settings: Settings, call: Callable[[Services], Awaitable[T]]) -> T:
    """The answer of `call`, given the services of these settings."""
    from argo_server.wiring.generator import open_services

    async def run() -> T:
        async with open_services(settings) as services:
            return await call(services)

    write_log()
    return asyncio.run(run())


def with_records(settings: Settings, call: Callable[[Records], Awaitable[T]]) -> T:
    """The answer of `call`, given the stored records."""
    from argo_server.wiring.records import open_records

    async def run() -> T:
        async with open_records(settings) as records:
            return await call(records)

    return asyncio.run(run())


def with_executor(executor_id: str | None, call: Callable[[ExecutorRecords], Awaitable[T]]) -> T:
    """The answer of `call`, given what the configured executor has stored."""
    from argo_server.wiring.executor_records import open_executor_records

    role = executor_role(load_settings(), executor_id)

    async def run() -> T:
        async with open_executor_records(role) as records:
            return await call(records)

    return asyncio.run(run())


def with_reports(call: Callable[[ReportServices], Awaitable[T]]) -> T:
    """The answer of `call`, given what reports are made of and where they lie."""
    from argo_server.wiring.reports import open_reports

    settings = load_settings()

    async def run() -> T:
        async with open_reports(settings) as services:
            return await call(services)

    write_log()
    return asyncio.run(run())
