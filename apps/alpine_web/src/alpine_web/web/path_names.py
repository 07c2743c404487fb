"""What an address may name: nothing of ours has U+0000 in its name, and not every database can be asked for it."""

from __future__ import annotations

from typing import Any

from litestar.connection import ASGIConnection
from litestar.exceptions import NotFoundException
from litestar.handlers import BaseRouteHandler


def only_what_can_be(connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler) -> None:
    """A guard before every route. Raises NotFoundException."""
    if "\0" in connection.scope["path"]:
        raise NotFoundException
