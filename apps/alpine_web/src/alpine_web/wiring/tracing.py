"""The tracer that the settings ask for: none, unless they name a collector."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog

from alpine_core.errors import OperatorError
from alpine_core.ports import Tracer
from alpine_core.ports.silent_tracer import SILENT
from alpine_web.settings.tracing import TracingSettings

log = structlog.get_logger(__name__)


@asynccontextmanager
async def open_tracer(rules: TracingSettings) -> AsyncIterator[Tracer]:
    """What it has ended by the end is sent, for seconds at most.

    Raises OperatorError where a collector is named and the extra is missing.
    """
    if not rules.endpoint:
        yield SILENT
        return
    try:  # not before it is wanted: the packages take a while to import
        from alpine_core.adapters.tracing import Collector, OtlpTracer
    except ImportError as error:
        raise OperatorError(
            f"ALPINE_TRACING_ENDPOINT needs the package {error.name}: install alpine-web[otel], or leave it empty"
        ) from error
    headers = {rules.header.lower(): rules.secret} if rules.secret else {}
    tracer = OtlpTracer(Collector(rules.collector_url, headers, rules.sample), {"service.name": rules.service}, _tell)
    try:
        yield tracer
    finally:
        await asyncio.to_thread(tracer.close)


def _tell(why: str) -> None:
    if why:
        log.warning("collector_away", why=why, effect="spans are dropped and counted")
    else:
        log.info("collector_there")
