"""What an answer says of the limit that its request was counted against: left by who counts, sent by the gate."""

from __future__ import annotations

from collections.abc import MutableMapping
from typing import Any

Headers = list[tuple[bytes, bytes]]

_TOLD = "alpine_rate_headers"


def leave_headers(state: MutableMapping[str, Any], headers: Headers) -> None:
    """For the answer to the request of this state."""
    state[_TOLD] = headers


def rate_headers(state: object) -> Headers:
    """What was left; nothing for a request that was not counted."""
    found = state.get(_TOLD) if isinstance(state, dict) else None
    return found if isinstance(found, list) else []
