"""Somebody who holds the producer's signing key and is not honest: writes what log he likes, and signs it rightly.

Knows the published formats only (RFC 6962, C2SP notes and proofs); nothing of either company is imported.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

HASHED = (
    "action",
    "confidence",
    "entry_price",
    "signal_id",
    "stop_price",
    "strategy",
    "symbol",
    "target_price",
    "timestamp",
)


class Forger:
    """A log of his own: the `entries` he starts from, and what he adds. `key_file` is the producer's."""

    def __init__(self, key_file: Path, entries: Sequence[bytes] = ()) -> None:
        _, _, name, self.key_id, secret = key_file.read_text().strip().split("+", 4)
        self.origin = name
        self._key = Ed25519PrivateKey.from_private_bytes(base64.b64decode(secret)[1:])
        self.entries = list(entries)

    @property
    def vkey(self) -> str:
        """The key that others have pinned."""
        public = base64.b64encode(b"\x01" + self._key.public_key().public_bytes_raw()).decode()
        return f"{self.origin}+{self.key_id}+{public}"

    def add(self, kind: str, **members: Any) -> int:
        """One more entry, now; its index. `at` may be given."""
        entry = {"v": 1, "kind": kind, "at": moment(), **members}
        self.entries.append(canonical(entry))
        return len(self.entries) - 1

    def commit(self, signal: dict[str, Any], salt: bytes, seq: int, stream: str = "main", **members: Any) -> int:
        """A sealed signal: its commitment alone."""
        reveal_by = moment(datetime.now(UTC) + timedelta(hours=24))
        members = {"reveal_by": reveal_by, **members}
        return self.add("signal", commit=commitment(signal, salt), scheme="jcs-1", seq=seq, stream=stream, **members)

    def reveal(self, index: int, signal: dict[str, Any], salt: bytes) -> int:
        """What a commitment was of."""
        return self.add("reveal", of=index, salt=salt.hex(), signal=nine(signal))

    def note(self, size: int | None = None, key: Ed25519PrivateKey | None = None) -> str:
        """A signed checkpoint of the first `size` entries."""
        size = len(self.entries) if size is None else size
        text = f"{self.origin}\n{size}\n{base64.b64encode(self.root(size)).decode()}\n"
        blob = bytes.fromhex(self.key_id) + (key or self._key).sign(text.encode())
        return f"{text}\n\u2014 {self.origin} {base64.b64encode(blob).decode()}\n"

    def root(self, size: int | None = None) -> bytes:
        """The tree's root."""
        return tree(self.leaves[: len(self.entries) if size is None else size])

    @property
    def leaves(self) -> list[bytes]:
        """The leaf hash of each entry."""
        return [hashlib.sha256(b"\x00" + entry).digest() for entry in self.entries]

    def consistency(self, old: int, size: int | None = None) -> list[str]:
        """How the tree of `old` entries leads to the one of `size`, in base64."""
        size = len(self.entries) if size is None else size
        if old in (0, size):
            return []
        return [base64.b64encode(one).decode() for one in _consistency(old, self.leaves[:size], True)]

    def tlog_proof(self, index: int) -> str:
        """That the entry is in the newest checkpoint."""
        hashes = [base64.b64encode(one).decode() for one in _path(index, self.leaves)]
        return "\n".join(["c2sp.org/tlog-proof@v1", f"index {index}", *hashes, "", self.note()])

    def signal_body(self, signal: dict[str, Any], salt: bytes, index: int, old_size: int) -> bytes:
        """What the producer would push for the entry at `index`."""
        members = {
            **signal,
            "verification_hash": signal_hash(signal).hex(),
            "scheme": "jcs-1",
            "salt": salt.hex(),
            "leaf_index": index,
            "entry": self.entries[index].decode(),
            "tlog_proof": self.tlog_proof(index),
            "old_size": old_size,
            "consistency": self.consistency(old_size),
        }
        return json.dumps(members).encode()

    def checkpoint_body(self, old_size: int, start: int) -> bytes:
        """What the producer would push for the mirror."""
        members = {
            "checkpoint": self.note(),
            "old_size": old_size,
            "consistency": self.consistency(old_size),
            "start": start,
            "entries": [entry.decode() for entry in self.entries[start:]],
        }
        return json.dumps(members).encode()


def sample_signal(signal_id: str, action: str = "BUY", timestamp: str | None = None) -> dict[str, Any]:
    """Nine fields, issued now unless another time is given."""
    side = 1.0 if action == "BUY" else -1.0
    return {
        "signal_id": signal_id,
        "symbol": "AAPL",
        "action": action,
        "entry_price": 175.25,
        "target_price": 175.25 + 5 * side,
        "stop_price": 175.25 - 2.5 * side,
        "confidence": 97.3,
        "strategy": "weighted_consensus_v6",
        "timestamp": timestamp or moment(),
    }


def moment(at: datetime | None = None) -> str:
    """A time as entries write it."""
    return (at or datetime.now(UTC)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def nine(signal: dict[str, Any]) -> dict[str, Any]:
    """The hashed fields."""
    return {name: signal[name] for name in HASHED}


def canonical(value: dict[str, Any]) -> bytes:
    """RFC 8785 for what these tests write: no number here needs more than cutting `.0`."""
    return json.dumps(_plain(value), sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def signal_hash(signal: dict[str, Any]) -> bytes:
    """SHA-256 over the nine fields."""
    return hashlib.sha256(canonical(nine(signal))).digest()


def commitment(signal: dict[str, Any], salt: bytes) -> str:
    """The salted commitment, in hex."""
    return hashlib.sha256(b"argo-commit/v1\n" + salt + signal_hash(signal)).hexdigest()


def tree(leaves: Sequence[bytes]) -> bytes:
    """RFC 6962, section 2.1."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    half = _half(len(leaves))
    return hashlib.sha256(b"\x01" + tree(leaves[:half]) + tree(leaves[half:])).digest()


def _half(count: int) -> int:
    return 1 << ((count - 1).bit_length() - 1)


def _path(index: int, leaves: Sequence[bytes]) -> list[bytes]:
    if len(leaves) == 1:
        return []
    half = _half(len(leaves))
    if index < half:
        return [*_path(index, leaves[:half]), tree(leaves[half:])]
    return [*_path(index - half, leaves[half:]), tree(leaves[:half])]


def _consistency(old: int, leaves: Sequence[bytes], whole: bool) -> list[bytes]:
    if old == len(leaves):
        return [] if whole else [tree(leaves)]
    half = _half(len(leaves))
    if old <= half:
        return [*_consistency(old, leaves[:half], whole), tree(leaves[half:])]
    return [*_consistency(old - half, leaves[half:], False), tree(leaves[:half])]


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(member) for name, member in value.items()}
    return int(value) if isinstance(value, float) and value.is_integer() else value
