"""A report that was written, and how far it has come."""

from __future__ import annotations

from datetime import datetime

import msgspec

from argo_core.model.performance import ReportKind


class KeptReport(msgspec.Struct, frozen=True, kw_only=True):
    """`name` is year and file without ending, as `2026/week_20261122`; `forms` are the endings that were written.

    `uploaded` are those that the store has. `mailed_to` are the readers whose server took it, `mailed` says that all
    have it; `refusals` counts the tries that a reader's server refused, and `given_up` says of whom and why there will
    be no more. `failed` is the last failure of either, None once all is done.
    """

    name: str
    kind: ReportKind
    until: datetime
    made_at: datetime
    forms: tuple[str, ...]
    uploaded: tuple[str, ...] = ()
    mailed: bool = False
    failed: str | None = None
    mailed_to: tuple[str, ...] = ()
    refusals: int = 0
    given_up: str = ""


class KeptReports(msgspec.Struct, frozen=True, kw_only=True):
    """What a shelf holds: `reports`, and one line in `findings` for each that cannot be read; `unreadable` are the
    names of these, where they are names that reports have."""

    reports: tuple[KeptReport, ...] = ()
    findings: tuple[str, ...] = ()
    unreadable: tuple[str, ...] = ()
