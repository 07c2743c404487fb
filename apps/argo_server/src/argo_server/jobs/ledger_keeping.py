"""The log kept, shown to its witnesses and stamped, for as long as a process runs."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, time, timedelta

import structlog

from argo_core.errors import ArgoError
from argo_core.pipeline.integrity import IntegrityReport
from argo_core.pipeline.ledger_duty import ASK_AGAIN_SECONDS, NotSigning
from argo_server.metrics.integrity import FULL, SAMPLE
from argo_server.services import Services

Work = Callable[[], Awaitable[float]]

HOUR_SECONDS, SAMPLE_SIGNALS, SAID_FINDINGS = 3600.0, 25, 20
NIGHT = time(3, 30)

log = structlog.get_logger(__name__)


@asynccontextmanager
async def keeping_ledger(services: Services) -> AsyncIterator[None]:
    """Until the context ends: what is due is appended and shown every `heartbeat_seconds`, also while no cycle runs;
    the newest checkpoint is stamped every `anchor.interval_minutes` if there is an authority."""
    work: dict[str, Work] = {
        "heartbeat": Heart(services).beat,
        "sample": lambda: sample(services),
        "full": Nightly(services).check,
    }
    if services.ledger.anchoring.configured:
        work["anchor"] = lambda: anchor(services)
    tasks = [
        asyncio.create_task(_again_and_again(services, name, one), name=f"ledger {name}") for name, one in work.items()
    ]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


class Heart:
    """Says once why the log is not signed, what a witness's fault is, and why files are behind; and once that it is
    over."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._said: dict[str, str | None] = {}

    async def beat(self) -> float:
        """One round; the seconds until the next."""
        services = self._services
        rules = services.settings.file.ledger
        try:
            grown = await services.generator.between(services.ledger.duty.keep)
        except NotSigning as refusal:
            self._say("ledger_not_signed", refusal.state, str(refusal))
            return min(ASK_AGAIN_SECONDS, rules.heartbeat_seconds)
        self._say("ledger_not_signed", "signing", None)
        self._say("log_files_behind", "files", services.ledger.duty.files_error)
        for courier in services.couriers if grown else ():
            courier.wake()
        for beat in await services.ledger.duty.beat():
            self._say("witness_failed", beat.witness, beat.error)
        return rules.heartbeat_seconds

    def _say(self, event: str, subject: str, why: str | None) -> None:
        key = event if event != "witness_failed" else f"{event} {subject}"
        before = self._said.get(key)
        self._said[key] = why
        if why is not None and why != before:
            log.error(event, subject=subject, why=why)
        elif why is None and before is not None:
            log.info(f"{event}_no_more", subject=subject)


async def anchor(services: Services) -> float:
    """One stamp, if the log has grown; the seconds until the next."""
    receipt = await services.ledger.anchoring.stamp()
    if receipt is not None:
        log.info("checkpoint_anchored", size=receipt.size, authority=receipt.authority)
    return services.settings.file.ledger.anchor.interval_minutes * 60


async def sample(services: Services) -> float:
    """Some signals at random through every step; the seconds until the next."""
    await _checked(services, SAMPLE, services.ledger.integrity.sample(SAMPLE_SIGNALS))
    return HOUR_SECONDS


class Nightly:
    """Everything, once in each night; not at the start, which may come often."""

    def __init__(self, services: Services) -> None:
        self.services = services
        self._due: datetime | None = None

    async def check(self) -> float:
        """The full check if it is due; the seconds until the next."""
        now = self.services.clock.now()
        if self._due is not None and now >= self._due:
            await _checked(self.services, FULL, self.services.ledger.integrity.everything(_unseen))
            now = self.services.clock.now()
        tomorrow = now.date() + timedelta(days=1)
        self._due = datetime.combine(tomorrow, NIGHT, tzinfo=UTC)
        return (self._due - now).total_seconds()


async def _checked(services: Services, kind: str, check: Awaitable[IntegrityReport]) -> None:
    report = await check
    services.ledger.checks.note(kind, report, services.clock.now())
    for finding in report.findings[:SAID_FINDINGS]:
        log.critical("integrity_failed", kind=kind, code=finding.code, where=finding.where, words=finding.words)
    log.info("integrity_checked", kind=kind, checked=report.checked, failed=report.failed)


def _unseen(_done: int, _every: int) -> None:
    """Nobody watches a job's progress."""


async def _again_and_again(services: Services, name: str, work: Work, after_failure: float = 60.0) -> None:
    while True:
        try:
            wait = await services.jobs.run(f"ledger {name}", services.clock, work)
        except ArgoError as error:
            log.warning("ledger_job_failed", job=name, error=str(error))
            wait = after_failure
        except Exception:
            # A fault of ours must not end the job in silence: said with its traceback, and tried again.
            log.exception("ledger_job_failed", job=name)
            wait = after_failure
        await asyncio.sleep(wait)
