"""The key that generator and executors share, as it stands while a process runs."""

from __future__ import annotations

from argo_core.pipeline.keep_secrets import SecretKeeper
from argo_core.pipeline.kept_secret import KeptSecret
from argo_server.settings.secret_section import NAMES
from argo_server.settings.shape import ConfigFile


def shared_key(file: ConfigFile, keeper: SecretKeeper) -> KeptSecret:
    """None is given where `distribution.api_key` is not set."""
    return KeptSecret(file.distribution.api_key, NAMES["ARGO_DISTRIBUTION_KEY"], keeper)
