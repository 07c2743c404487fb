"""Whom the log shows its checkpoints, and by which keys their answers are known."""

from __future__ import annotations

from collections.abc import Iterator

import httpx

from argo_core.adapters.http import HttpWitness
from argo_core.errors import ConfigError
from argo_core.ledger.ledger_error import LedgerError
from argo_core.ledger.note_key import VerifierKey, parse_vkey
from argo_core.ports.witness import Witness
from argo_server.settings.shape import ConfigFile


def configured_witnesses(file: ConfigFile, client: httpx.AsyncClient) -> tuple[Witness, ...]:
    """The distributor if there is a key for it, then the further ones."""
    addresses = [f"{file.alpine.api_url.rstrip('/')}/ledger"] if file.alpine.api_key else []
    addresses += [witness.url.rstrip("/") for witness in file.ledger.witnesses]
    return tuple(HttpWitness(client, address) for address in addresses)


def witness_keys(file: ConfigFile) -> tuple[VerifierKey, ...]:
    """Of the distributor, then of the further witnesses. Raises ConfigError for a line that is no vkey."""
    return tuple(_configured(file))


def _configured(file: ConfigFile) -> Iterator[VerifierKey]:
    for number, vkey in enumerate(file.ledger.distributor_vkeys):
        yield _parsed(vkey, f"ledger.distributor_vkeys[{number}]")
    for number, witness in enumerate(file.ledger.witnesses):
        yield _parsed(witness.vkey, f"ledger.witnesses[{number}].vkey")


def _parsed(vkey: str, key: str) -> VerifierKey:
    try:
        return parse_vkey(vkey)
    except LedgerError as error:
        raise ConfigError(f"{key}: {error}") from error
