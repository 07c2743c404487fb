"""The request of the C2SP tlog-witness protocol: `old N`, proof lines, an empty line, the signed note."""

from __future__ import annotations

import re

import msgspec

from alpine_core.errors import SenderError
from alpine_core.wire.ledger import read_base64_hash
from alpine_core.wire.limits import LEDGER_BYTES, PROOF_HASHES, require_size

_OLD = re.compile(r"old (0|[1-9][0-9]{0,15})")


class AddCheckpoint(msgspec.Struct, frozen=True, kw_only=True):
    """`proof`: 32 bytes each, from a tree of `old_size` leaves to that of the `note`, which is not opened yet."""

    old_size: int
    proof: tuple[bytes, ...]
    note: str


def read_add_checkpoint(body: bytes) -> AddCheckpoint:
    """Raises TooLarge, SenderError `bad_request`, `bad_hash`. Source: c2sp.org/tlog-witness, add-checkpoint."""
    require_size(body, LEDGER_BYTES)
    refused = SenderError("bad_request", "send: old N, a line of base64 for each hash, an empty line, the signed note")
    try:
        head, separator, note = body.decode("utf-8").partition("\n\n")
    except UnicodeDecodeError:
        raise refused from None
    first, *hashes = head.split("\n")
    old = _OLD.fullmatch(first)
    if old is None or not separator or len(hashes) > PROOF_HASHES:
        raise refused
    proof = tuple(read_base64_hash(line) for line in hashes)
    return AddCheckpoint(old_size=int(old[1]), proof=proof, note=note)
