"""Reports written when they are due, carried to the store and to people, and kept for seven years."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, time

import msgspec

from argo_core.alerts.runbooks import REPORT_UNDELIVERED
from argo_core.errors import StoreError
from argo_core.model.alert import Alert, Severity
from argo_core.model.kept_report import KeptReport
from argo_core.model.performance import ReportKind
from argo_core.pipeline.make_report import ReportMaker
from argo_core.ports.clock import Clock
from argo_core.ports.notifier import Notifier
from argo_core.ports.report_shelf import ReportPost, ReportShelf, ReportUpload
from argo_core.reports.performance_report import PerformanceReport
from argo_core.reports.report_calendar import may_be_removed, monthly_due, report_name, weekly_due

MEDIA_TYPES = {
    "txt": "text/plain; charset=utf-8",
    "html": "text/html; charset=utf-8",
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
ALERT = "report_delivery"
Render = Callable[[PerformanceReport], Mapping[str, bytes]]


@dataclass(frozen=True, slots=True)
class ReportKeeper:
    """`render` gives the forms by ending. `upload` and `post` are None where nothing is configured: then the copy on
    the shelf is all there is. A failure of either leaves that copy, is told, and is tried again by `deliver`."""

    maker: ReportMaker
    render: Render
    shelf: ReportShelf
    upload: ReportUpload | None
    post: ReportPost | None
    notifier: Notifier
    clock: Clock

    async def write(self, kind: ReportKind, until: datetime) -> tuple[KeptReport, PerformanceReport]:
        """Make the report and put it on the shelf. Raises StoreError, ConfigError where a form cannot be made."""
        report = await self.maker.make(kind, until)
        # Beside the event loop: plots and sheets take a second.
        contents = await asyncio.to_thread(self.render, report)
        name = report_name(kind, until)
        kept = KeptReport(name=name, kind=kind, until=until, made_at=report.generated_at, forms=tuple(sorted(contents)))
        # A crash before this leaves nothing of the report: it is still due. After it, what is left is to carry it.
        await self.shelf.put(kept, contents)
        return kept, report

    async def keep_up(self, at: time) -> tuple[KeptReport, ...]:
        """Write what is due and missing (weekly on Sundays `at`, the others on the first of the month), then carry
        what waits; all that was written or carried. Nothing is due before the first signal. Raises StoreError."""
        now, there = self.clock.now(), {kept.name: kept.until for kept in await self.shelf.kept()}
        for kind, until in _due(now, at):
            made_until = there.get(report_name(kind, until))
            # One that was asked for earlier on the day gives way to the one of the whole week.
            if (made_until is None or made_until < until) and await self.maker.has_signals(until):
                await self.write(kind, until)
        carried = await self.deliver()
        await self._tidy(now)
        return carried

    async def deliver(self) -> tuple[KeptReport, ...]:
        """Carry each report that waits, oldest first; as they stand afterwards. Raises StoreError of the shelf."""
        waiting = [kept for kept in reversed(await self.shelf.kept()) if self._waits(kept)]
        carried = []
        for kept in waiting:
            after = await self._carry(kept)
            await self._tell(kept, after)
            carried.append(after)
        return tuple(carried)

    def _waits(self, kept: KeptReport) -> bool:
        unsent = self.upload is not None and set(kept.uploaded) != set(kept.forms)
        return unsent or (self.post is not None and not kept.mailed)

    async def _carry(self, kept: KeptReport) -> KeptReport:
        failures = []
        for carry in (self._upload, self._mail):
            try:
                kept = await carry(kept)
            except StoreError as error:
                failures.append(str(error))
        after = msgspec.structs.replace(kept, failed="; ".join(failures) or None)
        await self.shelf.put(after, {})
        return after

    async def _upload(self, kept: KeptReport) -> KeptReport:
        if self.upload is None:
            return kept
        for form in kept.forms:
            if form not in kept.uploaded:
                content = await self._content(kept, form)
                # A crash after this and before its note uploads the same content to the same key once more.
                await self.upload.put(f"reports/{kept.name}.{form}", content, MEDIA_TYPES[form])
        return msgspec.structs.replace(kept, uploaded=kept.forms)

    async def _mail(self, kept: KeptReport) -> KeptReport:
        if self.post is None or kept.mailed:
            return kept
        contents = {f"{kept.name.rpartition('/')[2]}.{form}": await self._content(kept, form) for form in kept.forms}
        # A crash after this and before its note sends the letter once more, under the same message id.
        identity = f"{kept.name.replace('/', '-')}.{kept.made_at:%Y%m%d%H%M%S}"
        await self.post.send(f"Argo Capital report, {kept.kind.value}, {kept.until:%Y-%m-%d}", contents, identity)
        return msgspec.structs.replace(kept, mailed=True)

    async def _content(self, kept: KeptReport, form: str) -> bytes:
        content = await self.shelf.read(kept.name, form)
        if content is None:
            raise StoreError(f"{kept.name}.{form} is gone from the reports' folder: make the report again")
        return content

    async def _tell(self, before: KeptReport, after: KeptReport) -> None:
        """One alert for each report that could not be carried, and its end once it was."""
        if after.failed is None and before.failed is None:
            return
        resolved = after.failed is None
        why = "it is there now" if resolved else f"{after.failed}. The local copy is kept, and it is tried again"
        alert = Alert(
            dedup_key=f"{ALERT}:{after.name}",
            title=f"Report {after.name} {'was delivered' if resolved else 'was not delivered'}",
            message=why,
            severity=Severity.INFO if resolved else Severity.WARNING,
            source="reports",
            raised_at=self.clock.now(),
            runbook=REPORT_UNDELIVERED,
            details={"report": after.name, "uploaded": ", ".join(after.uploaded) or "nothing"},
            resolved=resolved,
        )
        await self.notifier.send(alert)

    async def _tidy(self, now: datetime) -> None:
        """The shelf's copy goes after seven years, and only where the store has it."""
        for kept in await self.shelf.kept():
            if set(kept.uploaded) == set(kept.forms) and may_be_removed(kept.made_at, now):
                await self.shelf.remove(kept.name)


def _due(now: datetime, at: time) -> tuple[tuple[ReportKind, datetime], ...]:
    month = monthly_due(now)
    return (
        (ReportKind.WEEKLY, weekly_due(now, at)),
        (ReportKind.PREMIUM, month),
        (ReportKind.ALL_TIME, month),
    )
