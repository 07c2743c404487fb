"""Everything that a generator does by itself: what each does for its own symbols, and what one does for all."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from argo_server.jobs.alerting import telling, telling_what_is_kept, watching_alerts
from argo_server.jobs.backing_up import schedule_backups
from argo_server.jobs.delivering import delivering
from argo_server.jobs.keeping_secrets import keeping_secrets
from argo_server.jobs.lab_keeping import keeping_lab
from argo_server.jobs.leading import leading
from argo_server.jobs.ledger_keeping import keeping_ledger
from argo_server.jobs.parity import schedule_parity
from argo_server.jobs.refreshing import refreshing
from argo_server.jobs.reloading import reloading
from argo_server.jobs.reporting import schedule_reports
from argo_server.jobs.schedule import daily_schedule, running_schedule
from argo_server.jobs.watching_executors import watching_executors
from argo_server.services import Services


@asynccontextmanager
async def working(services: Services, *, by_signal: bool = True) -> AsyncIterator[None]:
    """Until the context ends. `by_signal=False` leaves SIGHUP to whoever owns the process."""
    generation = services.settings.file.signal_generation
    async with AsyncExitStack() as stack:
        # Each of several tells what only it knows: the database may be away, and nobody leads then.
        await stack.enter_async_context(telling(services.alerts.desk, leads=False))
        await stack.enter_async_context(leading(services, once_for_all))
        await stack.enter_async_context(refreshing(services.live))
        await stack.enter_async_context(reloading(services.reloader, by_signal=by_signal))
        if generation.enabled:
            schedule = running_schedule(services.generator, generation.interval_seconds, services.clock, services.jobs)
            await stack.enter_async_context(schedule)
        await stack.enter_async_context(watching_alerts(services))
        seconds = services.settings.file.secrets.refresh_seconds
        watched = keeping_secrets(services.secrets, services.alerts.notifier, services.clock, seconds)
        await stack.enter_async_context(watched)
        yield


@asynccontextmanager
async def once_for_all(services: Services) -> AsyncIterator[None]:
    """What one generator of a database does: deliveries, the log's care, backups, reports, comparisons, the lab, the
    executors' watch and the telling of alerts."""
    file = services.settings.file
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(delivering(services.couriers))
        if file.signal_generation.enabled:
            scheduler = await stack.enter_async_context(daily_schedule(services.clock, services.jobs))
            schedule_backups(scheduler, services)
            schedule_parity(scheduler, services)
            schedule_reports(scheduler, services)
        await stack.enter_async_context(keeping_ledger(services))
        await stack.enter_async_context(keeping_lab(services.lab.desk))
        watch = watching_executors(services, file.distribution.watch_interval_seconds)
        await stack.enter_async_context(watch)
        stack.enter_context(telling_what_is_kept(services.alerts.desk))
        yield
