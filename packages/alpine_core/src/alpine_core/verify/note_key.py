"""Keys of signed notes as C2SP writes them: `vkey` for everyone, and the private form that only a key file holds."""

from __future__ import annotations

import hashlib
import re
from functools import lru_cache

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from alpine_core.errors import NotProven, OperatorError
from alpine_core.verify.plain_text import read_base64, write_base64

LOG_KEY = 0x01
"""Ed25519 over the note's text (C2SP signed-note)."""
COSIGNER_KEY = 0x04
"""Ed25519 over time and text (C2SP tlog-cosignature)."""

_KEY_ID = re.compile(r"[0-9a-f]{8}")
_PRIVATE = "PRIVATE+KEY+"


class NoteKey(msgspec.Struct, frozen=True):
    """A public key. `name` has no white space and no plus sign; `kind` is LOG_KEY or COSIGNER_KEY; `public` 32 bytes.

    `key_id` is the first four bytes of SHA-256 over name, newline, kind and public (C2SP signed-note).
    """

    name: str
    key_id: bytes
    kind: int
    public: bytes

    @property
    def vkey(self) -> str:
        """`name+keyid+base64`, as `read_vkey` reads it."""
        return f"{self.name}+{self.key_id.hex()}+{write_base64(bytes([self.kind]) + self.public)}"

    def holds(self, signature: bytes, message: bytes) -> bool:
        """Whether these 64 bytes sign the message (RFC 8032); False for any other number of bytes."""
        try:
            _public_key(self.public).verify(signature, message)
        except (InvalidSignature, ValueError):
            return False
        return True


@lru_cache(maxsize=256)
def _public_key(public: bytes) -> Ed25519PublicKey:
    return Ed25519PublicKey.from_public_bytes(public)


def read_vkey(text: str) -> NoteKey:
    """Raises NotProven `bad_vkey` for what is no key of a known kind, or whose id is not its own."""
    parts = text.split("+", 2)
    try:
        name, key_id, encoded = parts
        data = read_base64(encoded)
    except (ValueError, NotProven):
        raise NotProven("bad_vkey", "a vkey is name+id+base64: copy it as a whole") from None
    if not is_key_name(name) or _KEY_ID.fullmatch(key_id) is None:
        raise NotProven("bad_vkey", "a vkey's name or id cannot be read: copy it as a whole")
    if len(data) != 33 or data[0] not in (LOG_KEY, COSIGNER_KEY):
        raise NotProven("bad_vkey", "a vkey is of no known kind: use Ed25519 keys of type 1 or 4")
    key = note_key(name, data[0], data[1:])
    if key.key_id.hex() != key_id:
        raise NotProven("bad_vkey", "a vkey's id is not that of its name and key: copy it as a whole")
    return key


def note_key(name: str, kind: int, public: bytes) -> NoteKey:
    """The key with its id."""
    key_id = hashlib.sha256(name.encode() + b"\n" + bytes([kind]) + public).digest()[:4]
    return NoteKey(name, key_id, kind, public)


def is_key_name(name: str) -> bool:
    """Whether signed notes can carry this name: not empty, no white space, no plus sign, no control character."""
    return bool(name) and "+" not in name and not any(one.isspace() or one < " " for one in name)


class SigningKey:
    """A private key of either kind. Its text form is for key files only; it shows itself nowhere else."""

    def __init__(self, name: str, kind: int, seed: bytes) -> None:
        """`seed`: 32 bytes. Raises OperatorError for another name, kind or length."""
        if not is_key_name(name) or kind not in (LOG_KEY, COSIGNER_KEY) or len(seed) != 32:
            raise OperatorError("a signing key needs a name without white space or plus sign, and 32 bytes")
        self._private = Ed25519PrivateKey.from_private_bytes(seed)
        self.key = note_key(name, kind, self._private.public_key().public_bytes_raw())

    def __repr__(self) -> str:
        return f"SigningKey({self.key.vkey})"

    def sign(self, message: bytes) -> bytes:
        """The 64 bytes of RFC 8032, the same for the same message."""
        return self._private.sign(message)

    def private_text(self) -> str:
        """The one line of a key file, without newline: the form of golang.org/x/mod/sumdb/note, of type 1 always."""
        data = write_base64(bytes([LOG_KEY]) + self._private.private_bytes_raw())
        return f"{_PRIVATE}{self.key.name}+{_file_id(self.key)}+{data}"


def read_signing_key(text: str, kind: int) -> SigningKey:
    """The key of a key file's line, to sign as `kind`. Raises OperatorError, which shows nothing of the text."""
    refused = OperatorError("a key file holds no line PRIVATE+KEY+name+id+base64: restore it from your backup")
    if not text.startswith(_PRIVATE):
        raise refused
    try:
        name, key_id, encoded = text.removeprefix(_PRIVATE).split("+", 2)
        data = read_base64(encoded)
    except (ValueError, NotProven):
        raise refused from None
    if len(data) != 33 or data[0] != LOG_KEY:
        raise refused
    key = SigningKey(name, kind, data[1:])
    if key_id != _file_id(key.key):
        raise refused
    return key


def _file_id(key: NoteKey) -> str:
    return note_key(key.name, LOG_KEY, key.public).key_id.hex()
