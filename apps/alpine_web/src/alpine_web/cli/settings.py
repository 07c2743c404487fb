"""The settings with what a command line says over them."""

from __future__ import annotations

import os

from alpine_web.settings import Settings, load_settings


def settings_with(host: str | None, port: int | None) -> Settings:
    """As if host and port had been set in the environment. Raises OperatorError."""
    given = {"ALPINE_HOST": host, "ALPINE_PORT": None if port is None else str(port)}
    return load_settings({**os.environ, **{name: value for name, value in given.items() if value is not None}})
