"""Who signs a note: C2SP signed-note verification and signing keys, Ed25519 only."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from argo_core.ledger.base64_text import base64_of, bytes_of
from argo_core.ledger.ledger_error import LedgerError

ED25519_BYTES: Final = 32
SIGNATURE_BYTES: Final = 64
KEY_ID_BYTES: Final = 4
_PRIVATE: Final = "PRIVATE+KEY+"
_KEY_ID: Final = re.compile(r"[0-9a-f]{8}")


class Algorithm(IntEnum):
    """The signature types of C2SP signed-note that we sign and verify."""

    ED25519 = 1
    COSIGNATURE = 4


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """A name and its public key. Two keys of one name differ by `key_id`."""

    name: str
    algorithm: Algorithm
    public: bytes

    @property
    def key_id(self) -> bytes:
        """4 bytes that name the key in a signature line (C2SP signed-note, "Signatures")."""
        return key_id(self.name, self.algorithm, self.public)

    @property
    def vkey(self) -> str:
        """`name+hex(key id)+base64(type || key)`: inverse of `parse_vkey`."""
        return f"{self.name}+{self.key_id.hex()}+{base64_of(bytes([self.algorithm]) + self.public)}"

    def verifies(self, message: bytes, signature: bytes) -> bool:
        """Whether this key made `signature` (64 bytes) over `message`."""
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, message)
        except (InvalidSignature, ValueError):
            return False
        return True


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A private key of type Ed25519 (0x01) under a log's name. Its `repr` never shows the seed."""

    name: str
    seed: bytes = field(repr=False)
    verifier: VerifierKey = field(init=False)
    _key: Ed25519PrivateKey = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        _require_name(self.name)
        if len(self.seed) != ED25519_BYTES:
            raise LedgerError("bad_key", "a signing key is made of 32 random bytes")
        key = Ed25519PrivateKey.from_private_bytes(self.seed)
        public = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        object.__setattr__(self, "_key", key)
        object.__setattr__(self, "verifier", VerifierKey(self.name, Algorithm.ED25519, public))

    @property
    def skey(self) -> str:
        """The line of a key file: `PRIVATE+KEY+name+hex(key id)+base64(0x01 || seed)`, as Go's note package has it."""
        material = base64_of(bytes([Algorithm.ED25519]) + self.seed)
        return f"{_PRIVATE}{self.name}+{self.verifier.key_id.hex()}+{material}"

    def sign(self, message: bytes) -> bytes:
        """64 bytes; the same each time."""
        return self._key.sign(message)


def key_id(name: str, algorithm: int, public: bytes) -> bytes:
    """The first 4 bytes of SHA-256(name, newline, type, key)."""
    return hashlib.sha256(name.encode() + b"\n" + bytes([algorithm]) + public).digest()[:KEY_ID_BYTES]


def parse_vkey(text: str) -> VerifierKey:
    """A verification key from its one line. Raises LedgerError `bad_key`, also for types that we do not verify."""
    name, identity, material = _parts(text)
    if len(material) != 1 + ED25519_BYTES or material[0] not in tuple(Algorithm):
        raise LedgerError("bad_key", f"the key {name} is not an Ed25519 key of type 1 or 4")
    key = VerifierKey(name, Algorithm(material[0]), material[1:])
    if key.key_id.hex() != identity:
        raise LedgerError("bad_key", f"the key {name} does not have the key id {identity}: copy the line whole")
    return key


def parse_skey(text: str) -> SigningKey:
    """A signing key from the line of its file. Raises LedgerError `bad_key`, which never repeats the line."""
    if not text.startswith(_PRIVATE):
        raise LedgerError("bad_key", "a key file holds one line that begins with PRIVATE+KEY+")
    name, identity, material = _parts(text.removeprefix(_PRIVATE))
    if len(material) != 1 + ED25519_BYTES or material[0] != Algorithm.ED25519:
        raise LedgerError("bad_key", f"the key file of {name} is not an Ed25519 key of type 1")
    key = SigningKey(name, material[1:])
    if key.verifier.key_id.hex() != identity:
        raise LedgerError("bad_key", f"the key file of {name} is damaged: its key id does not fit its key")
    return key


def is_key_name(name: str) -> bool:
    """Not empty, without plus sign, white space or control characters (C2SP signed-note, "Signatures")."""
    return bool(name) and "+" not in name and not any(mark.isspace() or ord(mark) < ord(" ") for mark in name)


def _parts(text: str) -> tuple[str, str, bytes]:
    parts = text.split("+", 2)
    material = bytes_of(parts[-1])
    if len(parts) != 3 or _KEY_ID.fullmatch(parts[1]) is None or not material:
        raise LedgerError("bad_key", "a key is written name+key id+base64: copy the line whole")
    _require_name(parts[0])
    return parts[0], parts[1], material


def _require_name(name: str) -> None:
    if not is_key_name(name):
        raise LedgerError("bad_key", "a key's name must not be empty or hold white space or a plus sign")
