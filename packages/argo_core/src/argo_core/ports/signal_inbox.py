"""Where an executor keeps the signals that it has accepted."""

from __future__ import annotations

from typing import Protocol

from argo_core.model.inbox import Intake, ReceivedSignal


class SignalInbox(Protocol):
    """Promise: append-only. When `receive` answers ACCEPTED the signal survives a power cut and will be decided.

    A known id stores nothing: DUPLICATE under the same hash, else CONFLICT. `undecided` holds every accepted signal
    without a decision, oldest first. One writer. Raises StoreError; then nothing was accepted, or asking again says
    DUPLICATE.
    """

    async def receive(self, received: ReceivedSignal) -> Intake: ...

    async def undecided(self, limit: int) -> tuple[ReceivedSignal, ...]: ...
