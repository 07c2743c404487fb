"""The rest of an answer, which goes on after its handler has returned: nothing of the handling is kept with it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import cast

from litestar.types import Receive, Scope, Send

_REST = "alpine_rest"

Rest = Callable[[Scope, Receive, Send], Awaitable[None]]


def expect_rest(scope: Scope) -> list[Rest]:
    """Where a handler leaves the rest of its answer: empty, or one after the handler has returned."""
    rest: list[Rest] = []
    cast("dict[str, object]", scope)[_REST] = rest
    return rest


def leave_rest(scope: Scope, rest: Rest) -> None:
    """Have `rest` run when the handler and everything around it have returned; the answer has begun by then."""
    cast("list[Rest]", cast("dict[str, object]", scope)[_REST]).append(rest)
