"""Signing keys in files that only their owner reads: made at the first start, never shown."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from alpine_core.errors import OperatorError
from alpine_core.verify.note_key import SigningKey, read_signing_key

_OWNER_ONLY = 0o600
_SEED_BYTES = 32


def open_key_file(path: Path, name: str, kind: int) -> SigningKey:
    """The key in the file, to sign as `kind`; where there is none, a new one of this name, kept before it is used.

    Raises OperatorError for a file that others can read, that holds no key or one of another name, or that cannot be
    read or written.
    """
    try:
        if not path.exists():
            _create(path, SigningKey(name, kind, secrets.token_bytes(_SEED_BYTES)))
        if path.stat().st_mode & 0o077:
            raise OperatorError(f"{path} can be read by others: run chmod 600 {path}")
        key = read_signing_key(path.read_text("ascii").strip(), kind)
    except (OSError, UnicodeDecodeError) as error:
        raise OperatorError(f"{path} cannot be used: {error}: name another folder by ALPINE_KEY_DIR") from error
    if key.key.name != name:
        raise OperatorError(f"{path} holds the key of {key.key.name}, not of {name}: move it away, or set the name")
    return key


def _create(path: Path, key: SigningKey) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    held = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _OWNER_ONLY)
    try:
        with os.fdopen(held, "w", encoding="ascii") as file:
            file.write(key.private_text() + "\n")
            file.flush()
            os.fsync(file.fileno())
        try:
            # A crash before this line leaves no key of this name; after it the whole of it. Of two processes that start
            # at once, the first one's key stands.
            os.link(draft, path)
        except FileExistsError:
            return
    finally:
        draft.unlink()
