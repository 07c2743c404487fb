"""The tracer that the settings ask for: none, unless they name a collector."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog

from argo_core.errors import ConfigError
from argo_core.ports import Tracer
from argo_core.ports.silent_tracer import SILENT
from argo_server.settings import Settings
from argo_server.settings.tracing_section import collector_url

log = structlog.get_logger(__name__)


@asynccontextmanager
async def open_tracer(settings: Settings, process: str) -> AsyncIterator[Tracer]:
    """`process` is the generator, or which executor. What it has ended by the end is sent, for seconds at most.

    Raises ConfigError where a collector is named and the extra is missing.
    """
    rules = settings.file.tracing
    if not rules.endpoint:
        yield SILENT
        return
    try:  # not before it is wanted: the packages take a while to import
        from argo_core.adapters.tracing import Collector, OtlpTracer
    except ImportError as error:
        raise ConfigError(
            f"tracing.endpoint needs the package {error.name}: install argo-server[otel], or leave it empty"
        ) from error
    headers = {rules.header.lower(): rules.header_secret} if rules.header_secret else {}
    resource = {"service.name": rules.service_name, "service.instance.id": process}
    tracer = OtlpTracer(Collector(collector_url(rules), headers, rules.sample), resource, _tell)
    try:
        yield tracer
    finally:
        await asyncio.to_thread(tracer.close)


def _tell(why: str) -> None:
    if why:
        log.warning("collector_away", why=why, effect="spans are dropped and counted")
    else:
        log.info("collector_there")
