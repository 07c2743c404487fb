"""What bodies say of a provider's log: places of signals and outcomes in it, checkpoints, entries. All unchecked."""

from __future__ import annotations

import base64
import binascii
import re
from typing import Annotated, Any

import msgspec

from alpine_core.errors import SenderError
from alpine_core.wire.convert import convert
from alpine_core.wire.json_text import read_object
from alpine_core.wire.limits import BATCH_BYTES, LEDGER_BYTES, PROOF_HASHES, require_size

_PLACE = ("leaf_index", "entry", "tlog_proof")
_STEP = ("old_size", "consistency")
_HEX = re.compile(r"[0-9a-f]{64}")
Count = Annotated[int, msgspec.Meta(ge=0, le=2**53 - 1)]
LedgerText = Annotated[str, msgspec.Meta(min_length=1, max_length=LEDGER_BYTES)]
Hashes = Annotated[tuple[Annotated[str, msgspec.Meta(max_length=64)], ...], msgspec.Meta(max_length=PROOF_HASHES)]


class LedgerMembers(msgspec.Struct, frozen=True, kw_only=True):
    """A claimed place: leaf `leaf_index` is `entry`, by `tlog_proof`; `salt` (64 hex digits) is empty for outcomes.

    `old_size` and `consistency` (32 bytes each) lead from what the receiver has seen; None and empty where not given.
    """

    salt: str
    leaf_index: int
    entry: str
    tlog_proof: str
    old_size: int | None = None
    consistency: tuple[bytes, ...] = ()


class CheckpointBody(msgspec.Struct, frozen=True, kw_only=True):
    """A checkpoint, and the entries from `start` to its size, which may be none.

    With entries it may be older than `old_size`; then `consistency` leads from the checkpoint up to that.
    """

    checkpoint: str
    old_size: int
    consistency: tuple[bytes, ...]
    start: int | None
    entries: tuple[str, ...]


class _Place(msgspec.Struct, frozen=True, kw_only=True):
    leaf_index: Count
    entry: LedgerText
    tlog_proof: LedgerText
    salt: Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")] = ""
    old_size: Count | None = None
    consistency: Hashes | None = None


class LedgerCheckpointBody(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A signed checkpoint; `old_size` and `consistency` (base64 of 32 bytes each) lead from what was seen of the log.

    `entries` run from `start` to exactly the checkpoint's size.
    """

    checkpoint: LedgerText
    old_size: Count
    consistency: Hashes
    start: Count | None = None
    entries: tuple[LedgerText, ...] = ()


def take_ledger(members: dict[str, Any], *, salted: bool = True) -> LedgerMembers | None:
    """Take the ledger's members out of a signal's (`salted`) or an outcome's; None if there are none of them.

    Raises SenderError `missing_field` for some without the others, `bad_type`, `bad_hash`.
    """
    names = ("salt", *_PLACE) if salted else _PLACE
    given = {name: members.pop(name) for name in (*names, *(_STEP if salted else ())) if name in members}
    if not given:
        return None
    _require_whole(given, names)
    place = convert(given, _Place)
    if (place.old_size is None) != (place.consistency is None):
        raise SenderError("missing_field", "old_size and consistency come together: send both, or neither")
    return LedgerMembers(
        salt=place.salt,
        leaf_index=place.leaf_index,
        entry=place.entry,
        tlog_proof=place.tlog_proof,
        old_size=place.old_size,
        consistency=_hashes(place.consistency or ()),
    )


def read_checkpoint_body(body: bytes) -> CheckpointBody:
    """The body of `sync/checkpoint`.

    Raises TooLarge, and SenderError: those of `read_object`, `unknown_field`, `missing_field`, `bad_type`, `bad_hash`.
    """
    require_size(body, BATCH_BYTES)
    read = convert(read_object(body), LedgerCheckpointBody)
    if read.entries and read.start is None:
        raise SenderError("missing_field", "start is missing: say which index the first of the entries has")
    return CheckpointBody(
        checkpoint=read.checkpoint,
        old_size=read.old_size,
        consistency=_hashes(read.consistency),
        start=read.start,
        entries=read.entries,
    )


def _require_whole(given: dict[str, Any], names: tuple[str, ...]) -> None:
    missing = [name for name in names if name not in given]
    if missing:
        raise SenderError("missing_field", f"{missing[0]} is missing: send {', '.join(names)}, or none of them")


def _hashes(texts: tuple[str, ...]) -> tuple[bytes, ...]:
    return tuple(bytes.fromhex(text) if _HEX.fullmatch(text) else read_base64_hash(text) for text in texts)


def read_base64_hash(text: str) -> bytes:
    """32 bytes of standard base64 with padding, in its one spelling. Raises SenderError `bad_hash`."""
    try:
        found = base64.b64decode(text.encode("ascii"), validate=True)
    except (binascii.Error, UnicodeEncodeError):
        found = b""
    if len(found) != 32 or base64.b64encode(found).decode() != text:
        raise SenderError("bad_hash", "a hash of a proof is none: send 32 bytes in base64")
    return found
