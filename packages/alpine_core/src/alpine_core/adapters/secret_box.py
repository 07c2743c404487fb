"""What may be read back and must not be read in a copy of the database: sealed with a key that is not in it."""

from __future__ import annotations

import base64
import os
import secrets
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from alpine_core.errors import OperatorError, StoreError

_NONCE_BYTES = 12
_INFO = b"alpine: secrets at rest, version 1"
_OWNER_ONLY = 0o600


class SecretBox:
    """AES-256-GCM (NIST SP 800-38D) with a fresh nonce each time; the key is derived from `key` by HKDF (RFC 5869)."""

    def __init__(self, key: str) -> None:
        derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=_INFO).derive(key.encode())
        self._cipher = AESGCM(derived)

    def seal(self, text: str, about: str) -> str:
        """The text sealed, for this row only: `about` names it and has to be the same when it is opened."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        return base64.b64encode(nonce + self._cipher.encrypt(nonce, text.encode(), about.encode())).decode()

    def open(self, sealed: str, about: str) -> str:
        """The text. Raises StoreError if it was sealed with another key or for another row, or was changed."""
        try:
            raw = base64.b64decode(sealed, validate=True)
            return self._cipher.decrypt(raw[:_NONCE_BYTES], raw[_NONCE_BYTES:], about.encode()).decode()
        except (InvalidTag, ValueError) as error:
            raise StoreError(f"{about}: its secret was sealed with another key: set ALPINE_SECRET_KEY back") from error


def local_key(path: Path) -> str:
    """The key in a file that only its owner reads, made at the first start: for a machine without a key of its own.

    Raises OperatorError.
    """
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
        held = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _OWNER_ONLY)
        try:
            with os.fdopen(held, "w", encoding="ascii") as file:
                file.write(secrets.token_hex(32))
                file.flush()
                os.fsync(file.fileno())
            # Whole or not at all; of two processes that start at once, the first one's key stands.
            if not path.exists():
                os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
        if path.stat().st_mode & 0o077:
            raise OperatorError(f"{path} can be read by others: run chmod 600 {path}")
        return path.read_text("ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise OperatorError(f"{path} cannot be used: {error}: set ALPINE_SECRET_KEY, or ALPINE_KEY_DIR") from error
