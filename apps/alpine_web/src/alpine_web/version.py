"""The version of the installed distribution."""

from __future__ import annotations

from importlib import metadata


def installed_version() -> str:
    """As its metadata says, for instance `0.1.0`."""
    return metadata.version("alpine-web")
