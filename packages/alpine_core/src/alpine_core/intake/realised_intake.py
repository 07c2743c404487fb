"""The door for finished trades: bytes → proven against the log → stored."""

from __future__ import annotations

from alpine_core.errors import NotProven
from alpine_core.intake.sealing import Sealing
from alpine_core.model.realised import PlacedRealised, RealisedReceipt
from alpine_core.model.receipt import ReceiptStatus
from alpine_core.ports.clock import Clock
from alpine_core.ports.realised_store import RealisedStore
from alpine_core.wire.realised import RefusedRealised, read_realised


class RealisedIntake:
    """Beside `Intake`, with a `Sealing` over the same witness: a trade is no event of the feed."""

    def __init__(self, store: RealisedStore, sealing: Sealing, clock: Clock) -> None:
        self._store, self._sealing, self._clock = store, sealing, clock

    async def realised(self, body: bytes) -> tuple[RealisedReceipt, ...]:
        """A receipt for each, in order; one that is refused does not hold up the others. All in one transaction.

        A proof that does not hold is an alarm. Raises SenderError where the body as a whole cannot be cut into trades,
        and StoreError; then nothing was stored.
        """
        now = self._clock.now()
        offered = read_realised(body)
        answers: dict[int, RealisedReceipt] = {}
        taken: dict[int, PlacedRealised] = {}
        for place, one in enumerate(offered):
            if isinstance(one, RefusedRealised):
                answers[place] = _refusal(one.trade_id, one.error.code, str(one.error))
                continue
            name = one.trade.trade_id
            try:
                seal = await self._sealing.realised(one, body)
            except NotProven as error:
                await self._sealing.keep_refused([(name, error, body)], now)
                answers[place] = _refusal(name, error.code, str(error))
                continue
            taken[place] = PlacedRealised(one.trade, seal)
        # A crash before this line leaves nothing, after it every trade with its place: the sender asks again.
        receipts = await self._store.store(tuple(taken.values()), now) if taken else ()
        answers |= dict(zip(taken, receipts, strict=True))
        return tuple(answers[place] for place in range(len(offered)))


def _refusal(trade_id: str, code: str, message: str) -> RealisedReceipt:
    return RealisedReceipt(trade_id=trade_id, status=ReceiptStatus.REFUSED, code=code, message=message)
