"""Before anything is signed: is our log still the log that the witnesses saw?

An old backup with new signals on it would be another history, signed by the same key: a fork for ever.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from argo_core.errors import Disputed, Unavailable
from argo_core.ledger.checkpoint import Checkpoint, open_checkpoint
from argo_core.ledger.ledger_error import LedgerError
from argo_core.ledger.note_key import VerifierKey
from argo_core.ledger.stored_hashes import root_plan
from argo_core.pipeline.ledger_feed import LedgerFeed
from argo_core.ports.witness import Witness

RECOVER = "nothing is signed; run: argo ledger recover"


class GuardReport(msgspec.Struct, frozen=True, kw_only=True):
    """`confirmed` witnesses saw a log that our `size` entries continue; `unaware` ones have seen nothing of it;
    `unreachable` did not answer."""

    size: int
    confirmed: tuple[str, ...]
    unreachable: tuple[str, ...]
    unaware: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RestoreGuard:
    """`log_keys`: every key that our log ever signed with, so that an old note opens too."""

    feed: LedgerFeed
    witnesses: tuple[Witness, ...]
    origin: str
    log_keys: tuple[VerifierKey, ...]

    async def check(self) -> GuardReport:
        """Ask every witness. Raises Disputed `behind` or `split_view`, StoreError.

        A witness that cannot be reached is only reported: whether to wait for it is the caller's decision, and waiting
        is right where it has cosigned before.
        """
        size = await self.feed.size()
        confirmed: list[str] = []
        unreachable: list[str] = []
        unaware: list[str] = []
        for witness in self.witnesses:
            try:
                note = await witness.newest(self.origin)
            except Disputed:
                raise
            except Unavailable:
                unreachable.append(witness.name)
                continue
            if note is None:
                unaware.append(witness.name)
                continue
            await self.compare(witness.name, note, size)
            confirmed.append(witness.name)
        return GuardReport(
            size=size, confirmed=tuple(confirmed), unreachable=tuple(unreachable), unaware=tuple(unaware)
        )

    async def compare(self, name: str, note: bytes, size: int) -> None:
        """Our log of `size` entries against the checkpoint that `name` shows. Raises Disputed as `check`."""
        seen = opened(note, self.origin, self.log_keys, name)
        if seen.size > size:
            raise Disputed(
                "behind",
                f"{name} has seen {seen.size} entries and we hold {size}: an older copy was restored; {RECOVER}",
            )
        (root,) = await self.feed.proof(root_plan(seen.size))
        if root != seen.root:
            raise Disputed(
                "split_view", f"{name} has seen another history of our log at {seen.size} entries; {RECOVER}"
            )


def opened(note: bytes, origin: str, keys: Sequence[VerifierKey], name: str) -> Checkpoint:
    """Our own checkpoint as `name` shows it. Raises Disputed if it is not signed by our keys."""
    try:
        return open_checkpoint(note, origin, keys).checkpoint
    except LedgerError as error:
        raise Disputed(error.code, f"{name} shows a checkpoint that is not ours: {error}; check its address") from error
