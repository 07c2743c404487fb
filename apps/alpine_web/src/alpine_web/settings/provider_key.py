"""The name under which provider and distributor hold their shared ingest key; both sides must spell it the same."""

from __future__ import annotations

PROVIDER_KEY = "ARGO_API_KEY"
