"""Messages sent part by part, as far as the receiver can be reached."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Sequence

from argo_core.errors import StoreError
from argo_core.model.cycle import OutboxMessage
from argo_core.ports.publisher import Published

Part = Sequence[OutboxMessage]


async def send_in_order(
    parts: Iterable[Part], send: Callable[[Part], Awaitable[Sequence[Published]]]
) -> tuple[Published, ...]:
    """One answer per message up to the first that got none, in order. Raises StoreError if the very first got none."""
    answers: list[Published] = []
    try:
        for part in parts:
            answered = await send(part)
            answers += answered
            if len(answered) < len(part):
                break
    except StoreError:
        if not answers:
            raise
    return tuple(answers)
