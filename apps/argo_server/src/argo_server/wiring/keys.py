"""The keys that sign the log: found, or made where no log has begun."""

from __future__ import annotations

from argo_core.adapters.key_files import active_keys, first_key
from argo_core.errors import ConfigError
from argo_core.ledger.checkpoint import open_checkpoint
from argo_core.ledger.ledger_error import LedgerError
from argo_core.ledger.note_key import SigningKey
from argo_core.ports import LedgerReader
from argo_server.settings import Settings


async def signing_keys(settings: Settings, reader: LedgerReader) -> tuple[SigningKey, ...]:
    """Every active key. The first one is made at the first start; a log that has begun never gets another that way.

    Raises ConfigError for a key that is missing, open to others, damaged or not this log's.
    """
    origin, folder = settings.file.ledger.origin, settings.key_folder
    keys, newest = active_keys(folder, origin), await reader.checkpoint()
    if newest is None:
        return keys or (first_key(folder, origin),)
    if not keys:
        raise ConfigError(
            f"the log {origin} has {newest.size} entries and {folder} holds no key: restore the key from its backup"
        )
    try:
        open_checkpoint(newest.note, origin, [key.verifier for key in keys])
    except LedgerError as error:
        raise ConfigError(
            f"no key in {folder} has signed this database's log: restore its key, or set ledger.origin right ({error})"
        ) from error
    return keys


def public_log_keys(settings: Settings) -> tuple[str, ...]:
    """The vkeys of all active keys; the first key is made where there is none. Raises ConfigError."""
    origin, folder = settings.file.ledger.origin, settings.key_folder
    return tuple(key.verifier.vkey for key in active_keys(folder, origin) or (first_key(folder, origin),))
