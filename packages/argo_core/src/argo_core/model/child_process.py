"""A process of ours that another one starts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ChildProcess:
    """`command` in exactly this `environment`; `config` belongs at `config_path` first. `address` is for people."""

    name: str
    command: tuple[str, ...]
    environment: Mapping[str, str]
    config_path: str
    config: bytes
    address: str
