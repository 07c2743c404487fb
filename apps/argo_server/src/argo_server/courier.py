"""One receiver's stream: delivers what the outbox holds, soon after each cycle, and again when it could not."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Callable
from datetime import datetime

import msgspec
import structlog

from argo_core.errors import ArgoError, Disputed, Unavailable
from argo_core.model.backoff import Backoff
from argo_core.pipeline import Delivered, Delivery
from argo_core.ports import Clock

IDLE_SECONDS = 5.0
IDLE, DELIVERING, UNREACHABLE, NOT_CONFIGURED = "idle", "delivering", "unreachable", "not_configured"
DISPUTED = "disputed"

log = structlog.get_logger(__name__)


class CourierStatus(msgspec.Struct, frozen=True, kw_only=True):
    """`state`: idle, delivering, unreachable, disputed or not_configured. `delivered` and `refused` since the process
    started, `known` of the delivered ones had been taken before; `refused_by` counts by the receiver's code. `passes`
    took `pass_seconds` in all. Disputed: the receiver does not follow our log, and an operator must look before
    anything is delivered.
    """

    receiver: str
    state: str
    delivered: int
    refused: int
    failures: int
    last_error: str | None
    last_delivered_at: datetime | None
    known: int = 0
    refused_by: dict[str, int] = {}
    passes: int = 0
    pass_seconds: float = 0.0


class Courier:
    """Runs one delivery for ever. Without a delivery (nobody is configured) messages wait in the outbox."""

    def __init__(
        self,
        receiver: str,
        delivery: Delivery | None,
        clock: Clock,
        chance: Callable[[], float],
        backoff: Backoff = Backoff(),
        ticks: Callable[[], float] = time.monotonic,
    ) -> None:
        self._receiver, self._delivery, self._clock = receiver, delivery, clock
        self._chance, self._backoff, self._ticks = chance, backoff, ticks
        self._wake = asyncio.Event()
        self._state = NOT_CONFIGURED if delivery is None else IDLE
        self._delivered = self._refused = self._failures = self._in_a_row = self._known = self._passes = 0
        self._refused_by: Counter[str] = Counter()
        self._pass_seconds = 0.0
        self._last_error: str | None = None
        self._last_delivered_at: datetime | None = None

    def wake(self, _: object = None) -> None:
        """There is something new: a listener of the generator."""
        self._wake.set()

    def status(self) -> CourierStatus:
        """How things stand now."""
        return CourierStatus(
            receiver=self._receiver,
            state=self._state,
            delivered=self._delivered,
            refused=self._refused,
            failures=self._failures,
            last_error=self._last_error,
            last_delivered_at=self._last_delivered_at,
            known=self._known,
            refused_by=dict(self._refused_by),
            passes=self._passes,
            pass_seconds=self._pass_seconds,
        )

    async def run(self) -> None:
        """Deliver until cancelled."""
        if self._delivery is None:
            return
        while True:
            self._wake.clear()
            wait = await self._pass(self._delivery)
            if wait:
                await asyncio.sleep(wait)
            else:
                await self._something_new()

    async def finish(self) -> None:
        """One last attempt before the process ends. Nothing is lost if it fails or is cut off."""
        if self._delivery is not None:
            await self._pass(self._delivery)

    async def _pass(self, delivery: Delivery) -> float:
        """Deliver all there is. Returns how long to wait before the next attempt, 0 if everything went."""
        self._state, more = DELIVERING, True
        try:
            while more:
                began = self._ticks()
                done = await delivery.drain()
                self._note(done, self._ticks() - began)
                more = done.more
        except Disputed as error:
            if str(error) != self._last_error:
                log.critical("ledger_disputed", receiver=self._receiver, code=error.code, error=str(error))
            return self._failed(str(error), error.retry_after, DISPUTED)
        except ArgoError as error:
            return self._failed(str(error), error.retry_after if isinstance(error, Unavailable) else None)
        except Exception as error:
            # A fault of ours or of a library: shown and tried again like any other, with its traceback in the log.
            log.exception("courier_failed", receiver=self._receiver)
            return self._failed(repr(error), None)
        self._state, self._last_error, self._in_a_row = IDLE, None, 0
        return 0.0

    def _failed(self, words: str, asked: float | None, state: str = UNREACHABLE) -> float:
        self._state, self._last_error = state, words
        self._failures, self._in_a_row = self._failures + 1, self._in_a_row + 1
        return self._backoff.wait_seconds(self._in_a_row, self._chance(), asked)

    async def _something_new(self) -> None:
        try:
            async with asyncio.timeout(IDLE_SECONDS):
                await self._wake.wait()
        except TimeoutError:
            return

    def _note(self, done: Delivered, seconds: float) -> None:
        if done.taken or done.refused:
            self._passes, self._pass_seconds = self._passes + 1, self._pass_seconds + seconds
        self._known += done.known
        self._refused_by.update(refusal.code for refusal in done.refused)
        self._delivered += done.taken
        self._refused += len(done.refused)
        if done.taken:
            self._last_delivered_at = self._clock.now()
        for refusal in done.refused:
            log.error("message_refused", receiver=self._receiver, key=refusal.key, code=refusal.code)
