"""A made-up signal on the whole way: hashed, entered into a log, sent, verified. It is stored nowhere."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime

import msgspec

from argo_core.errors import DataError
from argo_core.ledger.canonical import SCHEME, canonical_bytes, signal_hash
from argo_core.ledger.checkpoint import Checkpoint, open_checkpoint
from argo_core.ledger.merkle import leaf_hash, node_hash, verify_inclusion
from argo_core.ledger.note_key import SigningKey
from argo_core.ledger.verify import verify_signal
from argo_core.model.instant import to_text

SYMBOL = "TEST"


def trial_fields(identifier: str, at: datetime) -> dict[str, object]:
    """The nine hashed fields of a signal about nothing; its symbol is none that is traded."""
    return {
        "signal_id": f"health-{identifier}",
        "symbol": SYMBOL,
        "action": "BUY",
        "entry_price": 100.0,
        "target_price": 105.0,
        "stop_price": 97.5,
        "confidence": 90.0,
        "strategy": "health check",
        "timestamp": to_text(at),
    }


async def try_signal(fields: dict[str, object], key: SigningKey, check: Callable[[bytes], Awaitable[str]]) -> str:
    """What was shown, in one line; the signal's hash is its end.

    `key` signs a log of two entries that is forgotten at once: never the real log's, of which a second history would be
    signed. `check` sends a body to the receiver, which verifies and does not store it, and answers the hash that it
    computed. Raises DataError for what does not hold, and what `check` raises.
    """
    hashed = signal_hash(fields)
    if not verify_signal(fields, hashed, SCHEME).ok:
        raise DataError("trial_hash", "the hash of a signal does not verify here")
    _logged(fields, key)
    body = msgspec.json.encode({**fields, "verification_hash": hashed, "scheme": SCHEME})
    told = await check(body)
    if told != hashed:
        raise DataError("trial_sync", f"the distributor computes another hash: {told[:64]!a}, ours is {hashed}")
    return f"hashed, logged, sent and verified: {hashed}"


def _logged(fields: dict[str, object], key: SigningKey) -> None:
    """Entry, tree, signed checkpoint, and the proof checked against what the checkpoint says."""
    first, ours = leaf_hash(b"health"), leaf_hash(canonical_bytes(fields))
    signed = Checkpoint(key.name, 2, node_hash(first, ours)).signed((key,))
    opened = open_checkpoint(signed, key.name, (key.verifier,))
    verify_inclusion(1, 2, ours, (first,), opened.checkpoint.root)
