"""Where a request came from, for accounts and their log."""

from __future__ import annotations

from alpine_core.accounts import Visitor, visitor_of
from alpine_web.web.operator import AnyConnection


def visitor_from(connection: AnyConnection) -> Visitor:
    """The client's address and what it calls itself."""
    host = connection.client.host if connection.client else ""
    return visitor_of(host, connection.headers.get("user-agent", ""))
