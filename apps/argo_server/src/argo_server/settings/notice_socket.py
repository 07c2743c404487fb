"""What a service manager says in the environment of the processes that it starts."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import NamedTuple


class NoticeSocket(NamedTuple):
    """Where it listens, and after how many seconds of silence it ends us; None where it does not."""

    address: str | None
    watchdog_seconds: float | None


def notice_socket(environ: Mapping[str, str] | None = None) -> NoticeSocket:
    """NOTIFY_SOCKET and WATCHDOG_USEC as systemd sets them; a number that is none counts as absent."""
    env = os.environ if environ is None else environ
    micros = env.get("WATCHDOG_USEC", "")
    return NoticeSocket(env.get("NOTIFY_SOCKET") or None, int(micros) / 1e6 if micros.isdecimal() else None)
