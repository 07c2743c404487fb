"""Reports written when they are due, carried to the store and to people, and kept for seven years."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, time

import msgspec

from argo_core.alerts.runbooks import REPORT_FAILED, REPORT_UNDELIVERED
from argo_core.errors import ConfigError, StoreError, Unavailable
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
ALERT, FAILED = "report_delivery", "reports"
MOST_REFUSALS = 12
"""So often a letter is offered to readers who refuse it: two hours at ten minutes, longer than grey lists hold out."""
Render = Callable[[PerformanceReport], Mapping[str, bytes]]


class ReportRun(msgspec.Struct, frozen=True, kw_only=True):
    """One round: reports that waited, as they stand now, and what could not be written, read, noted or removed."""

    carried: tuple[KeptReport, ...] = ()
    failures: tuple[str, ...] = ()

    @property
    def why(self) -> str:
        """What is wrong with the reports themselves, in one line; empty if nothing is."""
        more = f"; and {len(self.failures) - 3} more" if len(self.failures) > 3 else ""
        return "; ".join(self.failures[:3]) + more


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
        kept = KeptReport(
            name=name,
            kind=kind,
            until=until,
            made_at=report.generated_at,
            forms=tuple(sorted(contents)),
            failed=await self._told(name),
        )
        # A crash before this leaves nothing of the report: it is still due. After it, what is left is to carry it.
        await self.shelf.put(kept, contents)
        return kept, report

    async def keep_up(self, at: time) -> ReportRun:
        """Write what is due and missing (weekly on Sundays `at`, the others on the first of the month), then carry
        what waits. Nothing is due before the first signal. What fails with one report holds no other. Raises
        StoreError where the shelf cannot be looked into."""
        now = self.clock.now()
        held = await self.shelf.kept()
        there = {kept.name: kept.until for kept in held.reports}
        failures: list[str] = []
        for kind, until in _due(now, at):
            name = report_name(kind, until)
            # One that was asked for earlier on the day gives way to the one of the whole week. One that cannot be read
            # may have been sent: a person decides.
            if name in held.unreadable or (name in there and there[name] >= until):
                continue
            try:
                if await self.maker.has_signals(until):
                    await self.write(kind, until)
            except (ConfigError, StoreError) as error:
                failures.append(f"{name} was not written: {error}")
        delivered = await self.deliver()
        left = await self._tidy(now)
        return ReportRun(carried=delivered.carried, failures=(*failures, *delivered.failures, *left))

    async def deliver(self) -> ReportRun:
        """Carry each report that waits, oldest first; as they stand afterwards. Nothing is sent of one of which nothing
        can be noted: it would be sent again each time. Raises StoreError where the shelf cannot be looked into."""
        waiting = [kept for kept in reversed((await self.shelf.kept()).reports) if self._waits(kept)]
        carried, failures = [], []
        for kept in waiting:
            try:
                await self.shelf.put(kept, {})
                carried.append(await self._carry(kept))
            except StoreError as error:
                failures.append(f"{kept.name} was not carried: {error}")
        return ReportRun(carried=tuple(carried), failures=tuple(failures))

    def _waits(self, kept: KeptReport) -> bool:
        unsent = self.upload is not None and set(kept.uploaded) != set(kept.forms)
        return unsent or (self.post is not None and not kept.mailed and not kept.given_up)

    async def _carry(self, kept: KeptReport) -> KeptReport:
        before, failures = kept, []
        for carry in (self._upload, self._mail):
            try:
                kept, why = await carry(kept)
                failures += [why] if why else []
            except StoreError as error:
                failures.append(str(error))
        after = msgspec.structs.replace(kept, failed="; ".join(failures) or None)
        # Told before it is noted: a crash in between tells it again, and never not at all.
        await self._tell(before, after)
        await self.shelf.put(after, {})
        return after

    async def _upload(self, kept: KeptReport) -> tuple[KeptReport, str]:
        if self.upload is None:
            return kept, ""
        for form in kept.forms:
            if form not in kept.uploaded:
                content = await self._content(kept, form)
                # A crash after this and before its note uploads the same content to the same key once more.
                await self.upload.put(f"reports/{kept.name}.{form}", content, MEDIA_TYPES[form])
        return msgspec.structs.replace(kept, uploaded=kept.forms), ""

    async def _mail(self, kept: KeptReport) -> tuple[KeptReport, str]:
        if self.post is None or kept.mailed or kept.given_up:
            return kept, kept.given_up
        contents = {f"{kept.name.rpartition('/')[2]}.{form}": await self._content(kept, form) for form in kept.forms}
        readers = tuple(reader for reader in self.post.readers if reader not in kept.mailed_to)
        if not readers:
            return msgspec.structs.replace(kept, mailed=True), ""
        # A crash after this and before its note sends the letter once more, under the same message id.
        identity = f"{kept.name.replace('/', '-')}.{kept.made_at:%Y%m%d%H%M%S}"
        subject = f"Argo Capital report, {kept.kind.value}, {kept.until:%Y-%m-%d}"
        try:
            refused = await self.post.send(subject, contents, identity, readers)
        except Unavailable:
            raise
        except StoreError as error:
            return after_refusals(kept, (), str(error))
        taken = tuple(reader for reader in readers if reader not in refused)
        return after_refusals(kept, taken, "; ".join(f"{reader} refuses it: {why}" for reader, why in refused.items()))

    async def _content(self, kept: KeptReport, form: str) -> bytes:
        content = await self.shelf.read(kept.name, form)
        if content is None:
            raise StoreError(f"{kept.name}.{form} is gone from the reports' folder: make the report again")
        return content

    async def _tell(self, before: KeptReport, after: KeptReport) -> None:
        """One alert for each report that could not be carried, and its end once it was; the same is told once."""
        if after.failed == before.failed:
            return
        resolved = after.failed is None
        again = "it is tried again" if self._waits(after) else "it is not tried again"
        why = "it is there now" if resolved else f"{after.failed}. The local copy is kept, and {again}"
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

    async def _told(self, name: str) -> str | None:
        """What people heard of the report of that name: a new one that gets through ends it."""
        if self.upload is None and self.post is None:
            return None
        return next((kept.failed for kept in (await self.shelf.kept()).reports if kept.name == name), None)

    async def _tidy(self, now: datetime) -> tuple[str, ...]:
        """The shelf's copy goes after seven years, and only where the store has it. What cannot be read stays; it and
        what could not be removed are told."""
        held, failures = await self.shelf.kept(), []
        for kept in held.reports:
            if set(kept.uploaded) == set(kept.forms) and may_be_removed(max(kept.made_at, kept.until), now):
                try:
                    await self.shelf.remove(kept.name)
                except StoreError as error:
                    failures.append(str(error))
        return (*held.findings, *failures)


def after_refusals(kept: KeptReport, taken: tuple[str, ...], refused: str) -> tuple[KeptReport, str]:
    """The report once `taken` have the letter, and what is wrong: whom it was `refused` for and why, empty for nobody.
    After `MOST_REFUSALS` such tries it is given up."""
    mailed_to, refusals = (*kept.mailed_to, *taken), kept.refusals + bool(refused)
    if refused and refusals >= MOST_REFUSALS:
        refused = f"{refused}; given up after {refusals} tries: mend the address, then make the report again"
    given_up = refused if refusals >= MOST_REFUSALS else ""
    after = msgspec.structs.replace(kept, mailed=not refused, mailed_to=mailed_to, refusals=refusals, given_up=given_up)
    return after, refused


def report_alert(why: str, at: datetime) -> Alert:
    """What a person should know of reports that are not written, or cannot be read; an empty `why` ends the matter."""
    return Alert(
        dedup_key=FAILED,
        title="reports are written again" if not why else "reports are not written or cannot be read",
        message=why or "every report that was due is written, and each that is there can be read",
        severity=Severity.WARNING,
        source="reports",
        raised_at=at,
        runbook=REPORT_FAILED,
        resolved=not why,
    )


def _due(now: datetime, at: time) -> tuple[tuple[ReportKind, datetime], ...]:
    month = monthly_due(now)
    return (
        (ReportKind.WEEKLY, weekly_due(now, at)),
        (ReportKind.PREMIUM, month),
        (ReportKind.ALL_TIME, month),
    )
