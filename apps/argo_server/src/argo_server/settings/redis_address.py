"""Where the shared cache is."""

from __future__ import annotations

from urllib.parse import quote

from argo_server.settings.shape import ConfigFile


def redis_url(file: ConfigFile) -> str | None:
    """Where the shared cache is, None if none is configured."""
    rules = file.redis
    if rules.url or not rules.host:
        return rules.url or None
    secret = f":{quote(rules.password, safe='')}@" if rules.password else ""
    host = f"[{rules.host}]" if ":" in rules.host else rules.host
    return f"redis://{secret}{host}:{rules.port}/{rules.db}"
