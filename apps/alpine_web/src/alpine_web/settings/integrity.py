"""When and how much of the stored record is looked over."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time

from alpine_web.settings.backups import GivenTexts, read_time

INTEGRITY_NAMES = ("ALPINE_INTEGRITY_AT", "ALPINE_INTEGRITY_SAMPLE")
LONGEST_SECONDS = 4 * 3600.0
"""A full check that takes longer hangs."""


@dataclass(frozen=True, slots=True)
class IntegritySettings:
    """`at`: when the full check of each night is due, UTC; None: no job makes one. `sample`: so many records are looked
    at in each hour."""

    at: time | None = time(3, 30)
    sample: int = 25


def read_integrity_settings(given: GivenTexts) -> IntegritySettings:
    """The settings."""
    return IntegritySettings(
        at=read_time("ALPINE_INTEGRITY_AT", given.text("ALPINE_INTEGRITY_AT", "03:30")),
        sample=given.number("ALPINE_INTEGRITY_SAMPLE", 25, int, 1, 10_000),
    )


def audit_command() -> tuple[str, ...]:
    """What starts the process of a full check: it prints a report also of what does not hold, and ends well then."""
    return (sys.executable, "-c", "from alpine_web.cli.main import main; main()", "ledger", "audit", "--report")


def audit_environment(database_url: str, environ: Mapping[str, str] | None = None) -> dict[str, str]:
    """Ours, and the database that was decided here."""
    return dict(os.environ if environ is None else environ) | {"ALPINE_DATABASE_URL": database_url}
