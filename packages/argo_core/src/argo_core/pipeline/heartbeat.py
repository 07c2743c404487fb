"""The newest checkpoint to every witness, again and again: so that everybody can see that the log is alive."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from argo_core.errors import Disputed, Unavailable
from argo_core.ledger.stored_hashes import consistency_plan
from argo_core.model.ledger import StoredCheckpoint
from argo_core.pipeline.cosigning import Cosigning
from argo_core.pipeline.ledger_feed import LedgerFeed
from argo_core.ports.witness import Witness

_ATTEMPTS = 3


class Beat(msgspec.Struct, frozen=True, kw_only=True):
    """How one witness answered: `kept` lines over the checkpoint of `size`; or `code` and `error` say what is wrong.

    `code` is `unavailable`, that of a Disputed, or `not_kept` for lines that do not verify.
    """

    witness: str
    size: int
    kept: int = 0
    code: str | None = None
    error: str | None = None


class Heartbeat:
    """Asks one witness after the other. Where each of them stands is remembered."""

    def __init__(self, feed: LedgerFeed, witnesses: Sequence[Witness], cosigning: Cosigning) -> None:
        self._feed, self._witnesses, self._cosigning = feed, tuple(witnesses), cosigning
        self._seen: dict[str, int] = {}

    async def beat(self) -> tuple[Beat, ...]:
        """One round; nothing without a checkpoint. One witness's fault does not keep the others. Raises StoreError."""
        newest = await self._feed.reader.checkpoint()
        return () if newest is None else tuple([await self._beat(one, newest) for one in self._witnesses])

    async def _beat(self, witness: Witness, newest: StoredCheckpoint) -> Beat:
        try:
            lines = await self._lines(witness, newest)
        except Disputed as error:
            return Beat(witness=witness.name, size=newest.size, code=error.code, error=str(error))
        except Unavailable as error:
            return Beat(witness=witness.name, size=newest.size, code="unavailable", error=str(error))
        kept = await self._cosigning.take((newest.size,), lines)
        if not kept:
            words = "its answer holds no cosignature that verifies: check the witness's vkey"
            return Beat(witness=witness.name, size=newest.size, code="not_kept", error=words)
        return Beat(witness=witness.name, size=newest.size, kept=len(kept))

    async def _lines(self, witness: Witness, newest: StoredCheckpoint) -> tuple[str, ...]:
        for _ in range(_ATTEMPTS):
            old = min(self._seen.get(witness.name, 0), newest.size)
            proof = await self._feed.proof(consistency_plan(old, newest.size))
            answer = await witness.submit(old, proof, newest.note, newest.size)
            self._seen[witness.name] = answer.size
            if answer.lines:
                return answer.lines
            if answer.size > newest.size and answer.size > await self._feed.size():
                raise Disputed(
                    "behind",
                    f"{witness.name} has seen {answer.size} entries of our {newest.size}: run: argo ledger recover",
                )
            if answer.size > newest.size:
                return ()  # the log grew meanwhile, and somebody else told it: the next beat is about the newer one
        raise Unavailable(f"{witness.name}: its size moves while we submit: it is tried again")
