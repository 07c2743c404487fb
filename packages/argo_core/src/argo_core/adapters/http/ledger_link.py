"""How far a distributor has followed our log, and how it is brought to its end."""

from __future__ import annotations

from typing import Any, Final

import msgspec

from argo_core.adapters.http.sender import CREATED, Answer, Sender
from argo_core.errors import DataError, Disputed, Unavailable
from argo_core.ledger.checkpoint import parse_checkpoint
from argo_core.ledger.note import parse_note
from argo_core.ledger.tlog_proof import parse_tlog_proof
from argo_core.pipeline.ledger_feed import LedgerFeed, SyncStep

PATH: Final = "/api/v1/external-signals/sync/checkpoint"
OLD_SIZE: Final = "old_size"
_RETRIES: Final = 4


class _Proven(msgspec.Struct):
    tlog_proof: str | None = None


class LedgerLink:
    """One distributor's standing, remembered between calls. Where it is unknown or wrong, the distributor says so."""

    def __init__(self, sender: Sender, feed: LedgerFeed) -> None:
        self._sender, self._feed = sender, feed
        self._standing: tuple[int, int] | None = None

    @property
    def mirrored(self) -> int:
        """How many entries it is known to hold."""
        return 0 if self._standing is None else self._standing[1]

    @property
    def witnessed(self) -> int:
        """The largest of our checkpoints that it is known to have seen."""
        return 0 if self._standing is None else self._standing[0]

    async def spliced(self, payload: bytes, witnessed: int) -> tuple[bytes, int]:
        """A signal's body with what leads from a checkpoint of `witnessed` entries to the checkpoint of its proof.

        And the size of the latter. A body without a proof (size 0), or with one that is not newer, stays as it is.
        """
        size = proven_size(payload)
        if size <= witnessed:
            return payload, size
        proof = await self._feed.consistency(witnessed, size)
        step = msgspec.json.encode({"old_size": witnessed, "consistency": proof})
        return payload[:-1] + b"," + step[1:], size

    def saw(self, size: int) -> None:
        """It has taken something under our checkpoint of `size`."""
        witnessed, mirrored = self._standing or (0, 0)
        self._standing = (max(witnessed, size), mirrored)

    async def catch_up(self) -> tuple[tuple[int, ...], tuple[str, ...]]:
        """Bring it to our newest checkpoint, entries and all: the sizes, newest first, and the lines that it answered.

        Raises Unavailable if it cannot be reached or takes none of it, Disputed if it does not follow our log.
        """
        sizes: list[int] = []
        lines: list[str] = []
        left = _RETRIES
        while left:
            step = await self._next_step()
            if step is None:
                break
            answer = await self._sender.post(PATH, step.body)
            if self._learn(answer, ours=await self._feed.size()):
                sizes.insert(0, step.size)
                lines += lines_of(answer)
                if step.last and self.mirrored >= step.size:
                    break
                left = _RETRIES
            else:
                left -= 1
        if not left:
            raise Unavailable("the distributor does not take our ledger's entries: is its version ours?")
        return tuple(sizes), tuple(lines)

    async def _next_step(self) -> SyncStep | None:
        if self._standing is None:
            return await self._feed.glance()
        return await self._feed.step(*self._standing)

    def _learn(self, answer: Answer, *, ours: int) -> bool:
        """Where it says it stands; True if it took the step."""
        size, mirrored = (answer.document.get(name) for name in ("size", "mirrored"))
        taken = answer.status in CREATED
        if not (taken or answer.code == OLD_SIZE) or type(size) is not int or type(mirrored) is not int:
            raise Unavailable(f"the distributor answered our ledger with {answer.code}: is its version ours?")
        if not 0 <= mirrored <= size:
            raise Unavailable(f"the distributor says it holds {mirrored} of {size} entries: is its version ours?")
        if size > ours:
            raise Disputed("behind", f"the distributor has seen {size} entries of our {ours}: run: argo ledger recover")
        if taken and self._standing == (size, mirrored):
            return False  # no way forward
        self._standing = (size, mirrored)
        return taken


def proven_size(payload: bytes) -> int:
    """The size of the checkpoint that a body's proof leads to; 0 if it has none."""
    try:
        proof = msgspec.json.decode(payload, type=_Proven).tlog_proof
        return 0 if proof is None else parse_checkpoint(parse_note(parse_tlog_proof(proof).note).text).size
    except (msgspec.DecodeError, DataError):
        return 0


def lines_of(answer: Answer) -> tuple[str, ...]:
    """The cosignature lines of an answer."""
    lines: Any = answer.document.get("cosignatures")
    return tuple(line for line in lines if isinstance(line, str)) if isinstance(lines, list) else ()
