"""Section `reports` of `config.json`: when reports are written, where they lie, and who gets them."""

from __future__ import annotations

from datetime import time
from pathlib import Path
from typing import Annotated

from msgspec import Meta

from argo_server.settings.section import Positive, Section


class ReportRules(Section, frozen=True, kw_only=True):
    """Weekly on Sundays `at` (HH:MM, UTC), the others on the first of the month. `folder` is beside this file.

    Without `bucket` nothing is uploaded, without `mail_to` nothing is sent; the server is that of section `email`.
    `capital`: what each account's percentages are of; null takes `trading.simulated.starting_cash`.
    """

    enabled: bool = True
    at: Annotated[str, Meta(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")] = "23:59"
    folder: Annotated[str, Meta(min_length=1, pattern=r"^[^\x00]+$")] = "var/reports"
    capital: Positive | None = None
    bucket: Annotated[str, Meta(pattern=r"^([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])?$")] = ""
    retry_minutes: Annotated[int, Meta(ge=1, le=1440)] = 10
    mail_to: tuple[Annotated[str, Meta(pattern=r"^[^@\s,]+@[^@\s,]+$")], ...] = ()


def report_time(rules: ReportRules) -> time:
    """When the week's report is due on its Sunday, UTC."""
    return time.fromisoformat(rules.at)


def reports_folder(rules: ReportRules, file_path: Path | None) -> Path:
    """Where reports lie: beside the configuration file, or in the current folder without one."""
    base = Path.cwd() if file_path is None else file_path.resolve().parent
    return (base / rules.folder).resolve()
