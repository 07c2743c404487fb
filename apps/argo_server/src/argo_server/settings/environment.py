"""Environment variables that win over keys of the file."""

from __future__ import annotations

from collections.abc import Mapping

OVERRIDES = {
    "ALPINE_API_URL": ("alpine", "api_url"),
    "ARGO_API_KEY": ("alpine", "api_key"),
    "ALPINE_WEBHOOK_SECRET": ("alpine", "webhook_secret"),
    "ARGO_DISTRIBUTION_KEY": ("distribution", "api_key"),
    "ALPACA_TRADING_URL": ("alpaca", "trading_url"),
    "ALPACA_TRADING_STREAM_URL": ("alpaca", "trading_stream_url"),
}


def overridden(document: object, environ: Mapping[str, str]) -> tuple[object, frozenset[str]]:
    """The document with the environment's values in it, and the dotted keys that came from there."""
    given = {path: environ[name] for name, path in OVERRIDES.items() if environ.get(name)}
    if not given or not isinstance(document, dict):
        return document, frozenset()
    merged = dict(document)
    for (section, key), value in given.items():
        known = merged.get(section, {})
        if not isinstance(known, dict):
            return document, frozenset()  # of the wrong shape: the check that follows says so
        merged[section] = {**known, key: value}
    return merged, frozenset(f"{section}.{key}" for section, key in given)
