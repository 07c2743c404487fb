"""Where the provable log is read."""

from __future__ import annotations

JSON, C2SP = "/api/v1/ledger", "/ledger"


def is_public(method: str, path: str) -> bool:
    """Whether an address is the log's: strangers read it without the console's password."""
    return method in ("GET", "HEAD") and path.startswith((f"{JSON}/", f"{C2SP}/"))
