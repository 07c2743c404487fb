"""A WebSocket to the host that it was given, and to no other; what is said on it stands in nobody's log."""

from __future__ import annotations

import logging
from typing import Any

from websockets.asyncio.client import connect

# At DEBUG websockets logs each frame, and our first frame holds the key: a logger of its own never goes that low,
# whatever the host's root logger is set to.
_QUIET = logging.getLogger("argo_core.straight_socket")
_QUIET.setLevel(logging.INFO)


class StraightSocket(connect):
    """`websockets.connect` that follows no redirect: a host which nobody configured would be told our key."""

    def __init__(self, url: str, **options: Any) -> None:
        super().__init__(url, logger=_QUIET, **options)

    def process_redirect(self, exc: Exception) -> Exception | str:
        """A redirect is the failure of its handshake."""
        return exc
