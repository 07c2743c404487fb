"""Who is sent the steps of what this service does, and how many of them."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol, TypeVar
from urllib.parse import SplitResult, urlsplit

from alpine_core.errors import OperatorError

T = TypeVar("T")

TRACING_SECRETS = ("ALPINE_TRACING_SECRET",)
TRACING_NAMES = (
    "ALPINE_TRACING_ENDPOINT",
    "ALPINE_TRACING_HEADER",
    "ALPINE_TRACING_SAMPLE",
    "ALPINE_TRACING_SERVICE",
)
PATH = "/v1/traces"
HEADER = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
SERVICE = re.compile(r"[A-Za-z0-9._-]{1,64}")


class GivenTexts(Protocol):
    """What was given, by name."""

    def text(self, name: str, default: str) -> str: ...

    def number(self, name: str, default: T, kind: Callable[[str], T], low: float, high: float) -> T: ...


@dataclass(frozen=True, slots=True)
class TracingSettings:
    """Without `endpoint` nothing is traced. `header` carries `secret` where the collector asks for one; `sample`: the
    share of traces begun here that is recorded, 0–1. Raises OperatorError, one line."""

    endpoint: str = ""
    header: str = "authorization"
    secret: str = field(default="", repr=False)
    sample: float = 1.0
    service: str = "alpine"

    def __post_init__(self) -> None:
        if not HEADER.fullmatch(self.header):
            raise OperatorError(f"ALPINE_TRACING_HEADER is {self.header!r}: write a header's name, as authorization")
        if not SERVICE.fullmatch(self.service):
            raise OperatorError("ALPINE_TRACING_SERVICE has letters, digits and ._- alone, 64 at most: write it so")
        if not self.secret.isascii() or not self.secret.isprintable():
            raise OperatorError("ALPINE_TRACING_SECRET must be printable ASCII: copy it again")
        if not self.endpoint:
            return
        parts = _address(self.endpoint)
        if self.secret and parts.scheme != "https" and not _is_loopback(parts.hostname or ""):
            raise OperatorError(
                "ALPINE_TRACING_SECRET would travel in the clear: give ALPINE_TRACING_ENDPOINT https://"
            )

    @property
    def collector_url(self) -> str:
        """Where batches of spans go: the endpoint, with the path that a collector listens at."""
        base = self.endpoint.rstrip("/")
        return base if not base or base.endswith(PATH) else f"{base}{PATH}"


def read_tracing_settings(given: GivenTexts) -> TracingSettings:
    """The settings of traces."""
    return TracingSettings(
        endpoint=given.text("ALPINE_TRACING_ENDPOINT", ""),
        header=given.text("ALPINE_TRACING_HEADER", "authorization"),
        secret=given.text("ALPINE_TRACING_SECRET", ""),
        sample=given.number("ALPINE_TRACING_SAMPLE", 1.0, float, 0, 1),
        service=given.text("ALPINE_TRACING_SERVICE", "alpine"),
    )


def _address(text: str) -> SplitResult:
    try:
        parts = urlsplit(text)
        usable = parts.scheme in ("http", "https") and parts.hostname is not None and parts.port != 0
    except ValueError:
        usable = False
    if not usable or any(mark in text for mark in "@?# \t"):
        raise OperatorError("ALPINE_TRACING_ENDPOINT is no collector's address: write one as http://127.0.0.1:4318")
    return parts


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
