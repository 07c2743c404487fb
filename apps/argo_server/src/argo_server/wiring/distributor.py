"""The way to the configured distributor."""

from __future__ import annotations

import httpx

from argo_core.adapters.http import Receiver, Sender, Signer, secret_bytes
from argo_core.adapters.sortable_id import sortable_ids
from argo_core.errors import ConfigError
from argo_core.ports import Clock, Tracer
from argo_core.ports.silent_tracer import SILENT
from argo_server.settings.shape import Alpine


def distributor_sender(alpine: Alpine, client: httpx.AsyncClient, clock: Clock, tracer: Tracer = SILENT) -> Sender:
    """Authenticated, and signing if a secret is configured. Raises ConfigError without a key."""
    if not alpine.api_key:
        raise ConfigError("there is no key for the distributor: run argo sync setup, or set ARGO_API_KEY")
    receiver = Receiver(alpine.api_url.rstrip("/"), alpine.api_key)
    if not alpine.webhook_secret:
        return Sender(client, receiver, tracer=tracer)
    signer = Signer(secret_bytes(alpine.webhook_secret), clock, sortable_ids(clock))
    return Sender(client, receiver, signer, tracer)
