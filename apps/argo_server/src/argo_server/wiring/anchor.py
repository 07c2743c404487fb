"""The time-stamping authority that the settings name."""

from __future__ import annotations

import httpx

from argo_core.errors import ConfigError
from argo_core.ports.anchor import Anchor
from argo_server.settings import Settings, certificate_path


def configured_anchor(settings: Settings, client: httpx.AsyncClient) -> Anchor | None:
    """None without `ledger.anchor.url`. Raises ConfigError for a missing certificate or a missing extra."""
    wanted = settings.file.ledger.anchor
    if not wanted.url:
        return None
    if not wanted.certificate_file:
        raise ConfigError("ledger.anchor.url needs ledger.anchor.certificate_file: the authority's root, PEM")
    try:
        # Only who anchors needs the extra.
        from argo_core.adapters.anchor.rfc3161 import Rfc3161Anchor, trusted_root
    except ModuleNotFoundError as error:
        raise ConfigError("ledger.anchor.url needs the extra: pip install argo-server[anchor]") from error
    path = certificate_path(settings)
    try:
        root = trusted_root(path.read_bytes())
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror}: ledger.anchor.certificate_file must be readable") from error
    return Rfc3161Anchor(wanted.url, root, client)
