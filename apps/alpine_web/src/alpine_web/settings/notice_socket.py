"""The service manager's own variables."""

from __future__ import annotations

import os
from collections.abc import Mapping


def notice_socket(environ: Mapping[str, str] | None = None) -> tuple[str | None, float | None]:
    """NOTIFY_SOCKET, where systemd listens, and WATCHDOG_USEC as seconds: how long it bears silence."""
    given = os.environ if environ is None else environ
    micros = given.get("WATCHDOG_USEC", "")
    return given.get("NOTIFY_SOCKET") or None, int(micros) / 1e6 if micros.isdecimal() else None
