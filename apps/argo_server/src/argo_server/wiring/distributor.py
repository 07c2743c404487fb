"""The way to the configured distributor."""

from __future__ import annotations

import httpx

from argo_core.adapters.http import Receiver, Sender, Signer, readable_secrets, secret_bytes
from argo_core.adapters.sortable_id import sortable_ids
from argo_core.errors import ConfigError
from argo_core.pipeline.keep_secrets import SecretKeeper
from argo_core.ports import Clock, Tracer
from argo_core.ports.silent_tracer import SILENT
from argo_server.settings.shape import ConfigFile
from argo_server.wiring.secrets import kept


def distributor_sender(
    file: ConfigFile,
    client: httpx.AsyncClient,
    clock: Clock,
    secrets: SecretKeeper | None = None,
    tracer: Tracer = SILENT,
) -> Sender:
    """Authenticated, and signing if a secret is configured, with what `secrets` keep then. Raises ConfigError without a
    key, or for a secret that is none."""
    alpine, signing = file.alpine, kept(file, "ALPINE_WEBHOOK_SECRET", secrets)
    if not alpine.api_key:
        raise ConfigError("there is no key for the distributor: run argo sync setup, or set ARGO_API_KEY")
    receiver = Receiver(alpine.api_url.rstrip("/"), alpine.api_key)
    if not alpine.webhook_secret:
        return Sender(client, receiver, tracer=tracer)
    secret_bytes(alpine.webhook_secret)
    signer = Signer(lambda: readable_secrets(signing.valid()), clock, sortable_ids(clock))
    return Sender(client, receiver, signer, tracer)
