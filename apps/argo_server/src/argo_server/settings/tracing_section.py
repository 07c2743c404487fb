"""Section `tracing` of `config.json`: who is sent the steps of our work, and how many of them."""

from __future__ import annotations

import ipaddress
from typing import Annotated
from urllib.parse import urlsplit

from msgspec import Meta

from argo_core.errors import ConfigError
from argo_server.settings.section import Ratio, Section

PATH = "/v1/traces"


class Tracing(Section, frozen=True, kw_only=True):
    """Without `endpoint` nothing is traced. `header` carries `header_secret` where the collector asks for one;
    `sample` is the share of traces that is recorded."""

    endpoint: Annotated[str, Meta(pattern=r"^(https?://[^\s/?#@]+(/[^\s?#]*)?)?$")] = ""
    header: Annotated[str, Meta(pattern=r"^[A-Za-z0-9!#$%&'*+.^_`|~-]+$")] = "authorization"
    header_secret: Annotated[str, Meta(pattern=r"^[\x21-\x7e]?([\x20-\x7e]*[\x21-\x7e])?$")] = ""
    sample: Ratio = 1.0
    service_name: Annotated[str, Meta(pattern=r"^[A-Za-z0-9._-]{1,64}$")] = "argo"


def collector_url(rules: Tracing) -> str:
    """Where batches of spans go: the endpoint, with the path that a collector listens at. Empty without one."""
    base = rules.endpoint.rstrip("/")
    return base if not base or base.endswith(PATH) else f"{base}{PATH}"


def require_safe(rules: Tracing) -> None:
    """Raises ConfigError for an address that cannot be one, and for a secret that would travel in the clear."""
    if not rules.endpoint:
        return
    try:
        parts = urlsplit(rules.endpoint)
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise ConfigError(f"tracing.endpoint is no address ({error}): write one as http://127.0.0.1:4318") from error
    if host is None or port == 0:
        raise ConfigError("tracing.endpoint names no host or port: write one as http://127.0.0.1:4318")
    if rules.header_secret and parts.scheme != "https" and not _is_loopback(host):
        raise ConfigError("tracing.header_secret would travel in the clear: give tracing.endpoint with https://")


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
