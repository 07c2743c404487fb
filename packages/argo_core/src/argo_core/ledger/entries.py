"""The entries of the log, as their canonical bytes: one JSON object each, with `v`, `kind` and `at`.

Instants are texts of the form YYYY-MM-DDTHH:MM:SS.ffffffZ, hashes and salts 64 lower-case hex digits, `of` the leaf
index of a signal entry. docs/spec/verification.md section 3.2 has the members. The two kinds that somebody waits for
are written out; all others are few.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from argo_core.ledger.canonical import SCHEME, canonical_bytes
from argo_core.ledger.es_number import es_number
from argo_core.ledger.jcs import jcs
from argo_core.ledger.json_text import read_object
from argo_core.ledger.ledger_error import LedgerError
from argo_core.ledger.tiles import MAX_ENTRY_BYTES

VERSION = 1


def signal_entry(at: str, stream: str, seq: int, commit: str, reveal_by: str) -> bytes:
    """A commitment to a signal that nobody can read yet."""
    return (
        f'{{"at":"{at}","commit":"{commit}","kind":"signal","reveal_by":"{reveal_by}","scheme":"{SCHEME}",'
        f'"seq":{seq},"stream":{jcs(stream)},"v":{VERSION}}}'
    ).encode()


def reveal_entry(at: str, of: int, salt: bytes, fields: Mapping[str, object]) -> bytes:
    """The salt and the nine fields: from here on everybody can check the commitment. Raises CanonicalError."""
    nine = canonical_bytes(fields).decode()
    return f'{{"at":"{at}","kind":"reveal","of":{of},"salt":"{salt.hex()}","signal":{nine},"v":{VERSION}}}'.encode()


def outcome_entry(at: str, of: int, result: str, exit_price: float | None, exit_at: str, source: str) -> bytes:
    """How a signal ended: `result` is target, stop, expired, cancelled or manual; `source` of the price in words."""
    price = "null" if exit_price is None else es_number(exit_price)
    return (
        f'{{"at":"{at}","exit_at":"{exit_at}","exit_price":{price},"kind":"outcome","of":{of},"result":"{result}",'
        f'"source":{jcs(source)},"v":{VERSION}}}'
    ).encode()


def genesis_entry(at: str, origin: str, methodology_sha256: str) -> bytes:
    """The first entry, index 0 only."""
    return _entry("genesis", at, origin=origin, methodology_sha256=methodology_sha256)


def correction_entry(at: str, of: int, reason: str, replaces: Mapping[str, object]) -> bytes:
    """A change that everybody sees: `of` is the corrected entry, `replaces` the members that no longer hold."""
    return _entry("correction", at, of=of, reason=reason, replaces=replaces)


def legacy_entry(at: str, scheme: str, count: int, root: str) -> bytes:
    """Signals from before the log: the root over their raw hashes in the order of their import."""
    return _entry("legacy", at, scheme=scheme, count=count, root=root)


def decisions_entry(at: str, date: str, count: int, root: str) -> bytes:
    """All decisions of a finished UTC day, vetoes too: the root over their records."""
    return _entry("decisions", at, date=date, count=count, root=root)


def tally_entry(at: str, streams: Mapping[str, int]) -> bytes:
    """How many signals each stream has so far, so that a phone need not scan the log."""
    return _entry("tally", at, streams=streams)


def policy_entry(at: str, name: str, text: str, text_url: str) -> bytes:
    """A text that binds us, by its hash."""
    return _entry("policy", at, name=name, sha256=hashlib.sha256(text.encode()).hexdigest(), text_url=text_url)


def key_entry(at: str, action: str, vkey: str, valid_from: str) -> bytes:
    """A log key that begins (`add`) or ends (`retire`)."""
    if action not in ("add", "retire"):
        raise LedgerError("bad_entry", f"a key is added or retired, not {action}")
    return _entry("key", at, action=action, vkey=vkey, valid_from=valid_from)


def read_entry(entry: bytes) -> dict[str, object]:
    """The members of an entry. Raises LedgerError `bad_entry` unless it is canonical and says its kind."""
    members = read_object(entry)
    if jcs(members).encode() != entry:
        raise LedgerError("bad_entry", "the entry is not in canonical form")
    if type(members.get("kind")) is not str or type(members.get("at")) is not str or members.get("v") != VERSION:
        raise LedgerError("bad_entry", "an entry has the members v, kind and at")
    return members


def _entry(kind: str, at: str, **members: object) -> bytes:
    entry = jcs({"v": VERSION, "kind": kind, "at": at, **members}).encode()
    if len(entry) > MAX_ENTRY_BYTES:
        raise LedgerError("bad_entry", f"an entry has at most {MAX_ENTRY_BYTES} bytes")
    return entry
